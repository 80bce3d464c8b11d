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
        Assert.Contains(findings.Samples("rpc_collector_pair_activities"), pair => pair.IsOfPair(ExportTraffic.Workstation, ExportTraffic.Controller));
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

    private static string Describe(Activity activity) => $"{activity.Basis} {activity.Client} {activity.Server} {activity.Mapper} {activity.Endpoint} {string.Join(' ', activity.Exporters)}";
}
