using System.Text.Json;
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
        var (now, steps) = (Now, new List<FindingStep>(changes.Count));
        foreach (var change in changes)
        {
            if (Apply(connection, change, now) is { } step) steps.Add(step);
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

    private FindingStep? Apply(SqliteConnection connection, in FindingChange change, long now)
    {
        var known = FindingRows.Find(connection, change.Finding.Id, now, state.DamagedRows);
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            if (known is not { WithdrawnUnixMilliseconds: null }) return null;
            var reason = change.Withdrawal ?? FindingWithdrawal.FlowsReadOtherwise;
            if (IsJudgedByPerson(connection, known.Id))
            {
                // What a person gave a verdict on is not taken away from under it.
                FindingDetails.Write(connection, known, change.Finding, withdrawal: null, new StoredNote(now, StandsThough(reason)));
                return Step(connection, ActivityChangeKind.Revised, known.Id, now);
            }

            FindingDetails.Write(connection, known, change.Finding, reason, new StoredNote(now, Withdrawn(reason)));
            Execute(connection, $"UPDATE findings SET withdrawn_ms = {now}, updated_ms = {now} WHERE id = {known.Id}");
            return Step(connection, ActivityChangeKind.Withdrawn, known.Id, now);
        }

        // Added though it stands: the judge began anew, without what it knew of it. What was shown does not get milder by that.
        var finding = change.Finding;
        if (change.Kind == ActivityChangeKind.Added && known is { WithdrawnUnixMilliseconds: null } && known.Severity > finding.Severity)
            finding = finding with
            {
                Severity = known.Severity,
                Confidence = known.Confidence,
                Reason = known.Reason,
                Rarity = known.Rarity,
            };

        // A judge that was brought back says again what it said before: what stands already as it says is no news.
        var isNews = Upsert(connection, change with { Finding = finding }, now);
        if (finding.ClientPeriod != 0 || finding.ServerPeriod != 0) KeepPeriods(connection, finding);
        isNews |= KeepRarity(connection, known, finding);
        var isBack = known is { WithdrawnUnixMilliseconds: not null };
        var note = isBack ? new StoredNote(now, "Reported again.") : null;
        isNews |= FindingDetails.Write(connection, known, finding, withdrawal: null, note);
        if (!isNews) return null;
        var kind = known is { WithdrawnUnixMilliseconds: null } ? ActivityChangeKind.Revised : ActivityChangeKind.Added;
        var step = Step(connection, kind, finding.Id, now);
        return step is null ? null : step with { Before = known?.Severity };
    }

    // They are part of its id, so they never change.
    private static void KeepPeriods(SqliteConnection connection, Finding finding)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT OR IGNORE INTO finding_periods (finding, client_period, server_period) VALUES ($finding, $client, $server)";
        command.Parameters.AddWithValue("$finding", finding.Id);
        command.Parameters.AddWithValue("$client", finding.ClientPeriod);
        command.Parameters.AddWithValue("$server", finding.ServerPeriod);
        command.ExecuteNonQuery();
    }

    /// <returns>False when it is stored as it is, or nothing is said of it.</returns>
    private static bool KeepRarity(SqliteConnection connection, StoredFinding? known, Finding finding)
    {
        if (finding.Rarity is not { } rarity || known?.Rarity == rarity) return false;
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO finding_rarity (finding, content) VALUES ($finding, $content)
            ON CONFLICT (finding) DO UPDATE SET content = excluded.content
            """;
        command.Parameters.AddWithValue("$finding", finding.Id);
        command.Parameters.AddWithValue("$content", JsonSerializer.Serialize(rarity, FindingColumns.Default.FindingRarity));
        command.ExecuteNonQuery();
        return true;
    }

    private FindingStep? Step(SqliteConnection connection, ActivityChangeKind kind, long id, long now) =>
        FindingRows.Find(connection, id, now, state.DamagedRows) is { } stored ? new FindingStep(kind, stored) : null;

    private static bool IsJudgedByPerson(SqliteConnection connection, long id) =>
        Database.Ask(connection, $"SELECT COUNT(*) FROM findings WHERE id = {id} AND verdict IS NOT NULL") > 0;

    private static string Withdrawn(FindingWithdrawal reason) => $"Withdrawn: {InWords(reason)}.";

    private static string StandsThough(FindingWithdrawal reason) =>
        $"It would have been withdrawn, for {InWords(reason)}; it stands because a person has judged it.";

    private static string InWords(FindingWithdrawal reason) => reason switch
    {
        FindingWithdrawal.OperationsNamed => "the operations that its flows carried were named, and reported as what they are",
        FindingWithdrawal.KnownByThen => "what was learned when the hour before it closed explains it",
        _ => "its flows read otherwise, as more of them became known",
    };

    /// <returns>False when the row says all of it already: a judge that tells again what it told before makes no news.</returns>
    private bool Upsert(SqliteConnection connection, in FindingChange change, long now)
    {
        // Added though it is known: the judge began anew, without what it knew of it. A revision replaces.
        var finding = change.Finding;
        var (count, first, last) = change.Kind == ActivityChangeKind.Added
            ? ("MAX(findings.count, excluded.count)", "MIN(first_seen_ms, excluded.first_seen_ms)",
                "MAX(last_seen_ms, excluded.last_seen_ms)")
            : ("excluded.count", "excluded.first_seen_ms", "excluded.last_seen_ms");
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO findings (id, kind, severity, confidence, client, server, count, first_seen_ms, last_seen_ms,
                                  techniques, analytics, reason, flows, operations, completeness, sampling_interval,
                                  recorded_ms, updated_ms, withdrawn_ms, verdict)
            VALUES ($id, $kind, $severity, $confidence, $client, $server, $count, $first, $last, $techniques, $analytics, $reason,
                    $flows, $operations, $completeness, $sampling, $now, $now, NULL, (SELECT MAX(seq) FROM verdicts WHERE finding = $id))
            ON CONFLICT (id) DO UPDATE SET
                severity = excluded.severity, confidence = excluded.confidence, count = {count},
                first_seen_ms = {first}, last_seen_ms = {last},
                techniques = excluded.techniques, analytics = excluded.analytics, reason = excluded.reason,
                flows = excluded.flows, operations = excluded.operations, completeness = excluded.completeness,
                sampling_interval = excluded.sampling_interval, updated_ms = excluded.updated_ms, withdrawn_ms = NULL
            WHERE withdrawn_ms IS NOT NULL
                OR (severity, confidence, count, first_seen_ms, last_seen_ms, techniques, analytics, reason, flows, operations,
                    sampling_interval)
                IS NOT (excluded.severity, excluded.confidence, {count}, {first}, {last}, excluded.techniques, excluded.analytics,
                        excluded.reason, excluded.flows, excluded.operations, excluded.sampling_interval)
            """;
        object?[] values =
        [
            finding.Id, (int)finding.Kind, (int)finding.Severity, (int)finding.Confidence,
            ActivityStatements.Octets(finding.Client), finding.Server is { } server ? ActivityStatements.Octets(server) : null,
            finding.Count, finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds,
            string.Join(' ', finding.Techniques), string.Join(' ', finding.Analytics), finding.Reason,
            JsonSerializer.Serialize([.. finding.Flows.Select(Stored)], FindingColumns.Default.IReadOnlyListStoredFlow),
            JsonSerializer.Serialize(finding.Operations, FindingColumns.Default.IReadOnlyListString),
            Completeness(finding), finding.Flows.Select(flow => flow.SamplingInterval).DefaultIfEmpty().Max(), now,
        ];
        string[] names =
        [
            "$id", "$kind", "$severity", "$confidence", "$client", "$server", "$count", "$first", "$last",
            "$techniques", "$analytics", "$reason", "$flows", "$operations", "$completeness", "$sampling", "$now",
        ];
        foreach (var (name, value) in names.Zip(values)) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command.ExecuteNonQuery() > 0;
    }

    private StoredFlow Stored(ContributingFlow flow) => new(
        flow.Client.ToString(), flow.ClientPort, flow.Server.ToString(), flow.ServerPort, flow.StartUnixMilliseconds,
        flow.EndUnixMilliseconds, flow.CommunityId,
        [.. Enumerable.Range(0, flow.Exporters.Count).Select(index => catalog.Directory[flow.Exporters.IdAt(index)].ToString())],
        flow.SamplingInterval);

    private double? Completeness(Finding finding)
    {
        double? least = null;
        foreach (var flow in finding.Flows)
        {
            if (ActivityCompleteness.Of(flow.Exporters, flow.StartUnixMilliseconds, catalog) is { } share)
                least = Math.Min(least ?? 1, share);
        }

        return least;
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
        if (_giving.Count == 0)
        {
            foreach (var id in FindingRetention.Choose(FindingRows.ReadRetained(connection), beyond)) _giving.Enqueue(id);
        }

        var left = new List<long>();
        for (var step = Math.Min(beyond, RowsPerStep); step > 0 && _giving.TryDequeue(out var id); step--)
        {
            if (Execute(connection, $"DELETE FROM findings WHERE id = {id} AND verdict IS NULL") == 0) continue;
            Execute(connection, $"DELETE FROM finding_details WHERE finding = {id}");
            Execute(connection, $"DELETE FROM finding_rarity WHERE finding = {id}");
            Execute(connection, $"DELETE FROM finding_periods WHERE finding = {id} AND {IsLeft}");
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
