using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class RestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Activity_that_the_API_has_shown_survives_kill_9()
    {
        IReadOnlyList<Activity> shown;
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");
            shown = await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count == 2);
            await collector.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder);

        var listed = await again.ActivitiesAsync("&basis=car");
        Assert.Equal(shown.Select(Describe), listed.Select(Describe));
        var findings = await again.FindingsAsync();
        Assert.Contains(
            findings.Samples("rpc_collector_pair_activities"), pair => pair.IsOfPair(ExportTraffic.Workstation, ExportTraffic.Controller));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task Mapper_flow_before_a_planned_restart_and_its_endpoint_flow_after_it_are_joined(int shardsBefore, int shardsAfter)
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000;
        await using (var collector = await LiveCollector.StartAsync(_folder, $"--Detection:Shards={shardsBefore}"))
        {
            for (var i = 1; i <= 8; i++) await exporter.SendMapperFlowAsync(collector.UdpPort, $"10.0.0.{i}", "10.0.1.1", start);
            await collector.UntilAsync(collector.MetricsAsync, now => now.Sum("rpc_collector_mapper_flows_open") >= 8);
            Assert.Equal(0, await collector.StopAsync());
            Assert.Contains("flows that wait for others", collector.Transcript, StringComparison.Ordinal);
        }

        await using (var again = await LiveCollector.StartAsync(_folder, $"--Detection:Shards={shardsAfter}"))
        {
            Assert.Empty(await again.ActivitiesAsync());
            for (var i = 1; i <= 8; i++) await exporter.SendEndpointFlowAsync(again.UdpPort, $"10.0.0.{i}", "10.0.1.1", start + 5);
            var joined = await again.UntilAsync(() => again.ActivitiesAsync(), found => found.Count == 8);
            Assert.All(joined, activity => Assert.Equal("car", activity.Basis));
            await again.KillAsync();
        }

        // It was taken once: after kill -9 there is nothing to go on with, and nothing comes twice.
        await using var last = await LiveCollector.StartAsync(_folder, $"--Detection:Shards={shardsAfter}");
        Assert.Equal(0, (await last.MetricsAsync()).Sum("rpc_collector_mapper_flows_open"));
        Assert.Equal(8, (await last.ActivitiesAsync()).Count);
        Assert.DoesNotContain("from before the restart", last.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_that_fails_takes_nothing_from_the_collector_that_has_the_ports()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");
        var shown = await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count == 2);

        var second = await CollectorProgram.RunAsync(["run", .. LiveCollector.Settings(_folder, collector.UdpPort, FreePort.Tcp())]);

        Assert.Equal(2, second.ExitCode);
        Assert.False(collector.HasExited);
        Assert.Equal(shown.Select(Describe), (await collector.ActivitiesAsync("&basis=car")).Select(Describe));
    }

    private static string Describe(Activity activity) =>
        $"{activity.Basis} {activity.Client} {activity.Server} {activity.Mapper} {activity.Endpoint} " +
        $"{string.Join(' ', activity.Exporters)}";
}
