using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>A sensor that writes to a leaf, a real nats-server beside it, whose streams those of a real hub source; and a judge.</summary>
public sealed class LeafTests : IDisposable
{
    // What a sensor makes before it opens it.
    private const string ClosedStream = """
        {
          "name": "FLOW", "subjects": ["FLOW.closed"], "storage": "file", "retention": "limits", "discard": "old", "deny_delete": true,
          "num_replicas": 1
        }
        """;

    private readonly TemporaryFolder _ofHub = new();
    private readonly TemporaryFolder _ofLeaf = new();
    private readonly TemporaryFolder _ofJudge = new();
    private readonly TemporaryFolder _ofSensor = new();
    private readonly int _leafs = FreePort.Tcp();

    public void Dispose()
    {
        foreach (var folder in (TemporaryFolder[])[_ofHub, _ofLeaf, _ofJudge, _ofSensor]) folder.Dispose();
    }

    [Fact]
    public async Task What_a_leaf_has_confirmed_is_found_though_sensor_and_leaf_were_killed_while_the_hub_was_away()
    {
        await using var hub = await StartHubAsync();
        await using var judge = await StartJudgeAsync(hub);
        await using var leaf = await StartLeafAsync();
        var sensor = await StartSensorAsync(leaf);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        await JoinedAsync(judge, 1);

        await hub.KillAsync();
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await ConfirmedAsync(sensor, flowStarts: 4);
        await sensor.KillAsync();
        await sensor.DisposeAsync();
        await leaf.KillAsync();
        await leaf.StartAgainAsync();
        sensor = await StartSensorAsync(leaf);
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.3", "10.0.1.3");
        await ConfirmedAsync(sensor, flowStarts: 2);
        await sensor.KillAsync();
        await sensor.DisposeAsync();
        await hub.StartAgainAsync();

        await JoinedAsync(judge, 3);
        Assert.Equal((0, 0), await LostAsync(judge));
    }

    [Fact]
    public async Task Beyond_the_bound_of_a_leaf_what_was_sent_is_what_came_and_what_is_counted_as_lost()
    {
        await using var hub = await StartHubAsync();
        await using var judge = await StartJudgeAsync(hub);
        await using var leaf = await StartLeafAsync();
        await hub.KillAsync();

        // The oldest of all are of the sensor's first batches.
        await using var sensor = await StartSensorAsync(leaf, "--Scale:Nats:MaxBytes=1048576");
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendManyAsync(sensor.UdpPort, 40_000);
        await ConfirmedAsync(sensor, flowStarts: 40_000);
        await sensor.UntilAsync(sensor.MetricsAsync, metrics => metrics.Sum("rpc_collector_leaf_held_bytes") > 900_000);
        Assert.InRange((await sensor.MetricsAsync()).Sum("rpc_collector_leaf_held_bytes"), 900_000, 1_048_576);
        await hub.StartAgainAsync();

        // The sensor says once a second in every partition how late it is: between two of these all figures are of the same moment.
        await judge.UntilAsync(
            async () =>
            {
                var (before, came, after) = (await SentAsync(sensor), await judge.MetricsAsync(), await SentAsync(sensor));
                var lost = came.Sum("rpc_collector_log_lost_batches_total");
                return (lost, came.Sum("rpc_collector_log_lost_flow_starts_total"), before, after,
                    came.Sum("rpc_collector_log_batches_total") + lost);
            },
            figures => figures.before == figures.after && figures.before == figures.Item5 && figures is { lost: > 0, Item2: > 20_000 });
        Assert.Equal(0, (await sensor.MetricsAsync()).Sum("rpc_collector_log_dropped_batches_total"));
    }

    [Fact]
    public async Task Leaf_and_hub_that_were_made_anew_go_on()
    {
        await using var hub = await StartHubAsync();
        await using var leaf = await StartLeafAsync();

        // The sensor does not need to find the hubs, and the leaf holds what came before the judge made their streams.
        await using var sensor = await StartSensorAsync(leaf);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        await ConfirmedAsync(sensor, flowStarts: 2);
        await using var judge = await StartJudgeAsync(hub);
        await JoinedAsync(judge, 1);

        await leaf.KillAsync();
        Directory.Delete(_ofLeaf.PathOf("nats"), recursive: true);
        await leaf.StartAgainAsync();
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await JoinedAsync(judge, 2);

        await hub.KillAsync();
        Directory.Delete(_ofHub.PathOf("nats"), recursive: true);
        await hub.StartAgainAsync();
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.3", "10.0.1.3");
        await JoinedAsync(judge, 3);
        await judge.UntilAsync(() => judge.StatusAsync("/readyz"), status => status == HttpStatusCode.OK);

        // What the hub had not taken when the leaf's disk was emptied is gone: of that moment, batches that tell no more than the time.
        var metrics = await judge.MetricsAsync();
        Assert.Equal(0, metrics.Sum("rpc_collector_log_lost_flow_starts_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_log_refused_batches_total"));
    }

