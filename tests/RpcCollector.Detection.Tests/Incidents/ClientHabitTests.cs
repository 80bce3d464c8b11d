using RpcCollector.Detection.Incidents;

namespace RpcCollector.Detection.Tests.Incidents;

/// <summary>A client that looks into other hosts week after week is one incident that proposes a role, and lowers nothing.</summary>
public sealed class ClientHabitTests
{
    private const string Desk = "10.0.1.5";

    [Fact]
    public void A_help_desk_is_one_incident_that_proposes_its_role()
    {
        var book = Book.Of(Weeks(Desk));

        var incident = Assert.Single(book.InOrder());
        Assert.Equal(
            (HostRole.ManagementServer, FindingSeverity.High, 6), (incident.ProposedRole, incident.Severity, incident.NumFindings));
    }

    [Fact]
    public void A_week_of_it_is_needed() =>
        Assert.All(Book.Of(Weeks(Desk).Where(finding => finding.FirstSeenUnixMilliseconds < Book.Start + (7 * Book.Day))).InOrder(),
            incident => Assert.Null(incident.ProposedRole));

    [Fact]
    public void A_client_that_goes_to_the_same_host_again_and_again_is_no_help_desk() => Assert.All(
        Book.Of(Enumerable.Range(0, 6).Select(week => Book.Finding(
            Desk, "10.0.1.20", week * 5 * Book.Day, FindingSeverity.High) with
        { Id = 1_000 + week })).InOrder(),
        incident => Assert.Null(incident.ProposedRole));

    [Fact]
    public void A_client_that_goes_to_many_within_a_day_is_no_help_desk() => Assert.All(
        Book.Of(Weeks(Desk).Concat(Enumerable.Range(0, 12).Select(i => Book.Finding(Desk, $"10.0.2.{i}", 20 * Book.Day + i)))).InOrder(),
        incident => Assert.True(incident.ProposedRole is null || incident.NumFindings == 6));

    [Fact]
    public void What_is_more_than_new_is_a_story_of_its_own_and_proposes_nothing()
    {
        var attack = Book.Finding(Desk, "10.0.1.77", (40 * Book.Day) + Book.Hour, FindingSeverity.High, FindingKind.RemoteService);
        var book = Book.Of(Weeks(Desk).Append(attack));

        var own = book.Find(book.IncidentOf(attack.Id)!.Value)!;
        Assert.Equal((1, null), (own.NumFindings, own.ProposedRole));
        Assert.Contains(book.InOrder(), incident => incident.ProposedRole == HostRole.ManagementServer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_is_the_same_in_whatever_order_findings_come_and_go(int seed)
    {
        var random = new Random(seed);
        var findings = Weeks(Desk).Concat(Weeks("10.0.1.6")).Append(
            Book.Finding(Desk, "10.0.1.77", 9 * Book.Day, FindingSeverity.High, FindingKind.RemoteService)).ToArray();
        var inOrder = Book.Story(Book.Of(findings));
        random.Shuffle(findings);
        var book = new IncidentBook();
        foreach (var finding in findings)
        {
            book.Take([(ActivityChangeKind.Added, finding)]);
            if (random.Next(3) > 0) continue;
            book.Take([(ActivityChangeKind.Withdrawn, finding)]);
            book.Take([(ActivityChangeKind.Added, finding)]);
        }

        Assert.Equal(inOrder, Book.Story(book));
    }

    [Fact]
    public void A_finding_that_a_role_explains_keeps_no_incident_above_low_and_stays_in_it()
    {
        var finding = Book.Finding(Desk, "10.0.1.20", 0, FindingSeverity.Critical);
        var book = Book.Of(finding);

        var change = Assert.Single(book.Take([(ActivityChangeKind.Revised, finding with { IsExplained = true })]));
        Assert.Equal((FindingSeverity.Low, 1), (change.Incident.Severity, change.Incident.NumFindings));
        Assert.Contains("explain 1 of 1", change.Incident.LoweredBecause, StringComparison.Ordinal);

        change = Assert.Single(book.Take([(ActivityChangeKind.Revised, finding)]));
        Assert.Equal((FindingSeverity.Critical, null), (change.Incident.Severity, change.Incident.LoweredBecause));
    }

    [Fact]
    public void What_no_role_explains_keeps_its_severity()
    {
        var book = Book.Of(
            Book.Finding(Desk, "10.0.1.20", 0, FindingSeverity.Critical) with { IsExplained = true },
            Book.Finding(Desk, "10.0.1.21", Book.Hour, FindingSeverity.High));

        Assert.Equal(FindingSeverity.High, Assert.Single(book.InOrder()).Severity);
    }

    [Fact]
    public void One_finding_that_stands_for_many_counts_no_activity_twice()
    {
        var all = Book.Finding(Desk, null, 0, servers: 20) with { Count = 60 };
        var own = Enumerable.Range(0, 4).Select(i => Book.Finding(Desk, $"10.0.2.{i}", i) with { Count = 3 });

        Assert.Equal(60, Assert.Single(Book.Of(own.Prepend(all)).InOrder()).Count);
    }

    // Two hosts a time, eight days apart.
    private static IEnumerable<FindingOutline> Weeks(string client) => Enumerable.Range(0, 6).Select(i => Book.Finding(
        client, $"10.0.1.{20 + i}", ((i / 2) * 8 * Book.Day) + ((i % 2) * Book.Hour), FindingSeverity.High));
}
