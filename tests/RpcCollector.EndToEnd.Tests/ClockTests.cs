using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// A machine whose clock was wrong for a while: once it is right attacks are found, and what was known before is still there.
/// </summary>
public sealed class ClockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("+2h")]
    [InlineData("+1d")]
    [InlineData("+400d")]
    public async Task Clock_that_was_ahead_and_is_right_after_a_restart_ends_no_judging_and_deletes_nothing(string ahead)
    {
        var (before, meanwhile, after) = Attacks();

        // 1. The time is right.
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await SendAsync(before, collector, environment: null);
            await FoundAsync(before, collector);
            Assert.Equal(0, await collector.StopAsync());
        }

        // 2. It is ahead, for everybody on this machine.
        var wrong = FakeTime.Ahead(ahead);
        await using (var collector = await LiveCollector.StartAsync(_folder, wrong))
        {
            await SendAsync(meanwhile, collector, wrong);
            await FoundAsync(meanwhile, collector);
            await FoundAsync(before, collector);
            Assert.Equal(0, await collector.StopAsync());
        }

        // 3. It is right again.
        await using var again = await LiveCollector.StartAsync(_folder);
        await again.UntilAsync(again.MetricsAsync, now => StepsBack(now) == 1);
        Assert.Contains("The machine's clock was set back by", again.Transcript, StringComparison.Ordinal);
        Assert.Contains("while this program did not run", again.Transcript, StringComparison.Ordinal);
        await SendAsync(after, again, environment: null);
        await FoundAsync(after, again);
        await FoundAsync(before, again);
        await FoundAsync(meanwhile, again);
        await PairsAreActiveAsync(again, before, meanwhile, after);
    }

    [Fact]
    public async Task Clock_that_is_set_back_by_three_hours_while_the_program_runs_ends_no_judging_and_deletes_nothing()
    {
        var (before, _, after) = Attacks();
        var clock = _folder.PathOf("clock-offset");
        await File.WriteAllTextAsync(clock, "+3h", TestContext.Current.CancellationToken);
        await using var collector = await LiveCollector.StartAsync(_folder, FakeTime.ByFile(clock));
        await SendAsync(before, collector, FakeTime.Ahead("+3h"));
        await FoundAsync(before, collector);
        Assert.Equal(0, StepsBack(await collector.MetricsAsync()));

        await File.WriteAllTextAsync(clock, "+0", TestContext.Current.CancellationToken);

        await collector.UntilAsync(collector.MetricsAsync, now => StepsBack(now) == 1);
        await SendAsync(after, collector, environment: null);
        await FoundAsync(after, collector);
        await FoundAsync(before, collector);
        await PairsAreActiveAsync(collector, before, after);
        await collector.UntilAsync(() => Task.FromResult(collector.Transcript), said =>
            said.Contains("The machine's clock was set back by 0", StringComparison.Ordinal));
        Assert.DoesNotContain("is silent", collector.Transcript, StringComparison.Ordinal);
        Assert.Equal(0, await collector.StopAsync());
    }

    private static double StepsBack(Exposition metrics) =>
        metrics.Samples("rpc_collector_clock_steps_total").Single(sample => sample.Labels["direction"] == "back").Value;

    // Each is found as administration between two hosts that are no servers, and all are between other hosts.
    private static (Scenario Before, Scenario Meanwhile, Scenario After) Attacks()
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        return (Scenario.Named("sharpsc-start"), Scenario.Named("find-local-admin"), Scenario.Named("sharpsc-create"));
    }

    private static async Task SendAsync(Scenario attack, LiveCollector collector, IReadOnlyDictionary<string, string>? environment)
    {
        foreach (var file in attack.FilesOf("ipfix"))
        {
            var sent = await CollectorProgram.RunAsync(
                environment, "send", "--now", "--to", $"127.0.0.1:{collector.UdpPort}", "--rate", "1000", file);
            Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
        }
    }

    private static async Task FoundAsync(Scenario attack, LiveCollector collector)
    {
        await collector.UntilAsync(
            () => collector.ListedFindingsAsync($"&client={attack.Client}&server={attack.Server}"), found => found.Count > 0);
        await collector.UntilAsync(
            () => collector.ActivitiesAsync($"&client={attack.Client}&server={attack.Server}"), found => found.Count > 0);
    }

    private static async Task PairsAreActiveAsync(LiveCollector collector, params Scenario[] attacks) => await collector.UntilAsync(
        collector.FindingsAsync,
        now => attacks.All(attack => now.Samples("rpc_collector_pair_activities")
            .Any(sample => sample.IsOfPair(attack.Client, attack.Server))));
}
