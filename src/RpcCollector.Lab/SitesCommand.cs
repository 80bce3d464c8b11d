using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Commands;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Lab.Sites;
using RpcCollector.Options;

namespace RpcCollector.Lab;

/// <summary>
/// <c>sites</c>: exports of three sites for a collector of several processes, and for one process that is to find the same.
/// </summary>
internal sealed class SitesCommand : Command
{
    public SitesCommand()
        : base("sites",
            "Exports of three sites that see parts of one network: of some connections one half each, of some both by different clocks.")
    {
        Add(new ExportCommand());
        Add(new SendCommand());
    }

    private static string FileOf(string folder, int sensor) => Path.Combine(folder, $"sensor-{sensor + 1}.pcap");

    private sealed class ExportCommand : Command
    {
        // When the simulated day's minutes begin: people work.
        private const int Hour = 10;

        // The headers of recordings move with their flows: a collector takes one that is five minutes old for a wrong clock.
        private const long RecordedWithin = 3 * SiteTraffic.Minute;

        private readonly Argument<string> _folder = new("FOLDER")
        {
            Description = "Where sensor-1.pcap to sensor-3.pcap are written; it is made when it is missing.",
        };

        private readonly Option<int> _hosts = Number("--hosts", "Machines of the simulated enterprise (synthetic).", 400);
        private readonly Option<int> _minutes = Number("--minutes", "Minutes of its working day, 1 to 480.", 10);
        private readonly Option<int> _seed = Number("--seed", "For another network, and other ways through it.", 1);

        private readonly Option<string?> _attacks = new("--attacks")
        {
            Description = "A folder of labelled scenarios whose recorded exports are sent too.",
        };

        public ExportCommand()
            : base("export",
                "Write minutes of a simulated enterprise, and recorded attacks, as the exports that three sensors get; they end now.")
        {
            Add(_folder);
            foreach (var option in (Option[])[_hosts, _minutes, _seed, _attacks]) Add(option);
            SetAction(Run);
        }

        private static Option<int> Number(string name, string description, int otherwise) =>
            new(name) { Description = description, DefaultValueFactory = _ => otherwise };

