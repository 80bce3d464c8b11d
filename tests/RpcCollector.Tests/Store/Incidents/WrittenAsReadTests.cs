using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store.Incidents;

/// <summary>Whoever writes findings is told how they and their incidents stand by that: the same as whoever reads them next.</summary>
public sealed class WrittenAsReadTests : IDisposable
{
    private readonly StoredIncidents _stored = new();

    public void Dispose() => _stored.Dispose();

    [Fact]
    public void What_is_told_of_findings_that_come_go_on_go_and_come_again_is_what_is_stored()
    {
        var found = Found("10.0.0.1", "10.0.0.2");
        var other = Found("10.0.0.3", server: null, kind: FindingKind.MapperBurst, severity: FindingSeverity.Medium);
        Write(Added(found with { KnownHosts = 1, Rarity = Rare }), Added(other with { NumServers = 30 }));
        Write(Revised(found with { Count = 5, Severity = FindingSeverity.Critical, Notes = [new(Activities.Epoch, "A note.", true)] }));
        Write(Added(found with { Count = 2, Severity = FindingSeverity.Low }), Revised(other with { NumServers = 31, Count = 9 }));
        Write(Withdrawn(found));
        Write(Added(found with { Operations = [], Flows = [] }));
        Write(Withdrawn(other), Withdrawn(found));
    }

    [Fact]
    public void What_is_told_of_findings_with_periods_is_what_is_stored()
    {
        var found = Found("10.0.0.1", "10.0.0.2");
        var leased = found with
        {
            Id = FindingId.Of(found.Kind, found.Client, found.Server, 7, 9),
            ClientPeriod = 7,
            ServerPeriod = 9,
        };
        Write(Added(found), Added(leased));
        Write(Revised(leased with { Count = 3 }));
    }

    [Fact]
    public void What_is_told_of_findings_that_people_have_hidden_or_judged_is_what_is_stored()
    {
        var (hidden, judged) = (Found("10.0.0.1", "10.0.0.2"), Found("10.0.0.5", "10.0.0.6"));
        Write(Added(judged));
        var suppressions = new SuppressionStore(_stored.State, _stored.Clock);
        suppressions.Add(new Suppression(0, null, "10.0.0.1", null, "ada", "known", _stored.Now, null));
        suppressions.Add(new Suppression(0, null, "10.0.0.0/24", "10.0.0.2", "ada", "known", _stored.Now, null));
        _stored.Deeds.GiveOnFinding(judged.Id, new GivenVerdict(VerdictMeaning.Benign, "ada", "known", _stored.Now, null));
        Write(Added(hidden), Added(Found("10.0.0.1", "10.0.0.7")), Added(Found("10.0.0.8", "10.0.0.9")));
        Write(Revised(hidden with { Count = 4 }), Revised(judged with { Count = 8 }));
        Write(Withdrawn(judged), Withdrawn(hidden));
    }

    [Fact]
    public void What_is_told_of_incidents_that_become_one_is_what_is_stored()
    {
        Write(Added(Found("10.0.0.1", "10.0.0.2")), Added(Found("10.0.0.2", "10.0.0.3", seen: 120_000)));
        Write(Added(Found("10.0.0.4", "10.0.0.5", seen: 60_000)), Added(Found("10.0.0.5", "10.0.0.6", seen: 240_000)));
        Write(Added(Found("10.0.0.3", "10.0.0.4", seen: 30_000)));
        Write(Withdrawn(Found("10.0.0.3", "10.0.0.4", seen: 30_000)));
    }

    private void Write(params IReadOnlyCollection<FindingChange> changes)
    {
        _stored.Temporary.Time.Now += TimeSpan.FromMinutes(1);
        var (findings, incidents) = _stored.Incidents.Write(changes);

        Assert.NotEmpty(findings);
        Assert.All(findings, step => Assert.Equivalent(_stored.Findings.Find(step.Finding.Id), step.Finding, strict: true));
        Assert.All(incidents, told => Assert.Equivalent(_stored.Incidents.Kept(told.Incident.Id), told.Incident, strict: true));
    }
}
