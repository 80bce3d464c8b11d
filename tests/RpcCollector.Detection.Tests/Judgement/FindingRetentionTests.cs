using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What is kept when there are too many findings.</summary>
public sealed class FindingRetentionTests
{
    private const int Bound = 1_000;
    private static readonly FindingKind[] Kinds = Enum.GetValues<FindingKind>();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Flood_of_an_hour_in_up_to_three_kinds_pushes_out_itself_and_nothing_of_other_hours(int seed)
    {
        var random = new Random(seed);
        var earlier = Enumerable.Range(0, 200).Select(i => Any(random, hour: random.Next(100, 140))).ToList();
        var kinds = Enumerable.Range(0, 1 + (seed % 3)).Select(_ => Kinds[random.Next(Kinds.Length)]).ToArray();
        var (severity, known) = ((FindingSeverity)(1 + (seed % 4)), seed % 3);
        var flood = Enumerable.Range(0, 50_000)
            .Select(i => Any(random, hour: 150) with { Kind = kinds[i % kinds.Length], Severity = severity, KnownHosts = known }).ToList();

        var giving = Choose([.. earlier, .. flood]);

        Assert.Equal(earlier.Count + flood.Count - Bound, giving.Count);
        Assert.DoesNotContain(earlier, finding => giving.Contains(finding.Id));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Which_give_way_does_not_depend_on_the_order_in_which_they_are_told(int seed)
    {
        var random = new Random(seed);
        var findings = Enumerable.Range(0, 3_000).Select(i => Any(random, hour: random.Next(5)))
            .DistinctBy(finding => finding.Id).ToArray();
        var giving = Choose(findings);

        random.Shuffle(findings);

        Assert.Equal(findings.Length - Bound, giving.Count);
        Assert.Equal(giving, Choose(findings));
    }

    [Fact]
    public void Finding_of_known_hosts_outlives_any_number_of_its_kind_and_hour_between_unknown_ones()
    {
        var random = new Random(1);
        var real = Enumerable.Range(0, 20).Select(_ => Flood(random) with { KnownHosts = 2 }).ToList();

        var giving = Choose([.. Enumerable.Range(0, 50_000).Select(_ => Flood(random)), .. real]);

        Assert.DoesNotContain(real, finding => giving.Contains(finding.Id));
    }

    [Fact]
    public void Severe_ones_are_fewer_and_stay_and_mild_ones_go_first()
    {
        var random = new Random(1);
        var high = Enumerable.Range(0, 300).Select(_ => Flood(random) with { Severity = FindingSeverity.High }).ToList();
        var low = Enumerable.Range(0, 2_000).Select(_ => Flood(random) with { Severity = FindingSeverity.Low }).ToList();

        var giving = Choose([.. high, .. low]);

        Assert.All(giving, id => Assert.Contains(low, finding => finding.Id == id));
    }

    [Fact]
    public void Client_and_server_that_have_most_give_way_before_others()
    {
        var random = new Random(1);
        var one = Enumerable.Range(0, 2_000).Select(_ => Flood(random) with { Client = HostAddress.Parse("10.0.0.1") });
        var other = Enumerable.Range(0, 2_000).Select(_ => Flood(random) with { Server = HostAddress.Parse("10.0.0.2") });
        var single = Enumerable.Range(0, 900).Select(_ => Flood(random)).ToList();

        var giving = Choose([.. one, .. other, .. single]);

        Assert.DoesNotContain(single, finding => giving.Contains(finding.Id));
    }

    [Fact]
    public void Of_those_that_nothing_tells_apart_the_first_and_the_latest_stay()
    {
        var random = new Random(1);
        var findings = Enumerable.Range(0, 50_000).Select(i => Flood(random) with { AtUnixMilliseconds = Court.At(1) + i }).ToList();

        var kept = findings.Select((finding, place) => (finding.Id, place)).ExceptBy(Choose(findings), finding => finding.Id)
            .Select(finding => finding.place).ToList();

        Assert.Equal([.. Enumerable.Range(0, Bound / 2), .. Enumerable.Range(50_000 - (Bound / 2), Bound / 2)], kept);
    }

    [Fact]
    public void What_was_withdrawn_gives_way_before_what_stands()
    {
        var random = new Random(1);
        var standing = Enumerable.Range(0, 700).Select(_ => Flood(random)).ToList();

        var giving = Choose([.. standing, .. Enumerable.Range(0, 700).Select(_ => Flood(random) with { IsWithdrawn = true })]);

        Assert.DoesNotContain(standing, finding => giving.Contains(finding.Id));
    }

    private static HashSet<long> Choose(IReadOnlyCollection<RetainedFinding> findings) =>
        [.. FindingRetention.Choose(findings, findings.Count - Bound)];

    private static RetainedFinding Flood(Random random) =>
        Any(random, hour: 1) with { Kind = FindingKind.PeerToPeerRpc, Severity = FindingSeverity.Medium, KnownHosts = 0 };

    private static RetainedFinding Any(Random random, int hour) => new(
        random.NextInt64(1L << 53), Kinds[random.Next(Kinds.Length)], (FindingSeverity)random.Next(1, 5), random.Next(3),
        HostAddress.FromIPv4((uint)random.NextInt64(1L << 32)), HostAddress.FromIPv4((uint)random.NextInt64(1L << 32)),
        Court.At(hour) + random.Next(3_600_000));
}
