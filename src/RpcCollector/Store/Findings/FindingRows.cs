using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using SQLitePCL;

namespace RpcCollector.Store.Findings;

/// <summary>Reads rows of findings.</summary>
internal static class FindingRows
{
    private static readonly string Select = $"""
        SELECT f.id, f.kind, f.severity, f.confidence, f.client, f.server, f.count, f.first_seen_ms, f.last_seen_ms,
               f.techniques, f.analytics, f.reason,
               f.flows, f.operations, f.completeness, f.sampling_interval, f.recorded_ms, f.updated_ms, f.withdrawn_ms,
               v.meaning, v.who, v.why, v.given_ms, v.expires_ms,
               (SELECT group_concat(s.id, ' ') FROM suppressions s WHERE {FindingConditions.Suppresses}),
               {StateTables.Findings.IsWhole("f")}, v.seq, {StateTables.Verdicts.IsWhole("v")},
               d.finding, d.servers, d.known_hosts, d.withdrawal, d.notes, {StateTables.FindingDetails.IsWhole("d")},
               {SaidFrom.Of(SaidFrom.Verdict, "v.seq")}, (SELECT i.incident FROM incident_findings i WHERE i.finding = f.id),
               p.finding, p.client_period, p.server_period, {StateTables.FindingPeriods.IsWhole("p")},
               r.finding, r.content, {StateTables.FindingRarity.IsWhole("r")}
        FROM findings f {FindingConditions.HoldingVerdict} LEFT JOIN finding_details d ON d.finding = f.id
            LEFT JOIN finding_periods p ON p.finding = f.id LEFT JOIN finding_rarity r ON r.finding = f.id
        """;

    private static readonly string FindSql = $"{Select} WHERE f.id = $id";

    public static StoredFinding? Find(SqliteConnection connection, long id, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = FindSql;
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$now", now);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Finding(reader.Handle!, damaged) : null;
    }

    /// <summary>The same for who writes: most that comes is new, which one look tells.</summary>
    public static StoredFinding? Find(KeptStatements statements, long id, long now, DamagedRows damaged)
    {
        if (statements.Ask("SELECT 1 FROM findings WHERE id = $id", ("$id", id)) is null) return null;
        using var rows = statements.Read(FindSql, ("$id", id), ("$now", now));
        return rows.Read() ? Finding(rows.Handle, damaged) : null;
    }

    /// <summary>All that stand, hidden ones too, in order of id.</summary>
    public static List<StoredFinding> ReadStanding(SqliteConnection connection, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE NOT {FindingConditions.IsWithdrawn} ORDER BY f.id";
        command.Parameters.AddWithValue("$now", now);
        return ReadAll(command, damaged);
    }

