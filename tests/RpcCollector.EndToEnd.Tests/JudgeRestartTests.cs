using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What the judge has learned outlives the process, however it ends.</summary>
public sealed class JudgeRestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Edges_learned_three_seconds_before_kill_9_are_known_after_the_next_start()
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        string[] learned;
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            for (var i = 1; i <= 20; i++) await exporter.SendPairAsync(collector.UdpPort, "10.0.0.1", $"10.0.1.{i}");
            learned = await collector.UntilAsync(() => PairsAsync(collector), pairs => pairs.Length == 20);

            // As long as the operator's page says that it takes at most.
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            await collector.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder);
        Assert.Equal(learned, await PairsAsync(again));
    }

    [Fact]
    public async Task Learning_goes_on_over_many_kills_and_planned_ends()
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        var known = Array.Empty<string>();
        for (var round = 1; round <= 6; round++)
        {
            await using var collector = await LiveCollector.StartAsync(_folder);
            Assert.Equal(known, await PairsAsync(collector));
            await exporter.SendPairAsync(collector.UdpPort, "10.0.0.1", $"10.0.1.{round}");
            known = await collector.UntilAsync(() => PairsAsync(collector), pairs => pairs.Length == round);
            if (round % 3 == 0)
            {
                Assert.Equal(0, await collector.StopAsync());
                continue;
            }

            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            await collector.KillAsync();
        }
    }

    [Fact]
    public async Task Every_finding_names_the_exporter_that_saw_it_though_they_come_in_another_order_after_a_restart()
    {
        using var first = new LoopbackExporter("127.0.0.3");
        using var second = new LoopbackExporter("127.0.0.2");
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            foreach (var (exporter, net) in ((LoopbackExporter, int)[])[(first, 3), (second, 2)])
                await exporter.SendPairAsync(collector.UdpPort, $"10.{net}.0.1", $"10.{net}.0.2");
            await collector.UntilAsync(() => FlowsAsync(collector), flows => flows.Count == 4);
            Assert.Equal(0, await collector.StopAsync());
        }

        // What is known of the exporters is lost, and the one that came last comes first: its number is now that of the other.
        File.Delete(Path.Combine(_folder.PathOf("data"), "exporters.json"));
        await using var again = await LiveCollector.StartAsync(_folder);
        foreach (var (exporter, net) in ((LoopbackExporter, int)[])[(second, 2), (first, 3)])
            await exporter.SendPairAsync(again.UdpPort, $"10.{net}.0.1", $"10.{net}.0.2");

        var revised = await again.UntilAsync(() => FlowsAsync(again), flows => flows.Count == 8);
        Assert.All(revised, flow =>
            Assert.Equal(flow.Client.StartsWith("10.3.", StringComparison.Ordinal) ? first.Address : second.Address, flow.Exporters));
    }

    private static async Task<string[]> PairsAsync(LiveCollector collector) =>
    [
        .. (await collector.JsonAsync("/api/v1/pairs?limit=1000")).GetProperty("items").EnumerateArray()
            .Select(pair => $"{pair.GetProperty("client").GetString()} > {pair.GetProperty("server").GetString()}"),
    ];

    private static async Task<List<SeenFlow>> FlowsAsync(LiveCollector collector) =>
    [
        .. (await collector.JsonAsync("/api/v1/findings?limit=1000&kind=peer-to-peer-rpc")).GetProperty("items").EnumerateArray()
            .SelectMany(finding => finding.GetProperty("flows").EnumerateArray())
            .Select(flow => new SeenFlow(
                flow.GetProperty("client").GetString()!, flow.GetProperty("start").GetString()!,
                string.Join(' ', flow.GetProperty("exporters").EnumerateArray().Select(exporter => exporter.GetString()!)))),
    ];

    private sealed record SeenFlow(string Client, string Start, string Exporters);
}
