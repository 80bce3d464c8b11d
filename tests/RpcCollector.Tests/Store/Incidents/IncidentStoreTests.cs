using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using static RpcCollector.Tests.Store.Findings.SampleFindings;
using static RpcCollector.Tests.Store.Incidents.StoredIncidents;

namespace RpcCollector.Tests.Store.Incidents;

public sealed class IncidentStoreTests : IDisposable
{
    private readonly StoredIncidents _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Findings_of_one_story_are_stored_with_their_incident_and_come_back_after_a_restart()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", FindingKind.RemoteService, seen: Hour));
        var added = Assert.Single(_store.Write(Added(first), Added(second)));
        Assert.Equal(IncidentEventKind.Added, added.Kind);

        _store.Reopen();

        Assert.Empty(_store.Incidents.Open());
        var incident = Assert.Single(_store.Standing());
        Assert.Equal((first.Id, 2, 2, IncidentState.Open), (incident.Id, incident.NumFindings, incident.NumServers, incident.State));
        Assert.Equal("10.0.0.1", Assert.Single(incident.Acts).Client.Address.ToString());
        Assert.Equal(["192.0.2.20", "192.0.2.21"], incident.Servers.Select(server => server.Address.ToString()));
        Assert.Equal([FindingKind.PeerToPeerRpc, FindingKind.RemoteService], incident.Kinds.Order());
        Assert.Equal(first.Reason, incident.Reason);
        Assert.Equal(
            [first.Id, second.Id], _store.Incidents.Findings(incident.Id, 10).Select(finding => finding.Id));
        Assert.All(_store.Findings.Read(new FindingQuery()).Items, finding => Assert.Equal(incident.Id, finding.Incident));
    }

    [Fact]
    public void Finding_that_a_role_explains_lowers_its_incident_which_says_why_in_its_history_and_after_a_restart()
    {
        var shown = Found("10.0.0.1") with { Severity = FindingSeverity.Critical };
        var id = Assert.Single(_store.Write(Added(shown))).Incident.Id;

        var explained = shown with { Notes = [new FindingNote(Hour, "10.0.0.1 is known to be a management server now.", Explains: true)] };
        Assert.Equal(FindingSeverity.Low, Assert.Single(_store.Write(Revised(explained))).Incident.Severity);

        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
        var incident = Assert.Single(_store.Standing());
        Assert.Equal((FindingSeverity.Low, id), (incident.Severity, incident.Id));
        Assert.Contains("explain 1 of 1 finding", incident.LoweredBecause, StringComparison.Ordinal);
        var line = _store.Incidents.History(id)[^1];
        Assert.Equal((HistoryWhat.Lowered, "low", null), (line.What, line.Value, line.Who));
        Assert.Equal(FindingSeverity.Critical, Assert.Single(_store.Findings.Read(new FindingQuery()).Items).Severity);
    }

    [Fact]
    public void Findings_of_a_former_version_get_their_incidents_at_the_first_start()
    {
        _store.Findings.Write([Added(Found("10.0.0.1")), Added(Found("10.0.0.2"))]);
        _store.State.Dispose();
        BecomeFormer(_store.Temporary.StatePath);
        _store.Open();
        Assert.Equal(2, _store.Findings.Read(new FindingQuery()).Items.Count);
        Assert.Empty(_store.Standing());

        Assert.Equal([IncidentEventKind.Added, IncidentEventKind.Added], _store.Incidents.Open().Select(told => told.Kind));

        Assert.Equal(2, _store.Standing().Count);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
    }

    [Fact]
    public void Same_incidents_come_of_the_same_findings_in_any_order_and_over_restarts()
    {
        List<Finding> findings = [];
        for (var i = 0; i < 60; i++)
            findings.Add(Found(
                $"10.0.{i % 13}.1", i % 5 == 0 ? $"10.0.{(i + 1) % 13}.1" : $"192.0.2.{i}", (FindingKind)(1 + (i % 5)),
                seen: i * i * Hour / 7));
        findings = [.. findings.DistinctBy(finding => finding.Id)];
        _store.Write([.. findings.Select(Added)]);
        var expected = Shape(_store);
        Assert.True(expected.Count > 1);

        var random = new Random(13);
        for (var round = 0; round < 5; round++)
        {
            using var other = new StoredIncidents();
            var order = findings.ToArray();
            random.Shuffle(order);
            foreach (var some in order.Chunk(7))
            {
                other.Write([.. some.Select(Added)]);
                if (random.Next(3) == 0) other.Reopen();
            }

            Assert.Equal(expected, Shape(other));
        }
    }

    [Fact]
    public void Transaction_that_fails_leaves_neither_finding_nor_incident_and_the_next_one_has_both()
    {
        _store.Write(Added(Found("10.0.0.1")));

        Assert.Throws<InvalidOperationException>(() => _store.Keeper.Commit<bool>(transaction =>
        {
            transaction.Take(
                _store.Findings.Write(transaction.Connection, [Added(Found("10.0.0.2")), Added(Found("10.0.0.1", "192.0.2.9"))]));
            Assert.Equal(2, transaction.Events.Count);
            throw new InvalidOperationException("the disk is gone");
        }));

        Assert.Equal(1, Assert.Single(_store.Standing()).NumFindings);
        Assert.Single(_store.Findings.Read(new FindingQuery()).Items);
        _store.Write(Added(Found("10.0.0.3")), Added(Found("10.0.0.1", "192.0.2.8")));
        Assert.Equal([1, 2], _store.Standing().Select(incident => incident.NumFindings).Order());
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
    }

    [Fact]
    public void Withdrawn_finding_leaves_and_an_incident_without_any_is_withdrawn_with_its_history()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21"));
        _store.Write(Added(first), Added(second));
        var id = Assert.Single(_store.Standing()).Id;
        _store.Deeds.Note(id, "looks odd", new Said("Ada", "192.0.2.1"));

        Assert.Equal(IncidentEventKind.Revised, Assert.Single(_store.Write(Withdrawn(first.Id == id ? second : first))).Kind);
        Assert.Equal(1, Assert.Single(_store.Standing()).NumFindings);
        Assert.Equal(IncidentEventKind.Withdrawn, Assert.Single(_store.Write(Withdrawn(first.Id == id ? first : second))).Kind);

        Assert.Empty(_store.Standing());
        var kept = _store.Find(id);
        Assert.Equal(_store.Now, kept.WithdrawnUnixMilliseconds);
        Assert.Equal("looks odd", Assert.Single(_store.Incidents.History(id)).Text);
        Assert.Equal(IncidentRefusal.IsWithdrawn, _store.Deeds.Note(id, "too late", new Said("Ada", null)).Refusal);
        Assert.Single(_store.Incidents.Read(new IncidentQuery { States = [IncidentChoice.Withdrawn] }, (_, _) => null).Items);
    }

    [Fact]
    public void Incident_that_comes_again_after_it_was_withdrawn_is_open()
    {
        var finding = Found("10.0.0.1");
        _store.Write(Added(finding));
        _store.Deeds.SetState(finding.Id, IncidentState.Acknowledged, why: null, new Said("Ada", null));
        _store.Write(Withdrawn(finding));

        Assert.Equal(IncidentEventKind.Added, Assert.Single(_store.Write(Added(finding))).Kind);

        Assert.Equal(IncidentState.Open, Assert.Single(_store.Standing()).State);
    }

    [Fact]
    public void Two_that_become_one_keep_what_people_did_with_both_and_hide_no_more_than_before()
    {
        var (early, late) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: 100 * Hour));
        _store.Write(Added(early), Added(late));
        Assert.Equal(2, _store.Standing().Count);
        _store.Deeds.SetState(early.Id, IncidentState.Acknowledged, "mine", new Said("Ada", "192.0.2.1"));
        _store.Deeds.Assign(early.Id, "Ada", new Said("Ada", null));
        _store.Deeds.Note(late.Id, "strange", new Said("Grace", "192.0.2.2"));
        _store.Deeds.Assign(late.Id, "Grace", new Said("Grace", null));

        var events = _store.Write(Added(Found("10.0.0.1", "192.0.2.22", seen: 50 * Hour)));

        Assert.Contains(
            events, told => told.Kind == IncidentEventKind.Merged && told.Incident.Id == late.Id && told.Incident.MergedInto == early.Id);
        var incident = Assert.Single(_store.Standing());
        Assert.Equal((early.Id, 3, IncidentState.Open, "Ada"), (incident.Id, incident.NumFindings, incident.State, incident.Assignee));
        var found = _store.Incidents.Find(late.Id)!;
        Assert.Equal((early.Id, late.Id), (found.Incident.Id, found.MergedFrom));
        var history = _store.Incidents.History(early.Id);
        Assert.Contains(
            history, line => line is { What: HistoryWhat.Noted, Text: "strange", Who: "Grace", From: "192.0.2.2" } && line.Of == late.Id);
        Assert.Contains(history, line => line is { What: HistoryWhat.StateSet, Value: "acknowledged", Text: "mine" });
        Assert.Contains(history, line => line is { What: HistoryWhat.Assigned, Value: "Grace", Who: null });
        Assert.Contains(history, line => line.What == HistoryWhat.Merged && line.Value == late.Id.ToString("x16"));
        Assert.Empty(_store.Incidents.History(late.Id));

        _store.Deeds.Note(late.Id, "by its former id", new Said("Grace", null));
        Assert.Equal("by its former id", _store.Incidents.History(early.Id)[^1].Text);
    }

    [Fact]
    public void Id_that_went_away_leads_on_over_several_merges()
    {
        _store.Write(Added(Found("10.0.0.1", "192.0.2.1", seen: 190 * Hour)), Added(Found("10.0.0.1", "192.0.2.2", seen: 100 * Hour)));
        var last = Found("10.0.0.1", "192.0.2.1", seen: 190 * Hour).Id;
        _store.Deeds.SetState(last, IncidentState.Acknowledged, why: null, new Said("Ada", null));
        _store.Write(Added(Found("10.0.0.1", "192.0.2.3", seen: 145 * Hour)));
        _store.Write(Added(Found("10.0.0.1", "192.0.2.4", seen: 24 * Hour)));
        _store.Write(Added(Found("10.0.0.1", "192.0.2.5", seen: 62 * Hour)));

        var incident = Assert.Single(_store.Standing());
        Assert.Equal(Found("10.0.0.1", "192.0.2.4").Id, incident.Id);
        Assert.Equal(incident.Id, _store.Find(last).Id);
        _store.Reopen();
        Assert.Equal(incident.Id, _store.Find(last).Id);
    }

    [Fact]
    public void Incident_that_is_called_otherwise_by_an_earlier_finding_stays_what_people_made_of_it()
    {
        var late = Found("10.0.0.1", seen: Hour);
        _store.Write(Added(late));
        _store.Deeds.SetState(late.Id, IncidentState.Acknowledged, why: null, new Said("Ada", null));
        _store.Deeds.Assign(late.Id, "Ada", new Said("Ada", null));
        var early = Found("10.0.0.1", "192.0.2.21", severity: FindingSeverity.Low);

        _store.Write(Added(early));

        var incident = Assert.Single(_store.Standing());
        Assert.Equal((early.Id, IncidentState.Acknowledged, "Ada"), (incident.Id, incident.State, incident.Assignee));
        Assert.Equal(early.Id, _store.Find(late.Id).Id);
    }

    [Fact]
    public void Acknowledged_incident_that_becomes_worse_opens_by_itself_and_says_so()
    {
        var finding = Found("10.0.0.1", severity: FindingSeverity.Medium);
        _store.Write(Added(finding));
        _store.Deeds.SetState(finding.Id, IncidentState.Acknowledged, why: null, new Said("Ada", null));

        Assert.Equal(IncidentEventKind.Revised, Assert.Single(_store.Write(Revised(finding with { Count = 2 }))).Kind);
        Assert.Equal(IncidentState.Acknowledged, Assert.Single(_store.Standing()).State);
        Assert.Equal(
            IncidentEventKind.State,
            Assert.Single(_store.Write(Revised(finding with { Count = 2, Severity = FindingSeverity.Critical }))).Kind);

        Assert.Equal(IncidentState.Open, Assert.Single(_store.Standing()).State);
        var line = _store.Incidents.History(finding.Id)[^1];
        Assert.Equal((HistoryWhat.Reopened, null, "It is worse than when it was acknowledged."), (line.What, line.Who, line.Text));
        Assert.Equal(1, _store.Keeper.Reopened);
    }

    [Fact]
    public void Damaged_row_is_left_out_and_made_anew()
    {
        _store.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));
        var damaged = Found("10.0.0.1").Id;
        _store.State.Dispose();
        _store.Temporary.DamageRow("incidents", "severity = 1", $"id = {damaged}");
        _store.Open();
        Assert.Single(_store.Standing());

        _store.Incidents.Open();

        Assert.Equal(2, _store.Standing().Count);
        Assert.Equal(1, _store.State.DamagedRows.Of(StateTables.Incidents));
        Assert.Equal(FindingSeverity.High, _store.Find(damaged).Severity);
    }

    [Fact]
    public void Row_that_is_damaged_while_in_use_is_made_anew_with_the_next_findings()
    {
        _store.Write(Added(Found("10.0.0.1")));
        _store.Temporary.DamageRow("incidents", "content = '{}'", "TRUE");
        Assert.Empty(_store.Standing());

        _store.Write(Added(Found("10.0.0.2")));

        Assert.Equal(2, _store.Standing().Count);
    }

    [Fact]
    public void Findings_that_give_way_leave_their_incidents_and_old_ids_are_forgotten()
    {
        _store.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));
        _store.Temporary.Pass(_store.Temporary.Options.MaxAge / 2);
        _store.Write(Revised(Found("10.0.0.2", count: 2)));
        _store.Temporary.Pass((_store.Temporary.Options.MaxAge / 2) + TimeSpan.FromSeconds(1));

        TrimAll();

        Assert.Equal(Found("10.0.0.2").Id, Assert.Single(_store.Standing()).Id);
        Assert.NotNull(_store.Incidents.Find(Found("10.0.0.1").Id)!.Incident.WithdrawnUnixMilliseconds);
        _store.Temporary.Pass(_store.Temporary.Options.MaxAge + TimeSpan.FromSeconds(1));
        TrimAll();
        TrimAll();
        Assert.Null(_store.Incidents.Find(Found("10.0.0.1").Id));
    }

    [Fact]
    public void Hidden_incident_is_one_of_which_all_findings_are_hidden()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21"));
        _store.Write(Added(first), Added(second), Added(Found("10.0.0.2")));
        var suppressions = new SuppressionStore(_store.State, _store.Clock);
        suppressions.Add(new Suppression(0, null, null, "192.0.2.21", "Ada", "known", _store.Now, null));
        Assert.Equal(2, _store.Standing(withHidden: false).Count);

        _store.Verdicts.Give(first.Id, new GivenVerdict(VerdictMeaning.Benign, "Ada", "backup", _store.Now, _store.Now + 60_000));

        Assert.Equal(Found("10.0.0.2").Id, Assert.Single(_store.Standing(withHidden: false)).Id);
        var page = _store.Incidents.Read(new IncidentQuery(), (_, _) => null);
        Assert.Equal((1, 1), (page.Total, page.Hidden));
        Assert.Single(_store.Incidents.ReadActive(TimeSpan.FromDays(1), 10));
        _store.Temporary.Time.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(2, _store.Standing(withHidden: false).Count);
    }

    /// <summary>As the version before left it that knew no incidents.</summary>
    private static void BecomeFormer(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        RowChecksum.Register(connection);
        var steps = StateTables.Schema.Migrations;
        var step = Enumerable.Range(0, steps.Count)
            .First(i => steps[i].Contains($"CREATE TABLE {StateTables.Incidents.Name} (", StringComparison.Ordinal));
        foreach (var table in StateTables.All)
        {
            if (!steps.Skip(step).Any(sql => sql.Contains($"CREATE TABLE {table.Name} (", StringComparison.Ordinal))) continue;
            Database.Execute(connection, $"DROP TABLE {table.Name}; DELETE FROM census WHERE name = '{table.Name}'");
        }

        Database.Execute(connection, $"PRAGMA user_version = {step}");
    }

    private void TrimAll()
    {
        while (_store.Incidents.Trim(_store.Clock.UnixMilliseconds, _store.Clock.AgedUnixMilliseconds).DidSomething)
        {
        }
    }

    private static List<string> Shape(StoredIncidents store) =>
    [
        .. store.Standing()
            .Select(incident => $"{incident.Id:x} {incident.Severity} {incident.NumServers} {incident.Count}: " + string.Join(
            ' ', store.Incidents.Findings(incident.Id, 1_000).Select(finding => finding.Id.ToString("x")))),
    ];
}
