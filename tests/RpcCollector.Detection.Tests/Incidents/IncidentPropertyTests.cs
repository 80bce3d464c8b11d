using RpcCollector.Detection.Incidents;
using static RpcCollector.Detection.Tests.Incidents.Book;

namespace RpcCollector.Detection.Tests.Incidents;

/// <summary>What holds for all findings, in every order.</summary>
public sealed class IncidentPropertyTests
{
    [Fact]
    public void A_book_that_took_revisions_and_withdrawals_in_any_order_is_as_one_made_of_what_stands()
    {
        for (var seed = 1; seed <= 80; seed++)
        {
            var random = new Random(seed);
            var (book, standing) = (new IncidentBook(), new Dictionary<long, FindingOutline>());
            for (var step = 0; step < 40; step++)
            {
                var changes = Change(random, standing);
                book.Take(changes);
                if (step % 8 == 7) Assert.Equal(Story(Of(standing.Values)), Story(book));
            }
        }
    }

    [Fact]
    public void An_id_that_was_told_leads_to_an_incident_that_stands_and_never_in_a_circle()
    {
        for (var seed = 1; seed <= 80; seed++)
        {
            var random = new Random(seed);
            var (book, standing) = (new IncidentBook(), new Dictionary<long, FindingOutline>());
            var into = new Dictionary<long, long>();
            var told = new HashSet<long>();
            for (var step = 0; step < 40; step++)
            {
                // A reader has only what he is told: an id that is told anew leads nowhere else any more.
                foreach (var change in book.Take(Change(random, standing, withdraws: step > 5)))
                {
                    told.Add(change.Incident.Id);
                    into.Remove(change.Incident.Id);
                    if (change.Into is { } other) into[change.Incident.Id] = other;
                }

                foreach (var id in told)
                {
                    var (at, hops) = (id, 0);
                    while (into.TryGetValue(at, out var next))
                    {
                        at = next;
                        Assert.True(++hops <= told.Count, $"seed {seed}: {id} leads in a circle");
                    }
                }

                // As many as stand are known to him, and each finding is in one of them.
                Assert.All(standing.Keys, finding => Assert.Contains(book.IncidentOf(finding)!.Value, told));
                Assert.Equal(standing.Count, book.InOrder().Sum(incident => incident.NumFindings));
            }
        }
    }

    [Fact]
    public void Twenty_thousand_findings_of_one_client_cost_so_many_looks_at_findings_and_no_more()
    {
        var book = new IncidentBook();
        var findings = Enumerable.Range(0, 20_000)
            .Select(i => Finding("10.0.0.1", $"10.{1 + (i >> 16)}.{i >> 8 & 255}.{i & 255}", i * 1_000L)).ToList();

        // As a judge publishes a flood: some hundreds at a time.
        foreach (var some in findings.Chunk(500)) book.Take(some.Select(finding => (ActivityChangeKind.Added, finding)));

        Assert.Equal(1, book.Count);
        Assert.InRange(book.NumLookedAt, findings.Count, 40L * findings.Count * 4);
    }

    [Fact]
    public void Fifty_thousand_findings_of_five_thousand_clients_cost_so_many_looks_at_findings_and_no_more()
    {
        var book = new IncidentBook();
        var findings = Enumerable.Range(0, 50_000).Select(i => Finding(
            $"10.1.{i % 5_000 >> 8}.{i % 5_000 & 255}", $"10.{2 + (i / 5_000)}.{i % 5_000 >> 8}.{i % 5_000 & 255}", i * 100L)).ToList();

        foreach (var some in findings.Chunk(500)) book.Take(some.Select(finding => (ActivityChangeKind.Added, finding)));

        Assert.Equal(5_000, book.Count);
        Assert.InRange(book.NumLookedAt, findings.Count, 60L * findings.Count);
    }

    [Fact]
    public void Five_thousand_forged_clients_of_one_host_are_one_incident_at_a_bounded_cost()
    {
        var book = new IncidentBook();
        var findings = Enumerable.Range(0, 5_000).Select(i => Finding($"10.1.{i >> 8}.{i & 255}", "10.0.0.9", i * 100L)).ToList();

        foreach (var some in findings.Chunk(500)) book.Take(some.Select(finding => (ActivityChangeKind.Added, finding)));

        var incident = Assert.Single(book.InOrder());
        Assert.Equal((5_000, Incident.MaxActs, Incident.MaxFindings), (incident.NumClients, incident.Acts.Count, incident.Findings.Count));
        Assert.InRange(book.NumLookedAt, findings.Count, 10L * findings.Count * 6);
    }

    private static List<(ActivityChangeKind Kind, FindingOutline Finding)> Change(
        Random random, Dictionary<long, FindingOutline> standing, bool withdraws = true)
    {
        var changes = new List<(ActivityChangeKind, FindingOutline)>();
        foreach (var finding in IncidentTuningTests.Some(random, random.Next(1, 6)))
        {
            changes.Add((standing.ContainsKey(finding.Id) ? ActivityChangeKind.Revised : ActivityChangeKind.Added, finding));
            standing[finding.Id] = finding;
        }

        if (withdraws && random.Next(2) == 0 && standing.Count > 0)
        {
            var gone = standing.Values.OrderBy(finding => finding.Id).ElementAt(random.Next(standing.Count));
            standing.Remove(gone.Id);
            changes.Add((ActivityChangeKind.Withdrawn, gone));
        }

        return changes;
    }
}
