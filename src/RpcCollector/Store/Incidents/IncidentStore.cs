using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Store.Incidents;

/// <summary>
/// Keeps incidents beside their findings in state.db. Any thread may call it, and sees only what is committed.
/// </summary>
internal sealed class IncidentStore(
    StateStore state, IncidentKeeper keeper, FindingStore findings, StoreOptions options, ArrivalClock clock,
    OutboxStore? outbox = null)
{
    private const int RowsPerStep = 500;

    private volatile Dictionary<(FindingSeverity Severity, IncidentState State), long> _counts = [];

    private long Now => clock.UnixMilliseconds;

    /// <summary>Makes the incidents of the findings that stand, where they are not made yet.</summary>
    public IReadOnlyList<IncidentEvent> Open() => keeper.Commit(transaction =>
    {
        transaction.Open();
        return transaction.Events;
    });

    /// <summary>Commits all changes of findings with what they change of incidents, or nothing.</summary>
    public (IReadOnlyList<FindingStep> Findings, IReadOnlyList<IncidentEvent> Incidents) Write(
        IReadOnlyCollection<FindingChange> changes) => keeper.Commit(transaction =>
    {
        // The book first: one that is made anew has to know how things were before, to tell what goes on.
        transaction.Open();
        var steps = findings.Write(transaction.Connection, changes);
        transaction.Tell(steps);
        transaction.Take(steps);
        for (var i = 0; i < steps.Count; i++)
        {
            var incident = transaction.IncidentOf(steps[i].Finding.Id);
            steps[i] = steps[i] with { Finding = steps[i].Finding with { Incident = incident } };
        }

        return ((IReadOnlyList<FindingStep>)steps, transaction.Events);
    });

    /// <summary>One small step towards the bounds, as <see cref="FindingStore.Trim(long, long)"/>.</summary>
    public (bool DidSomething, IReadOnlyList<IncidentEvent> Incidents) Trim(long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        var (left, others, events) = keeper.Commit(transaction =>
        {
            transaction.Open();
            var (gone, ended) = findings.Trim(transaction.Connection, nowUnixMilliseconds, agedUnixMilliseconds);
            transaction.Leave(gone);
            ended += Forget(transaction.Connection, agedUnixMilliseconds - (long)options.MaxAge.TotalMilliseconds);
            ended += outbox?.Compact(transaction.Connection, nowUnixMilliseconds) ?? 0;
            return (gone.Count, ended, transaction.Events);
        });
        findings.CountTrimmed(left);
        return (left + others > 0, events);
    }

    /// <summary>The incident that an id leads to; null when there is none.</summary>
    public FoundIncident? Find(long id) => state.Read(connection => IncidentRows.Follow(connection, id, Now, state.DamagedRows));

    /// <summary>The row of an id, also of an incident that has gone into another or was withdrawn; null when there is none.</summary>
    public StoredIncident? Kept(long id) => state.Read(connection => IncidentRows.Find(connection, id, Now, state.DamagedRows));

    /// <param name="nameOf">What a host was called at a time; asked only where the query asks for names.</param>
    public IncidentPage Read(IncidentQuery query, Func<HostAddress, long, string?> nameOf) => state.Read(connection =>
        IncidentRows.Read(connection, query, query.Name is { } name ? Named(connection, name, nameOf) : null, Now, state.DamagedRows));

    public IReadOnlyList<HistoryLine> History(long id) =>
        state.Read(connection => IncidentHistory.Read(connection, id, state.DamagedRows));

    public IReadOnlyList<StoredFinding> Findings(long id, int limit) =>
        state.Read(connection => FindingRows.ReadOfIncident(connection, id, limit, Now, state.DamagedRows));

    /// <summary>What stands, changed within an age, and is neither closed nor hidden, with its worst finding: the worst first.</summary>
    public IReadOnlyList<(StoredIncident Incident, StoredFinding? Lead)> ReadActive(TimeSpan age, int limit) => state.Read(connection =>
    {
        var now = Now;
        return (IReadOnlyList<(StoredIncident, StoredFinding?)>)
        [
            .. IncidentRows.ReadActive(connection, now - (long)age.TotalMilliseconds, limit, now, state.DamagedRows)
                .Select(incident => (incident, FindingRows.Find(connection, incident.Lead, now, state.DamagedRows))),
        ];
    });

    /// <summary>How many there are of it.</summary>
    public long CountActive(TimeSpan age) => state.Read(connection =>
    {
        var now = Now;
        return IncidentRows.CountActive(connection, now - (long)age.TotalMilliseconds, now);
    });

    /// <summary>How many stand, by severity and state.</summary>
    /// <remarks>When the disk fails, as they were: the failure is counted elsewhere.</remarks>
    public IReadOnlyDictionary<(FindingSeverity Severity, IncidentState State), long> Count()
    {
        try
        {
            return _counts = Counted();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return _counts;
        }
    }

    private Dictionary<(FindingSeverity Severity, IncidentState State), long> Counted() => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT n.severity, n.state, COUNT(*) FROM incidents n WHERE {IncidentConditions.IsStanding} GROUP BY n.severity, n.state";
        var counts = new Dictionary<(FindingSeverity, IncidentState), long>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) counts[((FindingSeverity)reader.GetInt64(0), (IncidentState)reader.GetInt64(1))] = reader.GetInt64(2);
        return counts;
    });

    private static HashSet<long> Named(SqliteConnection connection, string name, Func<HostAddress, long, string?> nameOf)
    {
        var named = new HashSet<long>();
        var seen = IncidentRows.ReadLastSeen(connection);
        foreach (var (incident, host) in IncidentRows.ReadHosts(connection))
        {
            if (seen.TryGetValue(incident, out var at) && !named.Contains(incident)
                && nameOf(host, at)?.Contains(name, StringComparison.OrdinalIgnoreCase) == true) named.Add(incident);
        }

        return named;
    }

    /// <summary>What has gone or was withdrawn so long ago, or is beyond the number: the oldest first.</summary>
    private int Forget(SqliteConnection connection, long oldest)
    {
        const string HasGone = "(withdrawn_ms IS NOT NULL OR merged_into IS NOT NULL)";
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            DELETE FROM incidents WHERE id IN (SELECT id FROM incidents WHERE {HasGone} AND updated_ms < {oldest} LIMIT {RowsPerStep})
            """;
        var rows = command.ExecuteNonQuery();
        var beyond = Database.Ask(connection, $"SELECT COUNT(*) FROM incidents WHERE {HasGone}") - options.MaxFindings;
        if (rows == 0 && beyond > 0)
        {
            command.CommandText = $"""
                DELETE FROM incidents WHERE id IN (
                    SELECT id FROM incidents WHERE {HasGone} ORDER BY updated_ms LIMIT {Math.Min(beyond, RowsPerStep)})
                """;
            rows = command.ExecuteNonQuery();
        }

        if (rows == 0) return 0;
        command.CommandText = "DELETE FROM incident_history WHERE incident NOT IN (SELECT id FROM incidents)";
        command.ExecuteNonQuery();
        return rows;
    }
}
