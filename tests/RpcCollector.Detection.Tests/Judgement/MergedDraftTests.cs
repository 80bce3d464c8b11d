using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Where several drafts become one finding, nothing of any of them is lost.</summary>
public sealed class MergedDraftTests
{
    private const double Morning = (24 * 15) + 9;

    private static readonly string Client = Court.ClientAt(3);
    private static readonly string Server = Court.ClientAt(4);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Fact]
    public void WinRm_does_not_hide_under_SMB_of_the_same_hour()
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Server, 445)).Take(Court.Contact(Morning + 0.1, Client, Server, 445))
            .Take(Court.Contact(Morning + 0.2, Client, Server, 5985)).Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Client, Server)!;
        Assert.Equal(["T1021.002", "T1021.006"], finding.Techniques);
        Assert.Equal((FindingSeverity.High, 3), (finding.Severity, finding.Count));
        Assert.StartsWith("First WinRM from", finding.Reason, StringComparison.Ordinal);
        Assert.Contains("; in all 2 by SMB, 1 by WinRM", finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(445, 5985)]
    [InlineData(5985, 445)]
    public void Services_of_several_hours_are_all_named_whichever_came_first(int first, int second)
    {
        var court = Lived();
        foreach (var (hours, port) in ((double, int)[])[(0, first), (1, second), (2, second), (3, first)])
            court.Take(Court.Contact(Morning + hours, Client, Server, (ushort)port));
        court.Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Client, Server)!;
        Assert.Equal(["T1021.002", "T1021.006"], finding.Techniques);
        Assert.Equal((FindingSeverity.High, 4), (finding.Severity, finding.Count));
        Assert.Contains("; in all 2 by SMB, 2 by WinRM", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_contact_by_the_same_service_makes_no_finding_worse()
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Server, 445)).Take(Court.Contact(Morning + 1, Client, Server, 445))
            .Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Client, Server)!;
        Assert.Equal(["T1021.002"], finding.Techniques);
        Assert.Equal((FindingSeverity.Medium, 2), (finding.Severity, finding.Count));
        Assert.DoesNotContain("in all", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_and_techniques_outlive_a_restart()
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Server, 445)).AdvanceTo(Morning + 3).Restart()
            .Take(Court.Contact(Morning + 3.5, Client, Server, 5985)).Restart().AdvanceTo(Morning + 7).Restart().Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Client, Server)!;
        Assert.Equal(["T1021.002", "T1021.006"], finding.Techniques);
        Assert.Contains("; in all 1 by SMB, 1 by WinRM", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void SMB_connection_that_follows_two_silent_ports_counts_once()
    {
        var court = Lived().Take(Court.Rpc(Morning, Client, Server, traffic: Court.Unanswered, id: 77))
            .Take(Court.Rpc(Morning + (0.2 / 3600), Client, Server, traffic: Court.Unanswered, id: 78))
            .Take(Court.Contact(Morning + (21.1 / 3600), Client, Server, 445)).Complete();

        Assert.Equal(3, court.Find(FindingKind.FirewalledServiceControl, Client, Server)!.Count);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Techniques_services_and_counts_are_the_same_in_whatever_order_drafts_come_together(int seed)
    {
        var random = new Random(seed);
        string[] techniques = ["T1021.006", "T1021", "T1021.003", "T1021.002", "T1570"];
        var drafts = Enumerable.Range(0, 2 + random.Next(8)).Select(_ => new FindingDraft
        {
            Claim = new Claim(FindingKind.ServerTurnsClient, [.. techniques.Where(_ => random.Next(2) == 0)],
                random.Next(2) == 0 ? [] : ["CAR-2014-05-001"]),
            Client = new(HostAddress.Parse("10.0.0.1")),
            Server = new(HostAddress.Parse("10.0.0.2")),
            Severity = (FindingSeverity)random.Next(1, 5),
            Confidence = FindingConfidence.Medium,
            Count = random.Next(1, 9),
            First = random.Next(9),
            Last = random.Next(9, 19),
            Reason = "It did",
            Flows = [],
            Services = [new((EdgeService)random.Next(4), random.Next(1, 9))],
        }).ToArray();
        var inOrder = Describe(drafts.Aggregate((all, next) => all.With(next)));

        for (var shuffle = 0; shuffle < 5; shuffle++)
        {
            random.Shuffle(drafts);
            var half = drafts.Length / 2;
            Assert.Equal(inOrder, Describe(drafts.Aggregate((all, next) => all.With(next))));
            Assert.Equal(inOrder, Describe(drafts[..half].Aggregate((all, next) => all.With(next)).With(
                drafts[half..].Aggregate((all, next) => all.With(next)))));
        }
    }

    private static string Describe(FindingDraft draft) =>
        $"{string.Join('/', draft.Claim.Techniques.Order(StringComparer.Ordinal))} {string.Join('/', draft.Claim.Analytics)} "
            + $"{draft.Severity} {draft.Count} {draft.First} {draft.Last} {draft.Sentence}";

    private static Court Lived()
    {
        var court = new Court();
        for (var day = 0; day < 15; day++) court.SimulateDay(day);
        return court.AdvanceTo(Morning);
    }
}
