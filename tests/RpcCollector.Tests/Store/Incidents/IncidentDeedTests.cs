using RpcCollector.Detection;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using static RpcCollector.Tests.Store.Findings.SampleFindings;
using static RpcCollector.Tests.Store.Incidents.StoredIncidents;

namespace RpcCollector.Tests.Store.Incidents;

/// <summary>What people do with incidents, and what becomes of it.</summary>
public sealed class IncidentDeedTests : IDisposable
{
    private readonly StoredIncidents _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(VerdictMeaning.Benign)]
    [InlineData(VerdictMeaning.Malicious)]
    public void Verdict_is_given_on_each_finding_and_closes(VerdictMeaning meaning)
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21"));
        _store.Write(Added(first), Added(second));
        var id = _store.Standing()[0].Id;

        var outcome = _store.Deeds.Give(id, Verdict(meaning));

        Assert.Equal(2, outcome.Verdicts.Count);
        Assert.Empty(outcome.Suppressions);
        Assert.Equal(IncidentEventKind.State, Assert.Single(outcome.Events).Kind);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
        var incident = Assert.Single(_store.Standing());
        Assert.Equal(
            (IncidentState.Closed, meaning, meaning == VerdictMeaning.Benign),
            (incident.State, incident.ClosedAs!.Value, incident.IsHidden));
        Assert.All(
            _store.Incidents.Findings(id, 10),
            finding => Assert.Equal((meaning, "Ada", "192.0.2.1"), (finding.Verdict!.Meaning, finding.Verdict.Who, finding.Verdict.From)));
        var line = Assert.Single(_store.Incidents.History(id));
        Assert.Equal((HistoryWhat.VerdictGiven, "Ada", "192.0.2.1", "it was"), (line.What, line.Who, line.From, line.Text));
        Assert.Empty(_store.Incidents.ReadActive(TimeSpan.FromDays(1), 10));
    }

    [Fact]
    public void New_finding_of_a_closed_story_is_an_incident_of_its_own_that_names_the_closed_one()
    {
        var first = Found("10.0.0.1");
        _store.Write(Added(first));
        _store.Deeds.Give(first.Id, Verdict(VerdictMeaning.Malicious));
        var second = Found("10.0.0.1", "192.0.2.21", seen: Hour);

        var added = Assert.Single(_store.Write(Added(second)));

        Assert.Equal((IncidentEventKind.Added, second.Id, first.Id), (added.Kind, added.Incident.Id, added.Incident.Related!.Value));
        Assert.Equal(IncidentState.Closed, _store.Find(first.Id).State);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
        Assert.Equal(2, _store.Standing().Count);
    }

    [Fact]
    public void What_was_closed_long_ago_is_not_related()
    {
        _store.Write(Added(Found("10.0.0.1")));
        _store.Deeds.Give(Found("10.0.0.1").Id, Verdict(VerdictMeaning.Malicious));

        Assert.Null(Assert.Single(_store.Write(Added(Found("10.0.0.1", "192.0.2.21", seen: 100 * Hour)))).Incident.Related);
    }

    [Fact]
    public void Closed_incident_opens_when_a_finding_of_it_goes_on_unless_that_is_benign()
    {
        var (bad, harmless) = (Found("10.0.0.1"), Found("10.0.0.2"));
        _store.Write(Added(bad), Added(harmless));
        _store.Deeds.Give(bad.Id, Verdict(VerdictMeaning.Malicious));
        _store.Deeds.Give(harmless.Id, Verdict(VerdictMeaning.Benign));

        _store.Write(Revised(bad with { Count = 9, LastSeenUnixMilliseconds = bad.LastSeenUnixMilliseconds + Hour }),
            Revised(harmless with { Count = 9, LastSeenUnixMilliseconds = bad.LastSeenUnixMilliseconds + Hour }));

        Assert.Equal((IncidentState.Open, IncidentState.Closed), (_store.Find(bad.Id).State, _store.Find(harmless.Id).State));
        Assert.Equal("It went on after it was closed.", _store.Incidents.History(bad.Id)[^1].Text);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
    }

    [Fact]
    public void Closed_incident_opens_when_a_finding_goes_on_though_the_book_has_to_be_made_anew()
    {
        var bad = Found("10.0.0.1");
        _store.Write(Added(bad));
        _store.Deeds.Give(bad.Id, Verdict(VerdictMeaning.Malicious));
        _store.Reopen();

        _store.Write(Revised(bad with { Count = 9, LastSeenUnixMilliseconds = bad.LastSeenUnixMilliseconds + Hour }));

        Assert.Equal(IncidentState.Open, _store.Find(bad.Id).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Incident_closed_as_benign_opens_when_a_finding_of_it_is_not_called_so_any_more(bool isTakenBack)
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: Hour));
        _store.Write(Added(first), Added(second));
        _store.Deeds.Give(first.Id, Verdict(VerdictMeaning.Benign));

        if (isTakenBack) _store.Deeds.WithdrawOnFinding(second.Id, from: null);
        else _store.Deeds.GiveOnFinding(second.Id, new GivenVerdict(VerdictMeaning.Malicious, "Ada", "it was not", _store.Now, null));

        Assert.Equal(IncidentState.Open, _store.Find(first.Id).State);
        Assert.Equal("A finding of it is no longer called benign.", _store.Incidents.History(first.Id)[^1].Text);
    }

    [Fact]
    public void Closed_incident_stays_closed_when_less_is_said_of_it()
    {
        var finding = Found("10.0.0.1", count: 5);
        _store.Write(Added(finding));
        _store.Deeds.Give(finding.Id, Verdict(VerdictMeaning.Malicious));

        _store.Write(Revised(finding with { Count = 4, Severity = FindingSeverity.Medium }));

        Assert.Equal(IncidentState.Closed, _store.Find(finding.Id).State);
    }

    [Fact]
    public void Incident_that_opened_by_itself_takes_up_what_came_meanwhile()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: Hour));
        _store.Write(Added(first));
        _store.Deeds.Give(first.Id, Verdict(VerdictMeaning.Malicious));
        _store.Write(Added(second));
        Assert.Equal(2, _store.Standing().Count);

        _store.Write(Revised(first with { Count = 9, LastSeenUnixMilliseconds = first.LastSeenUnixMilliseconds + Hour }));

        var incident = Assert.Single(_store.Standing());
        Assert.Equal((first.Id, 2, IncidentState.Open), (incident.Id, incident.NumFindings, incident.State));
        Assert.Equal(first.Id, _store.Find(second.Id).Id);
        Assert.Equal(2, _store.Incidents.Findings(first.Id, 10).Count);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
    }

    [Theory]
    [InlineData("incident", 0)]
    [InlineData("pair", 2)]
    [InlineData("client", 1)]
    [InlineData("kind", 2)]
    public void Wider_reach_makes_suppressions_and_taking_it_back_takes_all_back(string reach, int suppressions)
    {
        _store.Write(
            Added(Found("10.0.0.1")), Added(Found("10.0.0.1", kind: FindingKind.RemoteService)),
            Added(Found("10.0.0.1", "192.0.2.21")));
        var id = Assert.Single(_store.Standing()).Id;
        var known = new SuppressionStore(_store.State, _store.Clock);
        var other = known.Add(new Suppression(0, null, "10.9.9.9", null, "Grace", "other", _store.Now, null))!;

        var outcome = _store.Deeds.Give(id, Verdict(VerdictMeaning.Benign, Enum.Parse<VerdictReach>(reach, ignoreCase: true)));

        Assert.Equal(suppressions, outcome.Suppressions.Count);
        Assert.Equal(suppressions + 1, known.Read().Count);
        Assert.All(outcome.Suppressions, made => Assert.Equal(_store.Now + Hour, made.ExpiresUnixMilliseconds));

        var back = _store.Deeds.Withdraw(id, new Said(null, "192.0.2.7"));

        Assert.Equal((3, suppressions), (back.Verdicts.Count, back.Suppressions.Count));
        Assert.Equal(other.Id, Assert.Single(known.Read()).Suppression.Id);
        var incident = Assert.Single(_store.Standing(withHidden: false));
        Assert.Equal((IncidentState.Open, null), (incident.State, incident.ClosedAs));
        Assert.All(_store.Incidents.Findings(id, 10), finding => Assert.Null(finding.Verdict));
        Assert.Equal(
            (HistoryWhat.VerdictWithdrawn, "192.0.2.7"), (_store.Incidents.History(id)[^1].What, _store.Incidents.History(id)[^1].From));
        Assert.Equal(IncidentRefusal.HasNoVerdict, _store.Deeds.Withdraw(id, new Said(null, null)).Refusal);
    }

    [Fact]
    public void Verdict_on_one_finding_that_was_given_later_is_not_taken_back_with_the_incidents()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21"));
        _store.Write(Added(first), Added(second));
        var id = Assert.Single(_store.Standing()).Id;
        _store.Deeds.Give(id, Verdict(VerdictMeaning.Benign));
        _store.Verdicts.Give(first.Id, new GivenVerdict(VerdictMeaning.Malicious, "Grace", "no", _store.Now, null));

        Assert.Equal(second.Id, Assert.Single(_store.Deeds.Withdraw(id, new Said(null, null)).Verdicts).Id);

        Assert.Equal("Grace", _store.Findings.Find(first.Id)!.Verdict!.Who);
    }

    [Fact]
    public void Verdict_that_would_make_too_many_suppressions_does_nothing_at_all()
    {
        _store.Write(
            [.. Enumerable.Range(0, IncidentDeeds.MaxSuppressions + 1)
                .Select(i => Added(Found("10.0.0.1", $"192.0.{i / 200}.{i % 200}")))]);
        var id = Assert.Single(_store.Standing()).Id;
        _store.Deeds.Note(id, "before", new Said("Ada", null));

        var outcome = _store.Deeds.Give(id, Verdict(VerdictMeaning.Benign, VerdictReach.Pair));

        Assert.Equal(IncidentRefusal.TooManySuppressions, outcome.Refusal);
        Assert.Equal(IncidentState.Open, Assert.Single(_store.Standing(withHidden: false)).State);
        Assert.Single(_store.Incidents.History(id));
        Assert.Empty(_store.Verdicts.Latest());
    }

    [Fact]
    public void Verdict_on_a_finding_that_was_withdrawn_brings_it_back_into_an_incident()
    {
        var finding = Found("10.0.0.1");
        _store.Write(Added(finding));
        _store.Write(Withdrawn(finding));

        var (_, events) = _store.Deeds.GiveOnFinding(finding.Id, Verdict(VerdictMeaning.Malicious).Given);

        Assert.Equal(IncidentEventKind.Added, Assert.Single(events).Kind);
        _store.Reopen();
        Assert.Empty(_store.Incidents.Open());
        Assert.Single(_store.Standing());
    }

    [Fact]
    public void What_is_closed_is_not_acknowledged_before_its_verdict_is_taken_back()
    {
        _store.Write(Added(Found("10.0.0.1")));
        var id = Found("10.0.0.1").Id;
        _store.Deeds.Give(id, Verdict(VerdictMeaning.Benign));

        Assert.Equal(IncidentRefusal.IsClosed, _store.Deeds.SetState(id, IncidentState.Open, null, new Said("Ada", null)).Refusal);
        Assert.Equal(IncidentRefusal.NoSuchIncident, _store.Deeds.SetState(7, IncidentState.Open, null, new Said("Ada", null)).Refusal);
    }

    [Fact]
    public void Closed_incident_whose_earliest_finding_is_gone_stays_closed()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: Hour));
        _store.Write(Added(first), Added(second));
        _store.Deeds.Give(first.Id, Verdict(VerdictMeaning.Malicious));
        _store.Keeper.Commit(transaction =>
        {
            transaction.Leave([first.Id]);
            return true;
        });

        Assert.Equal(IncidentState.Closed, Assert.Single(_store.Standing()).State);
    }

    private IncidentVerdict Verdict(VerdictMeaning meaning, VerdictReach reach = VerdictReach.Incident) =>
        new(new GivenVerdict(meaning, "Ada", "it was", _store.Now, _store.Now + Hour, From: "192.0.2.1"), reach);
}
