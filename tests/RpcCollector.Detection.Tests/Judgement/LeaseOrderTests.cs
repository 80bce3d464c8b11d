using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Whatever leases say, true or forged: the same findings for every order of arrival, and after a restart anywhere.</summary>
public sealed class LeaseOrderTests
{
    private const long Lateness = 3_600_000;
    private const int NumMachines = 10;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrival_order_within_the_lateness_bound_gives_the_same_findings(int seed)
    {
        var inputs = Inputs(seed);
        var inOrder = Run(inputs);

        Assert.Contains(inOrder, finding => finding.ClientPeriod > 0 || finding.ServerPeriod > 0);
        for (var shuffle = 1; shuffle <= 3; shuffle++)
            Assert.Equal(inOrder.Select(TwoDays.Describe), Run(Delayed(inputs, (100 * seed) + shuffle)).Select(TwoDays.Describe));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_anywhere_in_the_middle_change_nothing(int seed)
    {
        var inputs = Inputs(seed);
        var random = new Random(seed);

        var restarted = Run(inputs, court => _ = random.Next(40) == 0 ? court.Restart() : court);

        Assert.Equal(Run(inputs).Select(TwoDays.Describe), restarted.Select(TwoDays.Describe));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void How_often_is_evaluated_does_not_matter(int seed)
    {
        var inputs = Inputs(seed);
        var seldom = new JudgementOptions { EvaluateEvery = TimeSpan.FromHours(1) };

        Assert.Equal(Run(inputs).Select(TwoDays.Describe), Run(inputs, options: seldom).Select(TwoDays.Describe));
    }

    private static List<Finding> Run(List<Input> inputs, Action<Court>? between = null, JudgementOptions? options = null)
    {
        var court = new Court(options);
        long arrival = 0;
        foreach (var input in inputs)
        {
            arrival = Math.Max(arrival, input.Start + 1_000);
            between?.Invoke(court);
            if (input.Step is { } step) step.Offer(court.Judge, arrival);
            else court.Judge.Take(input.Lease, arrival);
            court.Judge.AdvanceTo(arrival);
        }

        court.Complete();
        return [.. court.Findings.Values];
    }

    private static List<Input> Delayed(List<Input> inputs, int seed)
    {
        var random = new Random(seed);
        return [.. inputs.Select(
            input => (input, at: input.Start + (random.Next(3) == 0 ? random.NextInt64(Lateness - 10_000) : random.NextInt64(60_000))))
                .OrderBy(pair => pair.at).Select(pair => pair.input)];
    }

    // The odd network of two days, and leases for its hosts of which many contradict each other and the flows.
    private static List<Input> Inputs(int seed)
    {
        var random = new Random(seed);
        var inputs = TwoDays.Steps(seed).Select(step => new Input(step.Start, step, default)).ToList();
        for (var i = 0; i < 60; i++)
        {
            var at = Court.At((random.Next(2) * 24) + 6.5 + (random.NextDouble() * 6));
            var address = random.Next(10) == 0 ? Court.Controller : Court.ClientAt(random.Next(NumMachines));
            inputs.Add(
                new Input(at, null, new AddressLease(HostAddress.Parse(address), 1 + (ulong)random.Next(NumMachines), at, at + 9_000_000)));
        }

        return [.. inputs.OrderBy(input => input.Start)];
    }

    private sealed record Input(long Start, Step? Step, AddressLease Lease);
}
