using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What was judged is judged again by the program, beside the appliance and after whatever ended it.</summary>
public sealed class BacktestTests : IDisposable
{
    // Two weeks of an office are judged four times at once.
    private static readonly TimeSpan FourTimes = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.PathOf("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Beside_a_running_appliance_two_at_once_find_again_what_was_found_and_more_sweeps_where_fewer_hosts_suffice()
    {
        await using var demo = CollectorProgram.Start(
            ["demo", "--folder", _folder.PathOf("demo"), $"--Http:Port={FreePort.Tcp()}"], _folder.FullName);
        var store = $"--Store:Folder={_folder.PathOf("demo")}/data";
        await Eventually.Async(
            FourTimes,
            async () =>
                demo.HasExited || (await CollectorProgram.RunAsync(FourTimes, "backtest", "--since", "1h", "--format", "json", store))
                is { ExitCode: 0 } ready && Count(JsonElement.Parse(ready.Output), "found") > 0,
            isReady => isReady, () => demo.Transcript);

        string[] arguments = ["backtest", "--since", "20h", "--format", "json", store];
        var both = await Task.WhenAll(
            CollectorProgram.RunAsync(FourTimes, [.. arguments, "--set", "Judgement:SweepServers=2"]),
            CollectorProgram.RunAsync(FourTimes, [.. arguments, "--set", "Judgement:SweepServers=3"]));

        foreach (var result in both)
        {
            Assert.True(result.ExitCode == 0, result.Errors);
            var json = JsonElement.Parse(result.Output);
            AssertFoundAgain(json);
            Assert.True(json.GetProperty("complete").GetBoolean());
            Assert.True(json.GetProperty("days_learned_before").GetDouble() > 12, result.Output[..2_000]);
            Assert.True(Sweeps(json, "tried") > Sweeps(json, "present"), result.Output[..2_000]);
        }

        Assert.Equal(0, await demo.TerminateAsync());
    }

    [Fact]
    public async Task Kill_9_again_and_again_loses_nothing_that_was_kept_and_what_was_found_is_found_again_as_it_was()
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        for (var round = 1; round <= 4; round++)
        {
            await using var collector = await LiveCollector.StartAsync(_folder);
            for (var i = 1; i <= 3; i++) await exporter.SendPairAsync(collector.UdpPort, $"10.0.{round}.{i}", "10.1.0.1");
            await collector.UntilAsync(() => ClientsAsync(collector), clients => clients.Contains($"10.0.{round}.3"));

            // As long as the operator's page says that it takes at most until what was judged is on the disk.
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            await collector.KillAsync();
        }

        var result = await CollectorProgram.RunAsync("backtest", "--format", "json", $"--Store:Folder={Data}");

        Assert.True(result.ExitCode == 0, result.Errors);
        var json = JsonElement.Parse(result.Output);
        AssertFoundAgain(json);
        Assert.InRange(Count(json, "found"), 4, int.MaxValue);
        Assert.Equal((0, 0), (json.GetProperty("missing").GetInt64(), json.GetProperty("skipped").GetArrayLength()));
        Assert.True(json.GetProperty("complete").GetBoolean());
    }

    [Theory]
    [InlineData("did you mean Judgement:SweepServers?", "--set", "Judgement:SweepServer=3")]
    [InlineData("only settings of Judgement can be tried", "--set", "Store:MaxBytes=20000000")]
    [InlineData("changes nothing without --exact", "--set", "Judgement:EvaluateEvery=00:00:05")]
    [InlineData("changes nothing without --exact", "--set", "Judgement:ReviewEvery=00:00:05")]
    [InlineData("changes nothing: that is the present value", "--set", "Judgement:SweepServers=5")]
    [InlineData("the next place is 0", "--set", "Judgement:Roles:7=10.0.0.1=scanner")]
    [InlineData("--since yesterday", "--since", "yesterday")]
    [InlineData("so there is no store")]
    public async Task Misuse_is_one_line_that_names_it_and_exit_code_2(string named, params string[] arguments)
    {
        var refused = await CollectorProgram.RunAsync(["backtest", .. arguments, $"--Store:Folder={Data}"]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(named, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public async Task Where_nothing_was_kept_it_says_what_to_turn_on_and_ends_with_exit_code_3()
    {
        await using (var collector = await LiveCollector.StartAsync(_folder, "--Store:BacktestMaxBytes=0"))
            Assert.Equal(0, await collector.StopAsync());

        var result = await CollectorProgram.RunAsync("backtest", $"--Store:Folder={Data}", "--Store:BacktestMaxBytes=0");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Store:BacktestMaxBytes", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static int Count(JsonElement json, string way) => json.GetProperty(way).GetProperty("findings").GetInt32();

    private static int Sweeps(JsonElement json, string way) =>
        json.GetProperty(way).GetProperty("findings_by_kind").TryGetProperty("rpc-sweep", out var sweeps) ? sweeps.GetInt32() : 0;

    private static void AssertFoundAgain(JsonElement json) => Assert.Equal(
        Severities(json, "found"),
        Severities(json, "present").Where(finding => Severities(json, "found").ContainsKey(finding.Key)).ToDictionary());

    private static Dictionary<string, string> Severities(JsonElement json, string way) =>
        json.GetProperty("findings").EnumerateArray().Where(finding => finding.TryGetProperty(way, out _))
            .ToDictionary(finding => finding.GetProperty("id").GetString()!, finding => finding.GetProperty(way).GetString()!);

    private static async Task<HashSet<string>> ClientsAsync(LiveCollector collector)
    {
        var pairs = await collector.JsonAsync("/api/v1/pairs?limit=1000");
        return [.. pairs.GetProperty("items").EnumerateArray().Select(pair => pair.GetProperty("client").GetString()!)];
    }
}
