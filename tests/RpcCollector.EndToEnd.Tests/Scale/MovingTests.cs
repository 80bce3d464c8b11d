using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>From one process to several, and back, as docs/scale-out.md says.</summary>
public sealed class MovingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _ofBroker = new();
    private readonly TemporaryFolder _ofSensor = new();

    public void Dispose()
    {
        _folder.Dispose();
        _ofBroker.Dispose();
        _ofSensor.Dispose();
    }

    [Fact]
    public async Task What_one_process_learned_and_found_is_the_judges_and_goes_back_with_its_folder()
    {
        using var exporter = new LoopbackExporter("127.0.0.9");
        await using var broker = await NatsServer.StartAsync(_ofBroker);
        string[] scale = [$"--Scale:Nats:Urls:0={broker.Url}"];
        string finding;
        await using (var single = await LiveCollector.StartAsync(_folder))
        {
            await exporter.SendPairAsync(single.UdpPort, "10.0.0.1", "10.0.1.1");
            finding = IdOf(await FoundAsync(single, count: 1));
            await single.GiveVerdictAsync(finding, "malicious");
            Assert.Equal(0, await single.StopAsync());
        }

        await using (var judge = await LiveCollector.StartAsync(_folder, ["--Scale:Role=judge", .. scale]))
        {
            await using var sensor = await LiveCollector.StartAsync(_ofSensor, ["--Scale:Role=sensor", "--Scale:Name=a", .. scale]);
            await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
            Assert.Equal(finding, IdOf(await FoundAsync(judge, count: 2)));
            Assert.Equal(2, (await judge.ActivitiesAsync("&basis=car")).Count);

            // Back: sensors first; the judge when nothing waits any more.
            Assert.Equal(0, await sensor.StopAsync());
            await judge.UntilAsync(
                judge.MetricsAsync,
                metrics => metrics.Sum("rpc_collector_log_lag_batches") + metrics.Sum("rpc_collector_log_judge_lag_messages") == 0);
            Assert.Equal(0, await judge.StopAsync());
        }

        await using var back = await LiveCollector.StartAsync(_folder, "--Detection:Shards=16");
        await exporter.SendPairAsync(back.UdpPort, "10.0.0.1", "10.0.1.1");
        var last = await FoundAsync(back, count: 3);
        Assert.Equal(finding, IdOf(last));
        Assert.Contains("\"malicious\"", last.Line, StringComparison.Ordinal);
        Assert.Equal(3, (await back.ActivitiesAsync("&basis=car")).Count);
    }

    private static async Task<Finding> FoundAsync(LiveCollector collector, int count)
    {
        var found = await collector.UntilAsync(
            () => collector.ListedFindingsAsync("&kind=peer-to-peer-rpc&state=all"),
            found => found.Any(finding => finding.Client == "10.0.0.1" && finding.Count == count));
        return Assert.Single(found);
    }

    private static string IdOf(Finding finding) =>
        System.Text.Json.JsonElement.Parse(finding.Line).GetProperty("id").ToString();
}
