using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What is found by ports depends on the flows alone.</summary>
public sealed class UnusualEndpointOrderTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrival_order_within_the_lateness_bound_gives_the_same_findings_and_withdraws_nothing(int seed)
    {
        var steps = TenDays.Steps(seed);
        var (inOrder, withdrawn) = TenDays.Run(steps);

        Assert.Contains(inOrder, finding => finding.Contains(" UnusualEndpoint ", StringComparison.Ordinal));
        Assert.Empty(withdrawn);
        for (var shuffle = 1; shuffle <= 2; shuffle++)
            Assert.Equal(inOrder, TenDays.Run(TwoDays.Delayed(steps, (100 * seed) + shuffle)).Findings);
    }

    [Fact]
    public void Most_of_these_networks_are_called_through_pipes_in_ways_that_are_told_and_that_are_not()
    {
        var told = Seeds().Select(row => TenDays.Run(TenDays.Steps(row.Data)).Findings.Count(IsPipeOpened)).ToList();

        Assert.InRange(told.Count(number => number > 0), Seeds().Count / 2, Seeds().Count);
        Assert.All(told, static number => Assert.InRange(number, 0, 7));
    }

    private static bool IsPipeOpened(string finding) => finding.Contains(" PipeOpened ", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_of_the_judge_and_replays_without_the_moments_between_change_nothing(int seed)
    {
        var steps = TenDays.Steps(seed);
        var inOrder = TenDays.Run(steps).Findings;

        Assert.Equal(inOrder, TenDays.Run(steps, restartEvery: 37).Findings);
        Assert.Equal(inOrder, TenDays.Run(steps, isReplayed: true).Findings);
    }

    [Fact]
    public void What_a_judge_knew_before_it_knew_ports_is_read_and_ports_are_learned_anew_before_they_say_more_than_low()
    {
        // A state of version 5 after two days; then two weeks in which ports are learned.
        var court = new Court();
        using (var saved = typeof(UnusualEndpointOrderTests).Assembly.GetManifestResourceStream("state-of-version-5")!)
            court.Judge.Load(saved);
        for (var day = 3; day < 19; day++)
        {
            court.SimulateDay(day, atHour: at =>
            {
                if (day is 15 or 18 && at % 24 < 9)
                    court.Take(Court.Rpc(at, Court.ClientAt(day - 15), Court.Controller, endpointPort: 49_800));
            });
        }

        court.Complete();

        // The judge has learned for more than 14 days by the 15th, the ports have not.
        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.UnusualEndpoint, Court.ClientAt(0), Court.Controller)?.Severity);
        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.UnusualEndpoint, Court.ClientAt(3), Court.Controller)?.Severity);
    }

    [Fact]
    public void State_of_ports_and_of_what_waits_is_saved_as_it_was()
    {
        var court = UnusualEndpointTests.Lived(16);
        court.Take(Court.Rpc(UnusualEndpointTests.Morning(9.9), Court.ClientAt(3), Court.Controller, endpointPort: 49_800))
            .Take(Court.Rpc(UnusualEndpointTests.Morning(9.95), Court.ClientAt(4), Court.Controller))
            .Take(Court.Rpc(UnusualEndpointTests.Morning(11.2), Court.ClientAt(4), Court.Controller))
                .AdvanceTo(UnusualEndpointTests.Morning(11.3));
        var saved = new MemoryStream();
        court.Judge.Save(saved);
        var other = new Court();
        other.Judge.Load(new MemoryStream(saved.ToArray()));
        var again = new MemoryStream();
        other.Judge.Save(again);

        Assert.Equal(saved.Length, again.Length);
        foreach (var one in (Court[])[court, other])
            Assert.Equal(
                FindingSeverity.High,
                one.Complete().Find(FindingKind.UnusualEndpoint, Court.ClientAt(3), Court.Controller)?.Severity);
    }
}