    /// <summary>Those of an incident, the earliest first.</summary>
    public static List<StoredFinding> ReadOfIncident(SqliteConnection connection, long incident, int limit, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            {Select} WHERE f.id IN (SELECT m.finding FROM incident_findings m WHERE m.incident = $incident)
            ORDER BY f.first_seen_ms, f.id LIMIT {limit}
            """;
        command.Parameters.AddWithValue("$incident", incident);
        command.Parameters.AddWithValue("$now", now);
        return ReadAll(command, damaged);
    }

    /// <summary>A page of what a query chooses, with how many there are.</summary>
    /// <remarks>What is chosen is found by an index that has all that is asked for; only the rows of the page are read whole.</remarks>
    public static FindingPage Read(SqliteConnection connection, FindingQuery query, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$now", now);
        var conditions = FindingConditions.Of(query, command.Parameters);
        var mayHide = !query.WithHidden && FindingConditions.HidesAny(connection, now);
        var (all, hidden) = Count(command, conditions, mayHide, withSuppressions: query.After is null);

        // One more than asked for tells whether there is a next page.
        if (mayHide) conditions.Add("NOT " + FindingConditions.IsInHiddenSet);
        if (query.After is { } after) conditions.Add(FindingOrders.Beyond(after, command.Parameters));
        command.CommandText = $"""
            {(mayHide ? FindingConditions.WithHiddenSet : "")} {Select} WHERE f.id IN (
                SELECT f.id FROM findings f {FindingConditions.HoldingVerdict} {FindingConditions.Where(conditions)}
                ORDER BY {query.Order.Sql()} LIMIT {query.Limit + 1})
            ORDER BY {query.Order.Sql()}
            """;
        var total = all - hidden.Findings;
        var shown = query.WithHidden || query.After is not null ? null : hidden;
        var items = new List<StoredFinding>();
        FindingCursor? last = null;
        using var reader = command.ExecuteReader();
        for (var rows = 0; reader.Read(); rows++)
        {
            if (rows == query.Limit) return new FindingPage(items, last, total, shown);
            var row = new StoredRowReader(reader);
            last = query.Order.PlaceOf(
                row.Integer(0), (row.Integer(2), row.Integer(3), row.Integer(6)), row.Address(4), row.IsNull(5) ? null : row.Address(5),
                (row.Integer(7), row.Integer(8)));
            if (Finding(reader.Handle!, damaged) is { } finding) items.Add(finding);
        }

        return new FindingPage(items, Next: null, total, shown);
    }

    /// <summary>The ids of all that a query chooses, in its order, whatever its page.</summary>
    public static List<long> ReadIds(SqliteConnection connection, FindingQuery query, int most, long now)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$now", now);
        var conditions = FindingConditions.Of(query, command.Parameters);
        var mayHide = !query.WithHidden && FindingConditions.HidesAny(connection, now);
        if (mayHide) conditions.Add("NOT " + FindingConditions.IsInHiddenSet);
        command.CommandText = $"""
            {(mayHide ? FindingConditions.WithHiddenSet : "")}
            SELECT f.id FROM findings f {FindingConditions.HoldingVerdict} {FindingConditions.Where(conditions)}
            ORDER BY {query.Order.Sql()} LIMIT {most}
            """;
        var ids = new List<long>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) ids.Add(reader.GetInt64(0));
        return ids;
    }

    /// <summary>Those of these ids that there are, in the order of the ids.</summary>
    public static IEnumerable<StoredFinding> Read(SqliteConnection connection, IReadOnlyList<long> ids, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE f.id IN (SELECT value FROM json_each($ids))";
        command.Parameters.AddWithValue("$ids", $"[{string.Join(',', ids)}]");
        command.Parameters.AddWithValue("$now", now);
        var found = ReadAll(command, damaged).ToDictionary(finding => finding.Id);
        return ids.Select(found.GetValueOrDefault).OfType<StoredFinding>();
    }

    /// <summary>What stands and was stored since a moment and is not hidden: the worst first, then the last stored.</summary>
    /// <remarks>
    /// Of more than the limit those are left out that would give way by <see cref="FindingRetention"/>; never what a person called
    /// malicious.
    /// </remarks>
    public static List<StoredFinding> ReadActive(SqliteConnection connection, long updatedSince, int limit, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            {Select} WHERE {IsActive} AND f.id NOT IN (SELECT value FROM json_each($left))
            ORDER BY v.seq IS NULL, f.severity DESC, f.updated_ms DESC, f.id LIMIT {limit}
            """;
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        command.Parameters.AddWithValue("$left", $"[{string.Join(',', BeyondLimit(connection, updatedSince, limit, now))}]");
        return [.. ReadAll(command, damaged).OrderByDescending(finding => finding.Severity)
            .ThenByDescending(finding => finding.UpdatedUnixMilliseconds).ThenBy(finding => finding.Id)];
    }

    private const string IsActive = $"f.updated_ms >= $since AND f.withdrawn_ms IS NULL AND NOT {FindingConditions.IsHidden}";

