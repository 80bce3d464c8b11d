using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Keeps findings, one for each kind, client and server, in state.db; bounded by age and number. What was withdrawn stays as long as what
/// stands. Any thread may call it, and sees only what is committed.
/// </summary>
internal sealed class FindingStore(StateStore state, ExporterCatalog catalog, StoreOptions options, ArrivalClock clock)
{
    private const int RowsPerStep = 500;

    // Chosen to give way, and not deleted yet.
    private readonly Queue<long> _giving = new();
    private long _findings = -1;
    private long _trimmed;

    /// <summary>Rows committed.</summary>
    public long Findings => Volatile.Read(ref _findings) is var known and >= 0 ? known : Count();

    /// <summary>Findings deleted because of age or number.</summary>
    public long Trimmed => Volatile.Read(ref _trimmed);

    private long Now => clock.UnixMilliseconds;

    /// <summary>Commits all changes, or none.</summary>
    /// <returns>What changed in the store, with the findings as they stand now, or stood last.</returns>
    public IReadOnlyList<FindingStep> Write(IReadOnlyCollection<FindingChange> changes) =>
        state.Commit(connection => Write(connection, changes));

    /// <summary>The same within somebody's transaction.</summary>
    public List<FindingStep> Write(SqliteConnection connection, IReadOnlyCollection<FindingChange> changes)
    {
        var writing = new FindingWriting(KeptStatements.Of(connection), catalog, state.DamagedRows, Now);
        var steps = new List<FindingStep>(changes.Count);
        foreach (var change in changes)
        {
            if (writing.Apply(change) is { } step) steps.Add(step);
        }

        Volatile.Write(ref _findings, Database.Ask(connection, "SELECT COUNT(*) FROM findings"));
        return steps;
    }

    public FindingPage Read(FindingQuery query) => state.Read(connection => FindingRows.Read(connection, query, Now, state.DamagedRows));

    /// <summary>The ids of all that a query chooses, in its order: what is read by them later neither repeats nor misses any.</summary>
    public IReadOnlyList<long> ReadIds(FindingQuery query, int most) =>
        state.Read(connection => FindingRows.ReadIds(connection, query, most, Now));

    /// <summary>Those of these ids that there are, in their order.</summary>
    public IReadOnlyList<StoredFinding> ReadMany(IReadOnlyList<long> ids) =>
        state.Read(connection => (IReadOnlyList<StoredFinding>)[.. FindingRows.Read(connection, ids, Now, state.DamagedRows)]);

    public StoredFinding? Find(long id) => state.Read(connection => FindingRows.Find(connection, id, Now, state.DamagedRows));

    /// <summary>What stands, was stored within an age and is not hidden: the worst first; and how many there are of it.</summary>
    public (IReadOnlyList<StoredFinding> Findings, long All) ReadActive(TimeSpan age, int limit) => state.Read(connection =>
    {
        var (now, since) = (Now, Now - (long)age.TotalMilliseconds);
        return ((IReadOnlyList<StoredFinding>)FindingRows.ReadActive(connection, since, limit, now, state.DamagedRows),
            FindingRows.CountActive(connection, since, now));
    });

    /// <summary>
    /// One small step towards the bounds. What a person called malicious stays as long as that holds, and for an age after it; of what is
    /// beyond the number, nothing goes that a person has judged, and the rest as <see cref="FindingRetention"/> chooses.
    /// </summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <param name="nowUnixMilliseconds">What was stored later than now was stored by a clock that was ahead: it becomes now.</param>
    /// <param name="agedUnixMilliseconds">The time by which findings grow old.</param>
    public bool Trim(long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        var (left, others) = state.Commit(connection => Trim(connection, nowUnixMilliseconds, agedUnixMilliseconds));
        CountTrimmed(left.Count);
        return left.Count + others > 0;
    }

