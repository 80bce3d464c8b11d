using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>Two sensors, a real broker and a judge.</summary>
public sealed class ScaleTests : IDisposable
{
    private const string Soon = "--Detection:Join:MapperOnlyAfter=00:00:02";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task Two_sensors_with_or_without_correlators_and_a_judge_find_what_one_process_finds(int correlators, bool hasLeaf)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");

        // One attack was seen by two exporters, of which each sends to a sensor of its own; the others by one.
        string[] files =
        [
            .. Scenario.Named("dcom-shellwindows").FilesOf("ipfix"), .. Scenario.Named("sharpsc-create").FilesOf("ipfix"),
            .. Scenario.Named("zerologon-burst").FilesOf("ipfix"),
        ];
        var exports = new List<List<byte[]>>();
        foreach (var file in files) exports.Add(await RecordedAsync(file));
        using var exporters = new Exporters(exports);
        int[] ports = [FreePort.Udp(), FreePort.Udp()];

        var alone = new List<string>();
        using (var folder = new TemporaryFolder())
        {
            await using var single = await LiveCollector.StartAsync(
                folder, Soon, "--Detection:Shards=16", $"--Udp:Listen:0=127.0.0.1:{ports[0]}", $"--Udp:Listen:1=127.0.0.1:{ports[1]}");
            await exporters.SendAsync(ports);
            alone = await SettledAsync(single);
            await single.StopAsync();
        }

        var leafs = FreePort.Tcp();
        await using var broker = await NatsServer.StartAsync(_folder, $$"""leafnodes { listen: 127.0.0.1:{{leafs}} }""");
        using var ofLeaf = new TemporaryFolder();
        await using var leaf = hasLeaf ? await NatsServer.StartLeafAsync(ofLeaf, "a", leafs) : null;
        await using var scaled = leaf is null
            ? await ScaledCollector.StartAsync(broker.Url, correlators, ports, Soon)
            : await ScaledCollector.StartWithLeafAsync(broker.Url, leaf, "a", ports, Soon);
        await exporters.SendAsync(ports);

        Assert.NotEmpty(alone);
        await scaled.Judge.UntilAsync(
            async () =>
            {
                var found = await ScaledCollector.StandingAsync(scaled.Judge);
                return (string[])
                [
                    .. alone.Except(found).Select(line => $"alone: {line}"), .. found.Except(alone).Select(line => $"scaled: {line}"),
                ];
            },
            differences => differences.Length == 0);
        var metrics = await scaled.Judge.MetricsAsync();
        Assert.Equal(0, metrics.Sum("rpc_collector_log_judge_lost_messages_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_log_judge_refused_messages_total"));