    private static IReadOnlyList<long> BeyondLimit(SqliteConnection connection, long updatedSince, int limit, long now)
    {
        var beyond = CountActive(connection, updatedSince, now) - limit;
        if (beyond <= 0) return [];
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            {SelectRetained} {FindingConditions.HoldingVerdict} WHERE {IsActive} AND v.seq IS NULL
            """;
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        return FindingRetention.Choose(ReadRetained(command), (int)Math.Min(int.MaxValue, beyond));
    }

    public static long CountActive(SqliteConnection connection, long updatedSince, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT COUNT(*) FROM findings f {FindingConditions.HoldingVerdict}
            WHERE {IsActive}
            """;
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What decides which findings give way; those that a person has judged are not among them.</summary>
    public static List<RetainedFinding> ReadRetained(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{SelectRetained} WHERE f.verdict IS NULL";
        return ReadRetained(command);
    }

    private const string SelectRetained = """
        SELECT f.id, f.kind, f.severity, COALESCE(d.known_hosts, 0), f.client, f.server, f.recorded_ms, f.withdrawn_ms IS NOT NULL
        FROM findings f LEFT JOIN finding_details d ON d.finding = f.id
        """;

    private static List<RetainedFinding> ReadRetained(SqliteCommand command)
    {
        var findings = new List<RetainedFinding>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // A damaged row is moved away elsewhere.
            var row = new StoredRowReader(reader);
            var finding = new RetainedFinding(
                row.Integer(0), row.Named<FindingKind>(1), row.Named<FindingSeverity>(2), (int)row.Integer(3), row.Address(4),
                row.IsNull(5) ? null : row.Address(5), row.Time(6), row.Integer(7) == 1);
            if (row.MakesSense) findings.Add(finding);
        }

        return findings;
    }