    /// <summary>The same within somebody's transaction.</summary>
    /// <returns>The findings that are gone, and what else was done.</returns>
    public (IReadOnlyList<long> Left, int Others) Trim(
        SqliteConnection connection, long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        var oldest = agedUnixMilliseconds - (long)options.MaxAge.TotalMilliseconds;
        var left = DeleteOld(connection, oldest);
        var beyond = Database.Ask(connection, "SELECT COUNT(*) FROM findings") - options.MaxFindings;
        if (left.Count == 0 && beyond > 0) left = GiveWay(connection, (int)Math.Min(int.MaxValue, beyond));
        if (beyond <= 0) _giving.Clear();

        // What people said goes when it has ended so long ago, and what it was said of is gone.
        var ended = Execute(connection, $"""
            DELETE FROM verdicts WHERE seq IN (
                SELECT seq FROM verdicts WHERE MIN(COALESCE(expires_ms, withdrawn_ms), COALESCE(withdrawn_ms, expires_ms)) < {oldest}
                AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.id = verdicts.finding) LIMIT {RowsPerStep})
            """);
        ended += Execute(connection, $"DELETE FROM suppressions WHERE expires_ms < {oldest}");
        ended += Execute(connection, $"""
            UPDATE findings SET recorded_ms = MIN(recorded_ms, {nowUnixMilliseconds}), updated_ms = {nowUnixMilliseconds}
            WHERE id IN (SELECT id FROM findings WHERE updated_ms > {nowUnixMilliseconds} LIMIT {RowsPerStep})
            """);
        Volatile.Write(ref _findings, Database.Ask(connection, "SELECT COUNT(*) FROM findings"));
        return (left, ended);
    }

    /// <summary>Counts what a transaction deleted that is committed.</summary>
    public void CountTrimmed(int deleted) => Interlocked.Add(ref _trimmed, deleted);

    private long Count()
    {
        try
        {
            var count = state.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM findings"));
            Volatile.Write(ref _findings, count);
            return count;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // The failure is counted; a scrape goes on without this figure.
            return 0;
        }
    }

    // A verdict outlives its finding, and names it by its periods.
    private const string IsLeft = "finding NOT IN (SELECT id FROM findings) AND finding NOT IN (SELECT finding FROM verdicts)";

    private static List<long> DeleteOld(SqliteConnection connection, long oldest)
    {
        var left = Returned(connection, $"""
            DELETE FROM findings WHERE id IN (
                SELECT f.id FROM findings f
                LEFT JOIN verdicts v ON v.seq = f.verdict AND v.finding = f.id AND v.meaning = {(int)VerdictMeaning.Malicious}
                    AND MIN(COALESCE(v.expires_ms, {long.MaxValue}), COALESCE(v.withdrawn_ms, {long.MaxValue})) >= {oldest}
                WHERE f.updated_ms < {oldest} AND v.seq IS NULL ORDER BY f.updated_ms LIMIT {RowsPerStep})
            RETURNING id
            """);
        if (left.Count == 0) return left;
        Execute(connection, "DELETE FROM finding_details WHERE finding NOT IN (SELECT id FROM findings)");
        Execute(connection, "DELETE FROM finding_rarity WHERE finding NOT IN (SELECT id FROM findings)");
        Execute(connection, $"DELETE FROM finding_periods WHERE {IsLeft}");
        return left;
    }

    private static List<long> Returned(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        var ids = new List<long>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) ids.Add(reader.GetInt64(0));
        return ids;
    }

    private List<long> GiveWay(SqliteConnection connection, int beyond)
    {
        var statements = KeptStatements.Of(connection);
        if (_giving.Count == 0)
        {
            foreach (var id in FindingRetention.Choose(FindingRows.ReadRetained(connection), beyond)) _giving.Enqueue(id);
        }

        var left = new List<long>();
        for (var step = Math.Min(beyond, RowsPerStep); step > 0 && _giving.TryDequeue(out var id); step--)
        {
            if (statements.Execute("DELETE FROM findings WHERE id = $id AND verdict IS NULL", ("$id", id)) == 0) continue;
            statements.Execute("DELETE FROM finding_details WHERE finding = $id", ("$id", id));
            statements.Execute("DELETE FROM finding_rarity WHERE finding = $id", ("$id", id));
            statements.Execute($"DELETE FROM finding_periods WHERE finding = $id AND {IsLeft}", ("$id", id));
            left.Add(id);
        }

        return left;
    }

    private static int Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}

/// <summary>One committed step in the life of a finding.</summary>
/// <param name="IsVerdict">True when a person said something of it, or took it back.</param>
/// <param name="Before">Its severity before; null when it is new.</param>
internal sealed record FindingStep(
    ActivityChangeKind Kind, StoredFinding Finding, bool IsVerdict = false, FindingSeverity? Before = null);
