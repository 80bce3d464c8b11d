using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>Writes changes of incidents into the transaction in which their findings are written.</summary>
/// <param name="goingOn">
/// Those of which a finding changed in this transaction that nobody calls benign: they open by it where they are closed.
/// </param>
/// <param name="gap">A closed incident that ended so long before is no longer related to a new one.</param>
internal sealed class IncidentWriting(KeptStatements statements, IReadOnlySet<long> goingOn, TimeSpan gap, long now)
{
    private static readonly string RelatedSql = $"""
        SELECT n.id FROM incidents n WHERE n.state = {(int)IncidentState.Closed} AND {IncidentConditions.IsStanding}
            AND n.id <> $id AND n.last_seen_ms >= $since
            AND n.id IN (SELECT f.incident FROM incident_findings f WHERE f.client = $client
                         UNION SELECT f.incident FROM incident_findings f WHERE f.server = $client)
        ORDER BY n.closed_ms DESC, n.id LIMIT 1
        """;

    private static readonly string[] FactNames = [.. Enumerable.Range(0, IncidentFacts.NumColumns).Select(i => $"$f{i}")];

    private static readonly string CreateSql = $"""
        INSERT INTO incidents (id, {IncidentFacts.Columns}, recorded_ms, updated_ms, state, related)
        VALUES ($id, {string.Join(", ", FactNames)}, $now, $now, $open, $related)
        """;

    private static readonly string WriteFactsSql = $"""
        UPDATE incidents SET ({IncidentFacts.Columns}) = ({string.Join(", ", FactNames)}), updated_ms = $now WHERE id = $id
        """;

    // Made in this transaction, and not known to people under any other id yet.
    private readonly HashSet<long> _created = [];
    private readonly List<long> _order = [];
    private readonly Dictionary<long, IncidentEventKind> _kinds = [];
    private readonly Dictionary<long, FindingSeverity> _before = [];
    private readonly List<long> _reopened = [];

    // As they are written, as far as nothing else was done with them since: these need not be read again to be told.
    private readonly Dictionary<long, StoredIncident> _written = [];
    private readonly bool _hidesAny = FindingConditions.HidesAny(statements.Connection, now);

    /// <summary>How many opened by themselves.</summary>
    public int NumReopened { get; private set; }

    /// <summary>Closed ones that opened by themselves: the book has to know.</summary>
    public IReadOnlyList<long> TakeReopened()
    {
        long[] reopened = [.. _reopened];
        _reopened.Clear();
        return reopened;
    }

    /// <summary>What happened, in order; a row that was merged or withdrawn is told as it is kept.</summary>
    public List<IncidentEvent> Events(DamagedRows damaged) =>
        [.. _order.Select(id => (Kind: _kinds[id], Row: Written(id) ?? IncidentRows.Find(statements, id, now, damaged)))
            .Where(told => told.Row is not null).Select(told => new IncidentEvent(
                told.Kind, told.Row!, _before.TryGetValue(told.Row!.Id, out var before) ? before : null))];

    private StoredIncident? Written(long id)
    {
        if (!_written.TryGetValue(id, out var written)) return null;
        using var rows = statements.Read("SELECT reason FROM findings WHERE id = $id", ("$id", written.Lead));
        return written with
        {
            Reason = rows.Read() ? rows.Row.Text(0) : "",
            IsHidden = _hidesAny && IncidentRows.IsHidden(statements, id, now),
        };
    }

    public void Apply(IReadOnlyList<IncidentChange> changes)
    {
        // 1. Those that stand take their findings.
        foreach (var change in changes)
        {
            if (change is { Kind: not ActivityChangeKind.Withdrawn, Into: null }) Keep(change);
        }

        // 2. What people did with those that have gone follows.
        foreach (var change in changes)
        {
            if (change.Into is { } into) Merge(change.Incident.Id, into);
        }

        // 3. What is left of no finding.
        foreach (var change in changes)
        {
            if (change is { Kind: ActivityChangeKind.Withdrawn, Into: null }) Withdraw(change.Incident.Id);
        }
    }

    /// <summary>A finding belongs to no incident any more.</summary>
    public static void Leave(KeptStatements statements, long finding) =>
        statements.Execute("DELETE FROM incident_findings WHERE finding = $finding", ("$finding", finding));

    /// <summary>Somebody did something with it.</summary>
    public void TellState(long id)
    {
        _written.Remove(id);
        Tell(id, IncidentEventKind.State);
    }