    /// <summary>How many a query chooses, and how many of these are hidden from it.</summary>
    private static (long All, HiddenFindings Hidden) Count(
        SqliteCommand command, List<string> conditions, bool mayHide, bool withSuppressions)
    {
        var chosen = $"FROM findings f {FindingConditions.HoldingVerdict} {FindingConditions.Where(conditions)}";
        command.CommandText = mayHide
            ? $"""
                {FindingConditions.WithHiddenSet} SELECT COUNT(*), COALESCE(SUM({FindingConditions.IsInHiddenSet}), 0),
                    COALESCE(SUM({FindingConditions.IsBenign}), 0) {chosen}
                """
            : $"SELECT COUNT(*), 0, 0 {chosen}";
        var (all, hidden, benign) = ReadCounts(command);
        if (hidden == 0 || !withSuppressions) return (all, new HiddenFindings(hidden, benign, []));

        command.CommandText = $"""
            SELECT h.suppression, COUNT(*) FROM ({FindingConditions.Hiding}) h CROSS JOIN findings f ON f.id = h.finding
                {FindingConditions.HoldingVerdict} {FindingConditions.Where(conditions)}
            GROUP BY h.suppression ORDER BY h.suppression
            """;
        var suppressions = new List<(long, long)>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) suppressions.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return (all, new HiddenFindings(hidden, benign, suppressions));
    }

    private static (long All, long Hidden, long Benign) ReadCounts(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static List<StoredFinding> ReadAll(SqliteCommand command, DamagedRows damaged)
    {
        var items = new List<StoredFinding>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (Finding(reader.Handle!, damaged) is { } finding) items.Add(finding);
        }

        return items;
    }

    /// <returns>Null when the row is damaged, which is noted.</returns>
    private static StoredFinding? Finding(sqlite3_stmt columns, DamagedRows damaged)
    {
        var row = new StoredRowReader(columns);
        if (row.Integer(25) == 1 && TryRead(row, Verdict(columns, damaged), out var finding))
            return WithRarity(WithPeriods(WithDetails(finding, columns, damaged), columns, damaged), columns, damaged);
        damaged.Note(StateTables.Findings, row.Integer(0).ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private static bool TryRead(StoredRowReader row, GivenVerdict? verdict, [NotNullWhen(true)] out StoredFinding? finding)
    {
        finding = new StoredFinding
        {
            Id = row.Integer(0),
            Kind = row.Named<FindingKind>(1),
            Severity = row.Named<FindingSeverity>(2),
            Confidence = row.Named<FindingConfidence>(3),
            Client = row.Address(4),
            Server = row.IsNull(5) ? null : row.Address(5),
            Count = (int)row.Integer(6, 0, int.MaxValue),
            FirstSeenUnixMilliseconds = row.Time(7),
            LastSeenUnixMilliseconds = row.Time(8),
            Techniques = row.Words(9),
            Analytics = row.Words(10),
            Reason = row.Text(11),
            Flows = Parsed(row, 12, FindingColumns.Default.IReadOnlyListStoredFlow),
            Operations = Parsed(row, 13, FindingColumns.Default.IReadOnlyListString),
            Completeness = row.Share(14),
            SamplingInterval = (uint)row.Integer(15, 0, uint.MaxValue),
            RecordedUnixMilliseconds = row.Time(16),
            UpdatedUnixMilliseconds = row.Time(17),
            WithdrawnUnixMilliseconds = row.TimeOrNull(18),
            Verdict = verdict,
            SuppressedBy = row.IsNull(24) ? [] : NumbersOf(row, 24),
            Incident = row.IsNull(35) ? null : row.Integer(35),
        };
        if (!row.MakesSense) finding = null;
        return finding is not null;
    }

    /// <summary>With what its row of details says; without that where it is damaged, which is noted.</summary>
    private static StoredFinding WithDetails(StoredFinding finding, sqlite3_stmt columns, DamagedRows damaged)
    {
        var row = new StoredRowReader(columns);
        if (row.IsNull(28)) return finding;
        if (row.Integer(33) == 1)
        {
            var detailed = finding with
            {
                NumServers = (int)row.Integer(29, 0, int.MaxValue),
                KnownHosts = (int)row.Integer(30, 0, 2),
                Withdrawal = row.IsNull(31) ? null : row.Named<FindingWithdrawal>(31),
                Notes = NotesOf(row, 32),
            };
            if (row.MakesSense) return detailed;
        }

        damaged.Note(StateTables.FindingDetails, finding.Id.ToString(CultureInfo.InvariantCulture));
        return finding;
    }

    /// <summary>The same with the periods of its hosts.</summary>
    private static StoredFinding WithPeriods(StoredFinding finding, sqlite3_stmt columns, DamagedRows damaged)
    {
        var row = new StoredRowReader(columns);
        if (row.IsNull(36)) return finding;
        var (client, server) = (row.Integer(37, 0, long.MaxValue), row.Integer(38, 0, long.MaxValue));
        if (row.Integer(39) == 1 && row.MakesSense) return finding with { ClientPeriod = client, ServerPeriod = server };
        damaged.Note(StateTables.FindingPeriods, finding.Id.ToString(CultureInfo.InvariantCulture));
        return finding;
    }

    /// <summary>The same with how rare it is; without that where its row is damaged, which is noted.</summary>
    private static StoredFinding WithRarity(StoredFinding finding, sqlite3_stmt columns, DamagedRows damaged)
    {
        var row = new StoredRowReader(columns);
        if (row.IsNull(40)) return finding;
        if (row.Integer(42) == 1 && Rarity(row.Text(41)) is { } rarity && row.MakesSense) return finding with { Rarity = rarity };
        damaged.Note(StateTables.FindingRarity, finding.Id.ToString(CultureInfo.InvariantCulture));
        return finding;
    }

    private static FindingRarity? Rarity(string content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, FindingColumns.Default.FindingRarity);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static GivenVerdict? Verdict(sqlite3_stmt columns, DamagedRows damaged)
    {
        var row = new StoredRowReader(columns);
        if (row.IsNull(26)) return null;
        var verdict = new GivenVerdict(
            row.Named<VerdictMeaning>(19), row.Text(20), row.Text(21), row.Time(22), row.TimeOrNull(23), From: row.TextOrNull(34));
        if (row.Integer(27) == 1 && row.MakesSense) return verdict;
        damaged.Note(StateTables.Verdicts, row.Integer(26).ToString(CultureInfo.InvariantCulture));
        return null;
    }

    /// <summary>What blanks separate.</summary>
    internal static IReadOnlyList<long> NumbersOf(StoredRowReader row, int column) => [.. row.Words(column).Select(long.Parse)];

    internal static IReadOnlyList<StoredNote> NotesOf(StoredRowReader row, int column) =>
        Parsed(row, column, FindingColumns.Default.IReadOnlyListStoredNote);

    private static IReadOnlyList<T> Parsed<T>(StoredRowReader row, int column, JsonTypeInfo<IReadOnlyList<T>> type)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Text(column), type) ?? [];
        }
        catch (JsonException)
        {
            return row.Nonsense<IReadOnlyList<T>>() ?? [];
        }
    }
}

/// <summary>The columns that hold JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FindingRarity))]
[JsonSerializable(typeof(IReadOnlyList<StoredFlow>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<StoredNote>))]
internal sealed partial class FindingColumns : JsonSerializerContext;