        private int Run(ParseResult parsed)
        {
            var minutes = Bounds.Within(_minutes.Name, parsed.GetValue(_minutes), 1, 480);
            var shape = new EnterpriseShape(
                Bounds.Within(_hosts.Name, parsed.GetValue(_hosts), EnterpriseShape.FewestHosts, EnterpriseShape.MostHosts), 1, 0);
            var seed = (ulong)Bounds.Within(_seed.Name, parsed.GetValue(_seed), 0, int.MaxValue / 2);
            var length = minutes * (long)SiteTraffic.Minute;

            // To the second: some recordings count in seconds.
            var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1_000;
            var from = EnterpriseShape.StartOf(0) + (Hour * 3_600_000L);
            var traffic = new SiteTraffic(seed, from, from + length, end - from - length);
            var enterprise = new SimulatedEnterprise(shape, seed, [], campaigns: 0);
            while (enterprise.SimulateDay()) enterprise.Deliver(traffic);
            var recorded = new RecordedExports(traffic);
            var scenarios = parsed.GetValue(_attacks) is { } folder ? ScenarioFolder.Read(folder) : [];
            recorded.Add(scenarios, end, Math.Min(length, RecordedWithin) / (scenarios.Count + 1));
            var datagrams = traffic.Datagrams().Concat(recorded.Datagrams).OrderBy(datagram => datagram.AtUnixMilliseconds).ToList();
            Write(parsed.GetValue(_folder)!, datagrams);
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new SitesResult(
                    datagrams.Count, traffic.NumRecords, traffic.NumConnections, traffic.NumParted, traffic.NumTwice, scenarios.Count),
                SitesJson.Default.SitesResult));
            return 0;
        }

        private static void Write(string folder, List<SiteDatagram> datagrams)
        {
            try
            {
                Directory.CreateDirectory(folder);
                for (var i = 0; i < SiteTraffic.NumSensors; i++)
                    SitePcap.Write(FileOf(folder, i), datagrams.Where(datagram => datagram.Sensor == i));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{folder}: {exception.Message}", exception);
            }
        }
    }

    private sealed class SendCommand : Command
    {
        private readonly Argument<string> _folder = new("FOLDER") { Description = "What 'sites export' has written." };

        private readonly Option<string[]> _to = new("--to")
        {
            Description =
                "A loopback address and its UDP ports, one for each sensor, such as 127.0.0.1:2055,2056,2057. Given again, the others " +
                "get the same; with the same ports at another address, as a collector knows a session by its ports too.",
            Required = true,
        };

        private readonly Option<double> _over = new("--over")
        {
            Description = "In how many seconds all of it is sent.",
            DefaultValueFactory = _ => 10,
        };

        private readonly Option<double> _apart = new("--apart")
        {
            Description =
                "How many seconds later each sensor gets what the one before it got: which of two sightings of a connection came " +
                "first is then the same for all who are sent them.",
            DefaultValueFactory = _ => 1,
        };

        private readonly Option<string> _part = new("--part")
        {
            Description = "Which part of the time, such as 1/4. Each begins with Templates.",
            DefaultValueFactory = _ => "1/1",
        };

        public SendCommand()
            : base("send", "Send the exports, each exporter from a loopback address of its own.")
        {
            Add(_folder);
            foreach (var option in (Option[])[_to, _over, _apart, _part]) Add(option);
            SetAction(Run);
        }

        private int Run(ParseResult parsed)
        {
            IPEndPoint[][] targets = [.. parsed.GetValue(_to)!.Select(text => Targets(_to.Name, text))];
            var part = Numbers(_part.Name, parsed.GetValue(_part)!, '/', 2);
            Bounds.Within(_part.Name, part[0], 1, part[1]);
            var over = parsed.GetValue(_over);
            if (over is not (>= 0.1 and <= 86_400)) throw new StartupException($"{_over.Name}: {over} is not between 0.1 and 86400");
            using var stopping = new StopSignal();
            using var sender = new SiteSender(stopping.Token);
            int[] sensors = [.. Enumerable.Range(0, SiteTraffic.NumSensors)];
            sender.Send(
                [.. sensors.Select(sensor => FileOf(parsed.GetValue(_folder)!, sensor))],
                [.. sensors.Select(sensor => targets.Select(collector => collector[sensor]).ToArray())], (part[0] - 1, part[1]), over,
                parsed.GetValue(_apart));
            Console.Out.WriteLine($"Sent {sender.Datagrams} datagrams.");
            return 0;
        }

        private static IPEndPoint[] Targets(string option, string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (!IPAddress.TryParse(text[..Math.Max(colon, 0)], out var address) || !IPAddress.IsLoopback(address))
                throw new StartupException($"{option}: '{text}' does not begin with a loopback address and a colon");
            return [.. Numbers(option, text[(colon + 1)..], ',', SiteTraffic.NumSensors).Select(port => new IPEndPoint(address, port))];
        }

        private static int[] Numbers(string option, string text, char between, int count)
        {
            var parts = text.Split(between);
            if (parts.Length != count) throw new StartupException($"{option}: '{text}' is not {count} numbers");
            return [.. parts.Select(part => Number(option, part))];
        }

        private static int Number(string option, string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65_536
                ? number
                : throw new StartupException($"{option}: '{text}' is no number from 1 to 65535");
    }
}

/// <summary>What was written.</summary>
/// <param name="Records">Of the simulated network, and of attacks whose halves part ways.</param>
/// <param name="Parted">Connections one half of which one sensor gets, and another the other.</param>
/// <param name="Twice">Connections that two sensors get, by exporters with different clocks.</param>
/// <param name="Attacks">Recorded ones.</param>
internal sealed record SitesResult(int Datagrams, int Records, int Connections, int Parted, int Twice, int Attacks);

/// <summary>How it is printed: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SitesResult))]
internal sealed partial class SitesJson : JsonSerializerContext;
