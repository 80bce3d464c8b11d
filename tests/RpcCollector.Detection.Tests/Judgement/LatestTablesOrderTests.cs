namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// What is found by ports, uploads, bursts and contacts in return depends on the flows alone, whatever the lateness bound is.
/// </summary>
public sealed class LatestTablesOrderTests
{
    public static TheoryData<int, int> Seeds() => [.. Enumerable.Range(1, 12).Select(seed => (seed, seed % 2 == 0 ? 1 : 3))];

    [Fact]
    public void Nine_days_have_findings_of_every_kind_that_rests_on_these_tables()
    {
        var kinds = Enumerable.Range(1, 6).SelectMany(seed => NineDays.Run(NineDays.Steps(seed), 1)).Select(found => found.Split(' ')[1]);

        Assert.Superset(
            new HashSet<string> { "UnusualEndpoint", "LargeUpload", "MapperBurst", "ContactInReturn" }, kinds.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrival_order_within_the_lateness_bound_gives_the_same_findings(int seed, int lateness)
    {
        var steps = NineDays.Steps(seed);
        var inOrder = NineDays.Run(steps, lateness);

        Assert.NotEmpty(inOrder);
        for (var shuffle = 1; shuffle <= 2; shuffle++)
            Assert.Equal(inOrder, NineDays.Run(NineDays.Delayed(steps, lateness, (100 * seed) + shuffle), lateness));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_of_the_judge_and_replays_without_the_moments_between_change_nothing(int seed, int lateness)
    {
        var steps = NineDays.Steps(seed);
        var inOrder = NineDays.Run(steps, lateness);

        Assert.Equal(inOrder, NineDays.Run(steps, lateness, restartEvery: 41));
        Assert.Equal(inOrder, NineDays.Run(NineDays.Delayed(steps, lateness, seed), lateness, restartEvery: 53, isReplayed: true));
    }
}