    [Fact]
    public async Task Stream_of_a_leaf_that_was_made_and_not_opened_is_opened_and_nothing_is_lost()
    {
        await using var hub = await StartHubAsync();
        await using var leaf = await StartLeafAsync();
        await leaf.PublishAsync("$JS.API.STREAM.CREATE.FLOW", ClosedStream);
        await using var judge = await StartJudgeAsync(hub);

        // 1. Whoever made it ended in between.
        await using var sensor = await StartSensorAsync(leaf);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        await JoinedAsync(judge, 1);

        // 2. It is closed while a sensor writes to it.
        await leaf.PublishAsync("$JS.API.STREAM.UPDATE.FLOW", ClosedStream);
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await JoinedAsync(judge, 2);
        Assert.Equal((0, 0), await LostAsync(judge));
    }

    [Fact]
    public async Task How_full_a_leaf_is_and_how_far_the_hubs_are_is_shown_by_the_judge()
    {
        await using var hub = await StartHubAsync();
        await using var judge = await StartJudgeAsync(hub, "--Scale:Nats:Leaves:1=rome");
        await using var leaf = await StartLeafAsync();
        await using var sensor = await StartSensorAsync(leaf);

        var shown = await judge.UntilAsync(
            async () => JsonNode.Parse(await judge.TextAsync("/api/v1/sensors"))!["items"]!.AsArray().FirstOrDefault()?["leaf"],
            held => held is not null && (long)held["held_batches"]! > 0 && held["waiting_messages"] is not null);
        Assert.Equal(("oslo", 8L << 30), ((string)shown!["domain"]!, (long)shown["held_max_bytes"]!));
        var metrics = await judge.UntilAsync(
            judge.MetricsAsync, found => found.Samples("rpc_collector_leaf_silent_seconds").Count() == 2);
        Assert.Equal(
            ["oslo", "rome"], metrics.Samples("rpc_collector_leaf_waiting_messages").Select(sample => sample.Labels["leaf"]).Order());
    }

    [Fact]
    public async Task Server_of_another_domain_is_one_clear_line_and_its_streams_stay_as_they_are()
    {
        await using var hub = await StartHubAsync();
        await using var judge = await StartJudgeAsync(hub);

        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_ofSensor, FreePort.Udp(), FreePort.Tcp()), "--Scale:Role=sensor",
                "--Scale:Name=oslo", $"--Scale:Nats:Urls:0={hub.Url}", "--Scale:Nats:LeafDomain=oslo"]);

        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith(
            $"Scale:Nats:LeafDomain: the server at {hub.Url} is of no domain, not of 'oslo'", Assert.Single(result.ErrorLines),
            StringComparison.Ordinal);
    }

    private Task<NatsServer> StartHubAsync() => NatsServer.StartAsync(
        _ofHub, string.Create(CultureInfo.InvariantCulture, $$"""
            server_name: hub
            leafnodes { listen: 127.0.0.1:{{_leafs}} }
            """));

    private Task<NatsServer> StartLeafAsync() => NatsServer.StartLeafAsync(_ofLeaf, "oslo", _leafs);

    private Task<LiveCollector> StartJudgeAsync(NatsServer hub, params string[] settings) => LiveCollector.StartAsync(
        _ofJudge, ["--Scale:Role=judge", $"--Scale:Nats:Urls:0={hub.Url}", "--Scale:Nats:Leaves:0=oslo", .. settings]);

    private Task<LiveCollector> StartSensorAsync(NatsServer leaf, params string[] settings) => LiveCollector.StartAsync(
        _ofSensor,
        ["--Scale:Role=sensor", "--Scale:Name=oslo-1", $"--Scale:Nats:Urls:0={leaf.Url}", "--Scale:Nats:LeafDomain=oslo", .. settings]);

    private static Task<IReadOnlyList<Activity>> JoinedAsync(LiveCollector judge, int count) =>
        judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == count);

    private static async Task<(double, double)> LostAsync(LiveCollector judge)
    {
        var metrics = await judge.MetricsAsync();
        return (metrics.Sum("rpc_collector_log_lost_batches_total"), metrics.Sum("rpc_collector_log_refused_batches_total"));
    }

    private static async Task<double> SentAsync(LiveCollector sensor) =>
        (await sensor.MetricsAsync()).Sum("rpc_collector_log_batches_total");

    /// <summary>So many flow starts were taken, and each partition has had two batches confirmed since.</summary>
    private static async Task ConfirmedAsync(LiveCollector sensor, int flowStarts)
    {
        await sensor.UntilAsync(sensor.MetricsAsync, metrics => metrics.Sum("rpc_collector_flow_starts_used_total") >= flowStarts);
        var sent = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var sample in (await sensor.MetricsAsync()).Samples("rpc_collector_log_batches_total"))
            sent[sample.Labels["partition"]] = sample.Value;
        await sensor.UntilAsync(
            sensor.MetricsAsync,
            metrics => metrics.Samples("rpc_collector_log_batches_total")
                .All(sample => sample.Value >= sent[sample.Labels["partition"]] + 2));
    }
}
