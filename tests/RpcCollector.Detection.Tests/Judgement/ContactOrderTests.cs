namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Returns, uploads and bursts are the same findings for every order of arrival, restart and pace of evaluation.</summary>
public sealed class ContactOrderTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrival_order_within_the_lateness_bound_gives_the_same_findings(int seed)
    {
        var steps = SevenDays.Steps(seed);
        var inOrder = TwoDays.Run(steps, SevenDays.Options);

        Assert.Contains(inOrder, finding => finding.Contains(" ContactInReturn ", StringComparison.Ordinal));
        Assert.Contains(inOrder, finding => finding.Contains(" LargeUpload ", StringComparison.Ordinal));
        for (var shuffle = 1; shuffle <= 2; shuffle++)
            Assert.Equal(inOrder, TwoDays.Run(TwoDays.Delayed(steps, (100 * seed) + shuffle), SevenDays.Options));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_change_nothing(int seed)
    {
        var steps = SevenDays.Steps(seed);

        Assert.Equal(
            TwoDays.Run(steps, SevenDays.Options),
            TwoDays.Run(steps, SevenDays.Options, (i, court) => i % 97 == 96 ? court.Restart() : court));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void How_often_is_evaluated_does_not_matter(int seed)
    {
        var (steps, seldom) = (SevenDays.Steps(seed), SevenDays.Options);
        seldom.EvaluateEvery = TimeSpan.FromHours(1);

        Assert.Equal(TwoDays.Run(steps, SevenDays.Options), TwoDays.Run(steps, seldom));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Hours_of_which_more_was_seen_than_is_held_give_the_same_bursts_in_every_order(int seed)
    {
        var options = SevenDays.Options;
        options.MaxOpenFactsPerEdge = 64;
        var steps = SevenDays.Steps(seed);
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var at = (24 * 5) + 9 + (random.NextDouble() / (i < 150 ? 1 : 200));
            steps.Add(new Step(
                ActivityChangeKind.Added, Court.Rpc(at, Court.ClientAt(2), Court.Controller, JoinBasis.MapperOnly, id: 1_000 + i), null));
        }

        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        var inOrder = Bursts(TwoDays.Run(steps, options));
        Assert.NotEmpty(inOrder);
        for (var shuffle = 1; shuffle <= 2; shuffle++)
            Assert.Equal(inOrder, Bursts(TwoDays.Run(TwoDays.Delayed(steps, (100 * seed) + shuffle), options)));

        // Which of the flows are held, and so their times, depends on the order.
        static List<string> Bursts(List<string> findings) =>
            [.. findings.Select(finding => finding.Split(' ')).Where(words => words[1].Equals("MapperBurst", StringComparison.Ordinal))
                .Select(words => string.Join(' ', words[..7].Append(words[9])))];
    }
}
