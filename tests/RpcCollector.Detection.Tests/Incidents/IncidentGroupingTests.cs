using RpcCollector.Detection.Incidents;
using static RpcCollector.Detection.Tests.Incidents.Book;

namespace RpcCollector.Detection.Tests.Incidents;

public sealed class IncidentGroupingTests
{
    [Fact]
    public void Findings_of_one_client_within_the_gap_are_one_incident_with_the_id_of_the_earliest()
    {
        var (late, early) = (Finding("10.0.0.1", "10.0.0.3", 5 * Hour), Finding("10.0.0.1", "10.0.0.2", 0));
        var incident = Assert.Single(Of(late, early).InOrder());
        Assert.Equal(early.Id, incident.Id);
        Assert.Equal([early.Id, late.Id], incident.Findings);
    }

    [Fact]
    public void After_a_longer_gap_another_incident_begins()
    {
        var book = Of(Finding("10.0.0.1", "10.0.0.2", 0), Finding("10.0.0.1", "10.0.0.3", 61 * Hour));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void A_habit_that_nobody_judged_does_not_join_attacks_weeks_apart()
    {
        var book = Of(
            Finding("10.0.0.1", "10.0.0.2", 0, FindingSeverity.Low, lasts: 30 * Day), Finding("10.0.0.1", "10.0.0.3", 20 * Day));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void A_driven_host_that_goes_on_belongs_to_the_same_story_and_raises_it()
    {
        var book = Of(
            Finding("10.0.0.1", "10.0.0.2", 0), Finding("10.0.0.2", "10.0.0.3", Hour), Finding("10.0.0.3", "10.0.0.4", 2 * Hour));
        var incident = Assert.Single(book.InOrder());
        Assert.Equal((3, FindingSeverity.High, 2), (incident.NumClients, incident.Severity, incident.Steps.Count));
    }

    [Fact]
    public void Who_was_a_client_before_it_was_driven_is_no_part_of_that_story()
    {
        var book = Of(Finding("10.0.0.2", "10.0.0.3", 0), Finding("10.0.0.1", "10.0.0.2", Hour));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void A_deployment_that_drives_hundreds_takes_no_intruders_story_with_it()
    {
        var deployed = Enumerable.Range(1, 200).Select(i => Finding("10.0.0.1", $"10.0.1.{i}", i * Minute));
        var book = Of([.. deployed, Finding("10.0.1.7", "10.0.1.8", 8 * Hour), Finding("10.0.1.8", "10.0.1.9", 9 * Hour)]);
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void Two_intruders_who_use_the_same_server_stay_two()
    {
        var book = Of(
            Finding("10.0.0.1", "10.0.0.9", 0), Finding("10.0.0.2", "10.0.0.9", Hour), Finding("10.0.0.1", "10.0.0.3", 2 * Hour));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void The_next_holder_of_an_address_is_another_client()
    {
        var book = Of(Finding("10.0.0.1", "10.0.0.2", 0), Finding("10.0.0.1", "10.0.0.3", Hour, period: 77));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void An_incident_whose_earlier_half_comes_late_goes_into_the_one_with_the_earlier_id()
    {
        var (first, second, link) = (
            Finding("10.0.0.1", "10.0.0.2", 0), Finding("10.0.0.1", "10.0.0.4", 90 * Hour), Finding("10.0.0.1", "10.0.0.3", 45 * Hour));
        var book = Of(first, second);
        var changes = book.Take([(ActivityChangeKind.Added, link)]);
        var gone = Assert.Single(changes, change => change.Kind == ActivityChangeKind.Withdrawn);
        Assert.Equal((second.Id, (long?)first.Id), (gone.Incident.Id, gone.Into));
        Assert.Equal([first.Id, link.Id, second.Id], book.FindingsOf(first.Id));
    }

    [Fact]
    public void What_a_person_closed_stays_as_it_is_and_what_comes_makes_another()
    {
        var (first, second) = (Finding("10.0.0.1", "10.0.0.2", 0), Finding("10.0.0.1", "10.0.0.3", Hour));
        var book = Of(first);
        book.Close(first.Id);
        book.Take([(ActivityChangeKind.Added, second)]);
        Assert.Equal((first.Id, second.Id), (book.IncidentOf(first.Id)!.Value, book.IncidentOf(second.Id)!.Value));

        book.Reopen(first.Id);
        Assert.Equal(first.Id, book.IncidentOf(second.Id));
    }

    [Fact]
    public void Every_order_of_arrival_with_revisions_and_withdrawals_gives_the_same_incidents()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var findings = Enumerable.Range(0, 60).Select(_ => Finding(
                $"10.0.0.{random.Next(1, 9)}", random.Next(8) == 0 ? null : $"10.0.0.{random.Next(9, 18) % 12 + 1}",
                random.NextInt64(6 * Day),
                (FindingSeverity)random.Next(1, 5), (FindingKind)random.Next(1, 9), random.NextInt64(2 * Day), random.Next(1, 50)))
                .Where(finding => finding.Client != finding.Server).DistinctBy(finding => finding.Id).ToList();
            var straight = Story(Of(findings));

            var book = new IncidentBook();
            var order = findings.OrderBy(_ => random.Next()).ToList();
            var noise = Enumerable.Range(0, 20).Select(i => Finding(
                $"10.0.0.{random.Next(1, 12)}", $"10.0.0.{random.Next(12, 16)}", random.NextInt64(6 * Day), FindingSeverity.High,
                (FindingKind)(21 + (i % 3)))).DistinctBy(finding => finding.Id).ToList();
            book.Take(noise.Select(finding => (ActivityChangeKind.Added, finding)));
            foreach (var some in order.Chunk(random.Next(1, 9)))
                book.Take(some.Select(finding => (ActivityChangeKind.Added, finding with { Severity = FindingSeverity.Medium })));
            foreach (var finding in noise.OrderBy(_ => random.Next()))
                book.Take([(ActivityChangeKind.Withdrawn, finding)]);
            foreach (var some in order.OrderBy(_ => random.Next()).Chunk(random.Next(1, 9)))
                book.Take(some.Select(finding => (ActivityChangeKind.Revised, finding)));
            Assert.Equal(straight, Story(book));
        }
    }

    [Fact]
    public void A_book_filled_with_what_stands_goes_on_as_the_one_that_took_it_piece_by_piece()
    {
        var findings = Enumerable.Range(0, 300).Select(i => Finding(
            $"10.0.0.{i * 7 % 23}", $"10.0.0.{(i * 11 % 23) + 30 - (i % 3 * 15)}", i * 37 % 300 * Hour / 3, FindingSeverity.Medium,
            (FindingKind)((i % 8) + 1))).Where(finding => finding.Client != finding.Server).DistinctBy(finding => finding.Id).ToList();
        var book = Of(findings);
        var closed = book.InOrder()[3].Id;
        var members = book.FindingsOf(closed);
        book.Close(closed);

        var again = new IncidentBook();
        again.Restore(findings, [(closed, members)]);
        Assert.Equal(Story(book), Story(again));

        var late = Finding("10.0.0.7", "10.0.0.8", 50 * Hour, FindingSeverity.High, FindingKind.RemoteTask);
        book.Take([(ActivityChangeKind.Added, late)]);
        again.Take([(ActivityChangeKind.Added, late)]);
        Assert.Equal(Story(book), Story(again));
    }

    [Fact]
    public void The_title_says_who_drove_whom_and_who_went_on()
    {
        var book = Of(
            Finding("10.0.0.1", "10.0.0.2", 0, FindingSeverity.High, FindingKind.RemoteService), Finding("10.0.0.1", "10.0.0.5", Minute),
            Finding("10.0.0.2", "10.0.0.3", Hour));
        Assert.Equal(
            "10.0.0.1 created or started a service on 10.0.0.2 and contacted 1 more; 10.0.0.2 drove 10.0.0.3",
            IncidentTitle.Of(book.InOrder()[0], host => host.Address.ToString()));
    }
}
