using System.Globalization;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class KillTests : IDisposable
{
    // RPC_COLLECTOR_KILLS says how often; a kill takes about two seconds.
    private const int UsualKills = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_9_again_and_again_while_an_exporter_sends_loses_neither_its_template_nor_what_was_shown_or_said()
    {
        var port = FreePort.Udp();
        string[] settings = [$"--Udp:Listen:0=127.0.0.1:{port}"];
        var (activities, findings, verdicts) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        await using var exporter = new RpcExporter(port);
        var kills =
            int.TryParse(
                Environment.GetEnvironmentVariable("RPC_COLLECTOR_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
                ? asked
                : UsualKills;
        for (var round = 0; round <= kills; round++)
        {
            await using var collector = await LiveCollector.StartAsync(_folder, settings);
            if (round == 0)
            {
                await exporter.SendTemplateAsync();
                exporter.Start();
                await collector.UntilAsync(() => Task.FromResult(IsTemplateSaved()), isSaved => isSaved);
            }

            // What was shown or said before the last kill.
            Assert.Subset(await ListedAsync(collector), activities);
            Assert.Subset(await FoundAsync(collector), findings);
            Assert.Subset(await SaidAsync(collector), verdicts);

            activities.UnionWith(await collector.UntilAsync(() => ListedAsync(collector), now => now.Count > activities.Count));
            findings.UnionWith(await collector.UntilAsync(() => FoundAsync(collector), now => now.Count > 0 && now.IsSupersetOf(findings)));
            if (findings.Except(verdicts).FirstOrDefault() is { } finding)
            {
                await collector.GiveVerdictAsync(finding, "malicious");
                verdicts.Add(finding);
            }

            // The Template was sent once, before the first kill.
            var metrics = await collector.MetricsAsync();
            Assert.Equal(0, metrics.Sum("rpc_collector_waiting_sets"));
            Assert.DoesNotContain(
                metrics.Samples("rpc_collector_sets_rejected_total"), sample =>
                sample.Labels["reason"] == "missing_template" && sample.Value > 0);
            Assert.Equal(0, metrics.Sum("rpc_collector_state_rows_damaged_total") + metrics.Sum("rpc_collector_state_rows_lost_total"));
            await collector.KillAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills: {activities.Count} activities, {findings.Count} findings, {verdicts.Count} verdicts");
    }

    private bool IsTemplateSaved() => StateFile.Contains(_folder.PathOf("data"), "\"id\":256");

    private static async Task<HashSet<string>> ListedAsync(LiveCollector collector)
    {
        var servers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var activity in await collector.ActivitiesAsync("&basis=car")) servers.Add(activity.Server);
        return servers;
    }

    private static async Task<HashSet<string>> FoundAsync(LiveCollector collector) => await IdsAsync(collector, isSaid: false);

    private static async Task<HashSet<string>> SaidAsync(LiveCollector collector) => await IdsAsync(collector, isSaid: true);

    private static async Task<HashSet<string>> IdsAsync(LiveCollector collector, bool isSaid)
    {
        var page = await collector.JsonAsync("/api/v1/findings?suppressed=true&limit=1000");
        var ids = page.GetProperty("items").EnumerateArray().Where(item => !isSaid || item.TryGetProperty("verdict", out _))
            .Select(item => item.GetProperty("id").GetString()!);
        return [.. ids];
    }
}
