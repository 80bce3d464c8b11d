using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class KillTests : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Twenty_times_kill_9_while_an_exporter_sends_loses_neither_its_template_nor_what_was_shown()
    {
        var port = FreePort.Udp();
        string[] settings = [$"--Udp:Listen:0=127.0.0.1:{port}"];
        var shown = new HashSet<string>(StringComparer.Ordinal);
        await using var exporter = new RpcExporter(port);
        for (var round = 0; round <= Kills; round++)
        {
            await using var collector = await LiveCollector.StartAsync(_folder, settings);
            if (round == 0)
            {
                await exporter.SendTemplateAsync();
                exporter.Start();
                await collector.UntilAsync(() => Task.FromResult(IsTemplateSaved()), isSaved => isSaved);
            }

            var listed = await ListedAsync(collector);
            Assert.Subset(listed, shown);
            listed = await collector.UntilAsync(() => ListedAsync(collector), now => now.Count > shown.Count);
            shown.UnionWith(listed);

            // The Template was sent once, before the first kill.
            var metrics = await collector.MetricsAsync();
            Assert.Equal(0, metrics.Sum("rpc_collector_waiting_sets"));
            Assert.DoesNotContain(metrics.Samples("rpc_collector_sets_rejected_total"), sample => sample.Labels["reason"] == "missing_template" && sample.Value > 0);
            await collector.KillAsync();
        }
    }

    private bool IsTemplateSaved() => StateFile.Contains(_folder.PathOf("data"), "\"id\":256");

    private static async Task<HashSet<string>> ListedAsync(LiveCollector collector)
    {
        var servers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var activity in await collector.ActivitiesAsync("&basis=car")) servers.Add(activity.Server);
        return servers;
    }
}
