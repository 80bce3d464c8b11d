using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Tests.Sinks;

namespace RpcCollector.EndToEnd.Tests.Sinks;

/// <summary>Real programs are told of every incident, whatever ends and when.</summary>
public sealed class SinkLiveTests : IDisposable
{
    // RPC_COLLECTOR_KILLS says how often; a round takes about five seconds.
    private const int UsualRounds = 4;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("RPC_COLLECTOR_KILLS"), out var asked) ? asked : UsualRounds;

    private readonly TemporaryFolder _folder = new();
    private readonly Intruders _intruders = new();

    public void Dispose()
    {
        _intruders.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Alertmanager_has_every_open_incident_through_restarts_of_either_side_and_none_that_was_closed()
    {
        await using var alertmanager = new AlertmanagerServer(_folder);
        alertmanager.Start();
        string[] sink = ["--Sinks:0:Kind=alertmanager", $"--Sinks:0:Url={alertmanager.Url}", "--Sinks:0:AlertFor=00:00:15"];
        var collector = await LiveCollector.StartAsync(_folder, sink);
        await _intruders.SendAsync(collector.UdpPort, 5);
        var incidents = await FoundAsync(collector, 5);
        await UntilAsync(alertmanager, told => told.SetEquals(incidents), collector);

        // An Alertmanager that starts anew knows nothing.
        await alertmanager.KillAsync();
        alertmanager.Start();
        await UntilAsync(alertmanager, told => told.SetEquals(incidents), collector);

        // What is closed while the appliance is being killed ends too.
        var closed = incidents.First();
        await CloseAsync(collector, closed);
        await collector.KillAsync();
        await collector.DisposeAsync();
        await using var again = await LiveCollector.StartAsync(_folder, sink);
        incidents.Remove(closed);
        await UntilAsync(alertmanager, told => told.SetEquals(incidents), again);

        // An outage of it, in which something is found and something closed.
        await alertmanager.KillAsync();
        await _intruders.SendAsync(again.UdpPort, 2);
        var all = await FoundAsync(again, 6);
        await CloseAsync(again, incidents.First());
        all.Remove(incidents.First());
        await again.UntilAsync(() => again.MetricsAsync(), metrics => metrics.Sum("rpc_collector_sink_up") == 0);
        alertmanager.Start();
        await UntilAsync(alertmanager, told => told.SetEquals(all), again);
        Assert.Equal(0, await again.StopAsync());
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task Rsyslog_has_every_incident_though_it_is_killed_and_started_again(string protocol)
    {
        await using var server = new SyslogServer(_folder, protocol);
        server.Start();
        string[] sink =
        [
            "--Sinks:0:Kind=syslog", $"--Sinks:0:Address={server.Address}", $"--Sinks:0:Protocol={protocol}",
            .. protocol == "tls" ? [$"--Sinks:0:CaFile={server.Authority}"] : Array.Empty<string>(),
        ];
        await using var collector = await LiveCollector.StartAsync(_folder, sink);
        await _intruders.SendAsync(collector.UdpPort, 3);
        var incidents = await FoundAsync(collector, 3);
        await UntilAsync(() => server.Incidents(), incidents, collector, server.Transcript);

        await server.KillAsync();
        await _intruders.SendAsync(collector.UdpPort, 3);
        incidents = await FoundAsync(collector, 6);
        await collector.UntilAsync(() => collector.MetricsAsync(), metrics => metrics.Sum("rpc_collector_sink_up") == 0);
        server.Start();
        await UntilAsync(() => server.Incidents(), incidents, collector, server.Transcript);

        // Over UDP nobody can know what a server that is killed had not read.
        if (protocol != "udp")
        {
            await _intruders.SendAsync(collector.UdpPort, 4);
            incidents = await FoundAsync(collector, 10);
            await server.KillAsync();
            server.Start();
            await UntilAsync(() => server.Incidents(), incidents, collector, server.Transcript);
        }

        Assert.Equal(0, await collector.StopAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Kill_9_at_any_moment_loses_no_incident_to_any_sink(int seed)
    {
        var random = new Random(seed);
        using var receiver = new HttpReceiver();
        await using var server = new SyslogServer(_folder, "tcp");
        await using var alertmanager = new AlertmanagerServer(_folder);
        server.Start();
        alertmanager.Start();
        var file = _folder.PathOf("incidents.ndjson");
        string[] sinks =
        [
            "--Sinks:0:Kind=webhook", $"--Sinks:0:Url={receiver.Url}",
            "--Sinks:1:Kind=syslog", $"--Sinks:1:Address={server.Address}", "--Sinks:1:Protocol=tcp",
            "--Sinks:2:Kind=file", $"--Sinks:2:File={file}", "--Sinks:2:MaxBytes=65536", "--Sinks:2:Keep=100",
            "--Sinks:3:Kind=alertmanager", $"--Sinks:3:Url={alertmanager.Url}", "--Sinks:3:AlertFor=00:00:15",
        ];
        for (var round = 0; round < Rounds; round++)
        {
            // It fails now and then, and takes its time.
            receiver.Answers = _ =>
            {
                Thread.Sleep(random.Next(30));
                return new Answer(random.Next(4) == 0 ? 503 : 200);
            };
            await using var collector = await LiveCollector.StartAsync(_folder, sinks);
            await _intruders.SendAsync(collector.UdpPort, 8);
            await Task.Delay(random.Next(2_500), TestContext.Current.CancellationToken);
            await collector.KillAsync();
            if (round == 1) await server.KillAsync();
            if (round == 1) server.Start();
        }

        receiver.Answers = _ => new Answer(200);
        await using var last = await LiveCollector.StartAsync(_folder, sinks);
        await _intruders.SendAsync(last.UdpPort, 1);
        var incidents = await FoundAsync(last, 1);
        await UntilAsync(
            () => [.. receiver.Taken.Select(post => post.Json.GetProperty("rpc_collector").GetProperty("id").GetString()!)], incidents,
            last, "");
        await UntilAsync(() => server.Incidents(), incidents, last, server.Transcript);
        await UntilAsync(() => InFiles(file), incidents, last, "");
        await UntilAsync(alertmanager, told => told.IsSupersetOf(incidents), last);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{incidents.Count} incidents; {receiver.Taken.Count} posts taken, of them " +
                $"{receiver.Taken.Select(post => post.Key).Distinct().Count()} different");
        Assert.Equal(0, await last.StopAsync());
    }

    private static HashSet<string> InFiles(string path) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")
            .SelectMany(file => Documents.IncidentsIn(file, mayBeTorn: false))];

    /// <summary>Waits until so many incidents are found, and nothing more comes of what was sent.</summary>
    private static async Task<HashSet<string>> FoundAsync(LiveCollector collector, int least)
    {
        return await collector.UntilAsync(
            async () =>
            {
                var page = await collector.JsonAsync("/api/v1/incidents?limit=500");
                return new HashSet<string>(
                    page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!), StringComparer.Ordinal);
            },
            found => found.Count >= least);
    }

    private static async Task CloseAsync(LiveCollector collector, string incident)
    {
        var (status, body) = await collector.PostAsync(
            $"/api/v1/incidents/{incident}/verdict", """{"verdict":"malicious","who":"Ada","why":"a test"}""");
        Assert.True((int)status == 200, body);
    }

    private static Task<HashSet<string>> UntilAsync(AlertmanagerServer server, Func<HashSet<string>, bool> isExpected, LiveCollector collector) =>
        Eventually.Async(server.IncidentsAsync, isExpected, () => $"{collector.Transcript}\n{server.Transcript}");

    private static Task<HashSet<string>> UntilAsync(Func<HashSet<string>> told, HashSet<string> incidents, LiveCollector collector, string server) =>
        Eventually.Async(() => Task.FromResult(told()), incidents.IsSubsetOf, () => $"{collector.Transcript}\n{server}");
}