    private void Keep(IncidentChange change)
    {
        var incident = change.Incident;
        var known = KeptIncident.Find(statements, incident.Id);
        var facts = IncidentFacts.Of(incident);
        _written.Remove(incident.Id);
        if (known is not { IsStanding: true })
        {
            Create(incident, facts, known);
            foreach (var finding in change.Joined) KeepFinding(finding, incident.Id);
            return;
        }

        foreach (var finding in change.Joined) KeepFinding(finding, incident.Id);
        if (known.Facts == facts) return;
        Tell(incident.Id, IncidentEventKind.Revised);
        Knew(incident.Id, (FindingSeverity)known.Facts.Severity);
        WriteFacts(incident.Id, facts);
        _written[incident.Id] = StoredIncident.Of(incident, known, now);
        if (incident.LoweredBecause is { } because && (long)incident.Severity < known.Facts.Severity)
            IncidentHistory.Add(
                statements.Connection, incident.Id,
                new HistoryLine(
                    now, HistoryWhat.Lowered, Value: KebabCase<FindingSeverity>.Of(incident.Severity),
                    Text: $"{char.ToUpperInvariant(because[0])}{because[1..]}."));
        GoOn(incident, known);
    }

    private void Create(Incident incident, IncidentFacts facts, KeptIncident? former)
    {
        _created.Add(incident.Id);
        Tell(incident.Id, IncidentEventKind.Added);
        if (former is null)
        {
            var related = RelatedTo(incident);
            Execute(
                CreateSql,
                [
                    ("$id", incident.Id), .. Bound(facts), ("$now", now), ("$open", (int)IncidentState.Open), ("$related", related),
                ]);
            _written[incident.Id] = StoredIncident.Of(incident, related, now);
            return;
        }

        // It comes again: somebody has to look at it, whatever was said of what it was then.
        Execute("""
            UPDATE incidents SET withdrawn_ms = NULL, merged_into = NULL, state = $open, closed_as = NULL, closed_ms = NULL,
                seen_severity = NULL, updated_ms = $now WHERE id = $id
            """, ("$id", incident.Id), ("$now", now), ("$open", (int)IncidentState.Open));
        WriteFacts(incident.Id, facts);
    }

    private void WriteFacts(long id, IncidentFacts facts) => Execute(WriteFactsSql, [.. Bound(facts), ("$id", id), ("$now", now)]);

    private static IEnumerable<(string Name, object? Value)> Bound(IncidentFacts facts) =>
        FactNames.Zip(facts.Values, static (name, value) => (name, (object?)value));

    private void KeepFinding(long finding, long incident) => Execute("""
        INSERT INTO incident_findings (finding, incident, kind, client, server)
        SELECT g.id, $incident, g.kind, g.client, g.server FROM findings g WHERE g.id = $finding
        ON CONFLICT (finding) DO UPDATE SET incident = excluded.incident
        """, ("$finding", finding), ("$incident", incident));

    /// <summary>What opens by itself: what is worse than was acknowledged, and what goes on though it was closed.</summary>
    private void GoOn(Incident incident, KeptIncident known)
    {
        switch (known.State)
        {
            case IncidentState.Acknowledged when incident.Severity > known.SeenSeverity:
                Reopen(incident.Id, "It is worse than when it was acknowledged.");
                break;
            case IncidentState.Closed when IsMore(incident, known) && goingOn.Contains(incident.Id):
                Reopen(incident.Id, "It went on after it was closed.");
                _reopened.Add(incident.Id);
                break;
            default:
                break;
        }
    }

    private static bool IsMore(Incident incident, KeptIncident known) =>
        incident.LastSeenUnixMilliseconds > known.Facts.LastSeen || (long)incident.Severity > known.Facts.Severity
        || incident.Count > known.Facts.Count;

    private void Reopen(long id, string why)
    {
        _written.Remove(id);
        Execute("""
            UPDATE incidents SET state = $open, closed_as = NULL, closed_ms = NULL, seen_severity = NULL, updated_ms = $now WHERE id = $id
            """, ("$id", id), ("$open", (int)IncidentState.Open), ("$now", now));
        IncidentHistory.Add(statements.Connection, id, new HistoryLine(now, HistoryWhat.Reopened, Text: why));
        NumReopened++;
        Tell(id, IncidentEventKind.State);
    }