        // Who joins what is settled once all have looked; until then a partition may have two owners.
        LiveCollector[] joining = correlators == 0 ? [scaled.Judge] : scaled.Correlators;
        await scaled.Judge.UntilAsync(
            async () =>
            {
                var (owned, lost, refused, counted) = (0.0, 0.0, 0.0, new List<double>());
                foreach (var process in joining)
                {
                    var figures = await process.MetricsAsync();
                    owned += figures.Sum("rpc_collector_log_owned");
                    lost += figures.Sum("rpc_collector_log_lost_batches_total");
                    refused += figures.Sum("rpc_collector_log_refused_batches_total");
                    counted.Add(figures.Samples("rpc_collector_log_sensors").Single(sample => sample.Labels["state"] == "counted").Value);
                }

                return (owned, lost, refused, counted.TrueForAll(static sensors => sensors == 2));
            },
            figures => figures == (16, 0, 0, true));
    }

    [Fact]
    public async Task Judge_shows_its_sensors_what_they_hear()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(broker.Url);
        using var exporter = new LoopbackExporter("127.0.0.9");
        foreach (var sensor in scaled.Sensors) await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");

        var exporters = await scaled.Judge.UntilAsync(
            () => ItemsAsync(scaled.Judge, "/api/v1/exporters"), items => items.Count == 2);
        Assert.Equal(
            [("127.0.0.9", "a", 1.0), ("127.0.0.9", "b", 1.0)],
            exporters.Select(item =>
                ((string?)item["address"], (string?)item["sensor"], (double)item["completeness_last_minute"]!)));
        var sensors = await scaled.Judge.UntilAsync(
            () => ItemsAsync(scaled.Judge, "/api/v1/sensors"), items => items.All(item => (int?)item["exporters"] == 1));
        Assert.Equal(
            [("a", "reporting", true, 0, 0), ("b", "reporting", true, 0, 0)],
            sensors.Select(item => (
                (string?)item["name"], (string?)item["state"], (bool)item["ready"]!, (int)item["lost_batches"]!,
                (int)item["dropped_batches"]!)));

        // What was heard is known of what is found from then on.
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.2", "10.0.1.2");
        await scaled.Judge.UntilAsync(
            () => ItemsAsync(scaled.Judge, "/api/v1/activities"),
            items => items.Any(item => (string?)item["client"] == "10.0.0.2" && (double?)item["completeness"] == 1));
        Assert.Equal(HttpStatusCode.OK, await scaled.Judge.StatusAsync("/readyz"));
        Assert.Equal(2, (await scaled.Judge.MetricsAsync()).Sum("rpc_collector_sensor_ready"));
    }

    [Fact]
    public async Task What_comes_while_the_broker_is_away_is_found_when_it_is_back()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(broker.Url);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.1", "10.0.1.1");
        await JoinedAsync(scaled.Judge, 1);

        await broker.KillAsync();
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.2", "10.0.1.2");
        await exporter.SendPairAsync(scaled.Sensors[1].UdpPort, "10.0.0.3", "10.0.1.3");
        foreach (var process in scaled.Sensors.Append(scaled.Judge))
            await process.UntilAsync(
                () => process.BodyAsync("/readyz"), text => text.Contains("\"broker\"", StringComparison.Ordinal)
                && text.Contains(broker.Url, StringComparison.Ordinal));
        await broker.StartAgainAsync();

        await JoinedAsync(scaled.Judge, 3);
        foreach (var process in scaled.Sensors.Append(scaled.Judge))
            await process.UntilAsync(() => process.StatusAsync("/readyz"), status => status == HttpStatusCode.OK);
        Assert.Equal(0, (await scaled.Judge.MetricsAsync()).Sum("rpc_collector_log_lost_batches_total"));
        Assert.Equal(0, (await scaled.Sensors[0].MetricsAsync()).Sum("rpc_collector_log_dropped_batches_total"));
    }

    [Fact]
    public async Task Judge_that_is_killed_goes_on_where_it_was()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(
            broker.Url, ports: null, "--Scale:SnapshotEvery=00:00:01", "--Scale:Lease=00:00:05");
        using var exporter = new LoopbackExporter("127.0.0.9");
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000;
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.1", "10.0.1.1");
        await exporter.SendMapperFlowAsync(scaled.Sensors[0].UdpPort, "10.0.0.2", "10.0.1.2", start);
        await JoinedAsync(scaled.Judge, 1);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        await scaled.Judge.KillAsync();
        await exporter.SendEndpointFlowAsync(scaled.Sensors[1].UdpPort, "10.0.0.2", "10.0.1.2", start + 5);
        await scaled.Judge.DisposeAsync();
        await scaled.StartJudgeAsync();

        await JoinedAsync(scaled.Judge, 2);
        Assert.Contains("goes on from its snapshot", scaled.Judge.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("behind offset 0,", scaled.Judge.Transcript, StringComparison.Ordinal);
        var metrics = await scaled.Judge.MetricsAsync();
        Assert.Equal(0, metrics.Sum("rpc_collector_log_lost_batches_total") + metrics.Sum("rpc_collector_log_judge_lost_messages_total"));
    }

    [Fact]
    public async Task Correlator_that_is_killed_has_its_partitions_joined_by_another()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(
            broker.Url, correlators: 2, ports: null, "--Scale:SnapshotEvery=00:00:01", "--Scale:Lease=00:00:05");
        using var exporter = new LoopbackExporter("127.0.0.9");
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000;
        string[] clients = [.. Enumerable.Range(1, 20).Select(number => $"10.0.0.{number}")];
        foreach (var client in clients) await exporter.SendMapperFlowAsync(scaled.Sensors[0].UdpPort, client, "10.0.1.2", start);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        await scaled.Correlators[0].KillAsync();
        foreach (var client in clients) await exporter.SendEndpointFlowAsync(scaled.Sensors[1].UdpPort, client, "10.0.1.2", start + 5);

        await JoinedAsync(scaled.Judge, clients.Length);
        Assert.Equal(16, (await scaled.Correlators[1].MetricsAsync()).Sum("rpc_collector_log_owned"));
        Assert.Equal(0, (await scaled.Judge.MetricsAsync()).Sum("rpc_collector_log_judge_lost_messages_total"));
    }

    [Fact]
    public async Task Judge_that_stands_by_has_found_the_same_and_takes_changes_only_once_the_other_is_gone()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(broker.Url, correlators: 1, ports: null, "--Scale:Lease=00:00:05");
        await scaled.StartOtherAsync();
        var other = scaled.Other!;
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.1", "10.0.1.1");
        await JoinedAsync(scaled.Judge, 1);
        await JoinedAsync(other, 1);
        Task<List<string>> JudgedAsync(LiveCollector judge) => judge.UntilAsync(
            () => ScaledCollector.StandingAsync(judge),
            found => found.Any(text => text.Contains("peer-to-peer", StringComparison.Ordinal)));
        Assert.Equal(await JudgedAsync(scaled.Judge), await JudgedAsync(other));
        const string Suppression = """{"client":"10.0.0.9","who":"Ada","why":"x"}""";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await other.PostAsync("/api/v1/suppressions", Suppression)).Status);
        Assert.Contains("stands by", await other.BodyAsync("/readyz"), StringComparison.Ordinal);

        // What is said to the one is known to the other when that is gone.
        const string Said = """{"client":"10.0.0.8","who":"Ada","why":"said before"}""";
        await ToldAsync(scaled.Judge, HttpMethod.Post, "/api/v1/suppressions", Said, HttpStatusCode.Created);
        const string Role = """{"role":"management-server","who":"Ada","why":"told before"}""";
        await ToldAsync(scaled.Judge, HttpMethod.Put, "/api/v1/hosts/10.0.0.7/role", Role, HttpStatusCode.OK);
        var found = (await scaled.Judge.JsonAsync("/api/v1/findings?kind=peer-to-peer-rpc")).GetProperty("items");
        var finding = found[0].GetProperty("id").GetString()!;
        const string Verdict = """{"verdict":"benign","who":"Ada","why":"a test"}""";
        await ToldAsync(scaled.Judge, HttpMethod.Post, $"/api/v1/findings/{finding}/verdict", Verdict, HttpStatusCode.OK);
        await scaled.Judge.KillAsync();

        await other.UntilAsync(() => other.StatusAsync("/readyz"), status => status == HttpStatusCode.OK);
        Assert.Contains("said before", await other.TextAsync("/api/v1/suppressions"), StringComparison.Ordinal);
        Assert.Contains("told before", await other.TextAsync("/api/v1/roles"), StringComparison.Ordinal);
        Assert.Contains("\"benign\"", await other.TextAsync($"/api/v1/findings/{finding}"), StringComparison.Ordinal);
        await ToldAsync(other, HttpMethod.Post, "/api/v1/suppressions", Suppression, HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("sensor")]
    [InlineData("correlator")]
    [InlineData("judge")]
    public async Task Wrong_credentials_are_one_clear_line(string role)
    {
        await using var broker = await NatsServer.StartAsync(_folder, "authorization { user: rpc, password: right }");
        var user = _folder.PathOf("user");
        await File.WriteAllTextAsync(user, "rpc:wrong\n", TestContext.Current.CancellationToken);

        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), $"--Scale:Role={role}",
                $"--Scale:Nats:Urls:0={broker.Url}", $"--Scale:Nats:UserFile={user}"]);

        Assert.Equal(2, result.ExitCode);
        var line = Assert.Single(result.ErrorLines);
        Assert.Contains("Scale:Nats", line, StringComparison.Ordinal);
        Assert.Contains("refuses these credentials", line, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensor_of_another_number_of_partitions_is_refused_in_one_clear_line()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(broker.Url);

        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), "--Scale:Role=sensor", "--Scale:Partitions=8",
                $"--Scale:Nats:Urls:0={broker.Url}"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Scale:Partitions", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<List<JsonNode>> ItemsAsync(LiveCollector collector, string path) =>
        [.. JsonNode.Parse(await collector.TextAsync(path))!["items"]!.AsArray().Select(item => item!)];

    /// <summary>Says it as a person would: where the judge cannot take it just now (503), once more.</summary>
    private static async Task ToldAsync(LiveCollector judge, HttpMethod method, string path, string json, HttpStatusCode expected)
    {
        var (status, body) = await judge.UntilAsync(
            () => judge.SendAsync(method, path, json), answer => answer.Status != HttpStatusCode.ServiceUnavailable);
        Assert.True(status == expected, $"{method} {path}: {(int)status} {body}");
    }

    private static Task<IReadOnlyList<Activity>> JoinedAsync(LiveCollector judge, int count) =>
        judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == count);

    /// <summary>What stands once it does not change for some seconds.</summary>
    private static async Task<List<string>> SettledAsync(LiveCollector collector)
    {
        var (last, same) = (new List<string>(), 0);
        return await collector.UntilAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
                var now = await ScaledCollector.StandingAsync(collector);
                same = now.Count > 0 && now.SequenceEqual(last) ? same + 1 : 0;
                return last = now;
            },
            _ => same >= 10);
    }

    /// <summary>The datagrams that <c>send --now</c> sends.</summary>
    private static async Task<List<byte[]>> RecordedAsync(string file)
    {
        using var collector = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        collector.Client.ReceiveBufferSize = 1 << 20;
        var port = ((IPEndPoint)collector.Client.LocalEndPoint!).Port;
        var sent = await CollectorProgram.RunAsync("send", "--now", "--to", $"127.0.0.1:{port}", "--rate", "1000", file);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
        var datagrams = new List<byte[]>();
        while (collector.Available > 0) datagrams.Add((await collector.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);
        return datagrams;
    }

    /// <summary>Exporters at addresses and ports of their own, who send the same whenever they are told to.</summary>
    private sealed class Exporters(List<List<byte[]>> exports) : IDisposable
    {
        private readonly UdpClient[] _sockets =
            [.. exports.Index().Select(export => new UdpClient(new IPEndPoint(IPAddress.Parse($"127.0.9.{export.Index + 1}"), 0)))];

        /// <summary>The first exporter to the first port, the second to the second, and so on in turns.</summary>
        public async Task SendAsync(int[] ports)
        {
            foreach (var (index, datagrams) in exports.Index())
            {
                var to = new IPEndPoint(IPAddress.Loopback, ports[index % ports.Length]);
                foreach (var datagram in datagrams) await _sockets[index].SendAsync(datagram, to, TestContext.Current.CancellationToken);
            }
        }

        public void Dispose()
        {
            foreach (var socket in _sockets) socket.Dispose();
        }
    }
}
