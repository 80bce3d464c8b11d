using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Lab.Evaluation.Forgery;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;

namespace RpcCollector.Lab.Sites;

/// <summary>
/// Gives the recorded exports of attacks to the sensors of several sites, in three ways by turns: as recorded, to one; the same attack in
/// two formats, by two exporters, to two; its records written anew as IPFIX, each half of a connection to another.
/// </summary>
internal sealed class RecordedExports(SiteTraffic traffic)
{
    // The addresses after those of the simulated network's exporters.
    private const int FirstAddress = 20;

    private readonly List<SiteDatagram> _datagrams = [];
    private int _numExporters;

    public IReadOnlyList<SiteDatagram> Datagrams => _datagrams;

    /// <param name="end">When the last of the attacks ends, in Unix milliseconds; the others end before it.</param>
    /// <param name="apart">How long one ends before the next.</param>
    public void Add(IReadOnlyList<Scenario> scenarios, long end, long apart)
    {
        foreach (var (index, scenario) in scenarios.Index())
        {
            var ends = DateTimeOffset.FromUnixTimeMilliseconds(end - ((scenarios.Count - 1 - index) * apart));
            var plain = Of(scenario, "ipfix");
            switch (index % 3)
            {
                case 0:
                    foreach (var (turn, file) in plain.Index()) Send(file, ends, index + turn);
                    break;
                case 1:
                    foreach (var (turn, file) in plain.Index()) Send(file, ends, index + turn);
                    foreach (var (turn, file) in Of(scenario, index % 2 == 0 ? "netflow9" : "netflow5").Index())
                        Send(file, ends, index + turn + 1);
                    break;
                default:
                    foreach (var file in plain) Part(file, ends, index);
                    break;
            }
        }
    }

    /// <summary>The exports of one format; of some attacks two exporters have one each.</summary>
    private static List<string> Of(Scenario scenario, string format) =>
        [.. scenario.Exports.Where(path => IsOf(Path.GetFileNameWithoutExtension(path), format))];

    private static bool IsOf(string name, string format) =>
        string.Equals(name, format, StringComparison.Ordinal) || name.StartsWith($"{format}-sensor-", StringComparison.Ordinal);

    /// <summary>The octets as recorded, but for their times; all at once, so that no restart of a sensor parts them.</summary>
    private void Send(string file, DateTimeOffset ends, int sensor)
    {
        var times = ExportTimes.EndingAt(ends, file);
        var from = SiteAddress.Of(FirstAddress + _numExporters++);
        using var capture = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
        while (capture.TryRead(out var datagram))
        {
            byte[] octets = [.. datagram.Payload];
            times.Move(datagram.Session, octets);
            _datagrams.Add(new SiteDatagram(ends.ToUnixTimeMilliseconds(), sensor % SiteTraffic.NumSensors, from, octets));
        }
    }

    private void Part(string file, DateTimeOffset ends, int turn)
    {
        var times = ExportTimes.EndingAt(ends, file);
        var records = new Records();
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), new HopCounters(), records);
        using var capture = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
        while (capture.TryRead(out var datagram))
        {
            byte[] octets = [.. datagram.Payload];
            times.Move(datagram.Session, octets);
            decoder.Decode(octets, datagram.Session, datagram.ArrivalUnixMilliseconds);
        }

        decoder.Complete();
        foreach (var start in records.Seen)
        {
            traffic.Part(
                start.Half.HasFlag(FlowHalf.FromClient) ? Sent(start) : null,
                start.Half.HasFlag(FlowHalf.FromServer) ? Answered(start) : null, turn);
        }
    }

    private static ForgedRecord Sent(in FlowStart start) => new(
        (uint)start.Client.Low, (uint)start.Server.Low, start.ClientPort, start.ServerPort, (byte)start.ClientTcpFlags,
        start.StartUnixMilliseconds, start.EndUnixMilliseconds)
    {
        Octets = (uint)start.ClientOctets,
        Packets = (uint)start.ClientPackets,
    };

    private static ForgedRecord Answered(in FlowStart start) => new(
        (uint)start.Server.Low, (uint)start.Client.Low, start.ServerPort, start.ClientPort, (byte)start.ServerTcpFlags,
        start.StartUnixMilliseconds, start.EndUnixMilliseconds)
    {
        Octets = (uint)start.ServerOctets,
        Packets = (uint)start.ServerPackets,
    };

    private sealed class Records : IFlowStartSink
    {
        public List<FlowStart> Seen { get; } = [];

        public void Offer(in FlowStart start)
        {
            if (!start.IsMirror && !start.IsTranslation && start.Client.IsIPv4) Seen.Add(start);
        }
    }
}