    private void Merge(long gone, long into)
    {
        var from = KeptIncident.Find(statements, gone);
        var to = KeptIncident.Find(statements, into);
        if (from is null || to is null || gone == into || from.MergedInto == into) return;
        _written.Remove(gone);
        _written.Remove(into);
        Knew(into, (FindingSeverity)from.Facts.Severity);

        // 1. All ids that led to the one lead to the other, at once.
        Execute("""
            UPDATE incidents SET merged_into = $into, withdrawn_ms = NULL, updated_ms = $now, verdict = NULL
            WHERE id = $gone OR merged_into = $gone
            """, ("$gone", gone), ("$into", into), ("$now", now));
        const string Relate = "UPDATE incidents SET related = $into WHERE related = $gone AND id <> $into";
        if (Execute(Relate, ("$gone", gone), ("$into", into)) > 0) _written.Clear();
        Execute("DELETE FROM incident_findings WHERE incident = $gone", ("$gone", gone));

        // 2. What people did goes on; what is new under its id takes over their state, and else what hides less stays.
        IncidentHistory.Move(statements.Connection, gone, into);
        if (from.Assignee is { } other && to.Assignee is { } own && !string.Equals(own, other, StringComparison.Ordinal))
            IncidentHistory.Add(statements.Connection, into, new HistoryLine(now, HistoryWhat.Assigned, Value: other, Of: gone,
                Text: "It was this one's when the two became one."));
        IncidentHistory.Add(
            statements.Connection, into,
            new HistoryLine(now, HistoryWhat.Merged, Value: gone.ToString("x16", CultureInfo.InvariantCulture)));
        var takesOver = _created.Remove(into);
        var state = takesOver || from.State < to.State ? from : to;
        var seen = takesOver ? from.SeenSeverity : Greater(from.SeenSeverity, to.SeenSeverity);
        Execute("""
            UPDATE incidents SET state = $state, closed_as = $as, closed_ms = $closed, seen_severity = $seen,
                assignee = COALESCE(assignee, $assignee), related = COALESCE(NULLIF(related, $gone), NULLIF($related, id)),
                verdict = COALESCE(verdict, $verdict), recorded_ms = MIN(recorded_ms, $recorded), updated_ms = $now
            WHERE id = $into
            """,
            ("$into", into), ("$gone", gone), ("$state", (int)state.State),
            ("$as", state.State == IncidentState.Closed ? state.ClosedAs : null),
            ("$closed", state.State == IncidentState.Closed ? state.Closed : null),
            ("$seen", state.State == IncidentState.Acknowledged ? (int?)seen : null), ("$assignee", from.Assignee),
            ("$related", from.Related), ("$verdict", from.Verdict), ("$recorded", from.Recorded), ("$now", now));
        if (!takesOver && to.State > from.State && to.State != IncidentState.Open)
            IncidentHistory.Add(
                statements.Connection, into, new HistoryLine(now, HistoryWhat.Reopened, Text: "One that was not so far has gone into it."));
        if (state.State == IncidentState.Acknowledged && (FindingSeverity)to.Facts.Severity > seen)
            Reopen(into, "It is worse than when it was acknowledged.");
        Tell(gone, IncidentEventKind.Merged);
        if (!_kinds.ContainsKey(into)) Tell(into, IncidentEventKind.Revised);
    }

    private void Withdraw(long id)
    {
        if (KeptIncident.Find(statements, id) is not { IsStanding: true }) return;
        _written.Remove(id);
        Execute("UPDATE incidents SET withdrawn_ms = $now, updated_ms = $now WHERE id = $id", ("$id", id), ("$now", now));
        Execute("DELETE FROM incident_findings WHERE incident = $id", ("$id", id));
        Tell(id, IncidentEventKind.Withdrawn);
    }

    /// <summary>The latest closed one that names a client of it, and had not ended long before.</summary>
    private long? RelatedTo(Incident incident)
    {
        foreach (var client in incident.Acts.Select(act => act.Client))
        {
            var related = statements.Ask(
                RelatedSql, ("$id", incident.Id), ("$since", incident.FirstSeenUnixMilliseconds - (long)gap.TotalMilliseconds),
                ("$client", ActivityStatements.Octets(client.Address)));
            if (related is not null) return related;
        }

        return null;
    }

    /// <summary>People were shown an incident, or what goes into it, with a severity.</summary>
    private void Knew(long id, FindingSeverity severity)
    {
        if (!_before.TryGetValue(id, out var known) || severity > known) _before[id] = severity;
    }

    // Of several things that happen to one at once the most telling is told.
    private void Tell(long id, IncidentEventKind kind)
    {
        if (_kinds.TryAdd(id, kind)) _order.Add(id);
        else if (_kinds[id] != IncidentEventKind.Added || kind > IncidentEventKind.State) _kinds[id] = Later(_kinds[id], kind);
    }

    private static IncidentEventKind Later(IncidentEventKind first, IncidentEventKind then) => first > then ? first : then;

    private static FindingSeverity? Greater(FindingSeverity? left, FindingSeverity? right) =>
        left is null ? right : right is null || left > right ? left : right;

    private int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => statements.Execute(sql, parameters);
}
