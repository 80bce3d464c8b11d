using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Reads rows of findings.</summary>
internal static class FindingRows
{
    private const string Select = $"""
        SELECT f.id, f.kind, f.severity, f.confidence, f.client, f.server, f.count, f.first_seen_ms, f.last_seen_ms, f.techniques, f.analytics, f.reason,
               f.flows, f.operations, f.completeness, f.sampling_interval, f.recorded_ms, f.updated_ms, f.withdrawn_ms,
               v.meaning, v.who, v.why, v.given_ms, v.expires_ms,
               (SELECT group_concat(s.id, ' ') FROM suppressions s WHERE {FindingConditions.Suppresses})
        FROM findings f {FindingConditions.HoldingVerdict}
        """;

    public static StoredFinding? Find(SqliteConnection connection, long id, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE f.id = $id";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$now", now);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Finding(reader) : null;
    }

    public static FindingPage Read(SqliteConnection connection, FindingQuery query, long now)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$now", now);
        var conditions = FindingConditions.Of(query, command.Parameters);
        if (!query.WithHidden) conditions.Add("NOT " + FindingConditions.IsHidden);
        if (query.After is { } after)
        {
            conditions.Add("(f.last_seen_ms, f.id) < ($afterSeen, $afterId)");
            command.Parameters.AddWithValue("$afterSeen", after.StartUnixMilliseconds);
            command.Parameters.AddWithValue("$afterId", after.Id);
        }

        command.CommandText = $"{Select} {FindingConditions.Where(conditions)} ORDER BY f.last_seen_ms DESC, f.id DESC LIMIT {query.Limit + 1}";
        var items = ReadAll(command);
        if (items.Count <= query.Limit) return new FindingPage(items, Next: null);
        items.RemoveAt(query.Limit);
        return new FindingPage(items, new ActivityCursor(items[^1].LastSeenUnixMilliseconds, items[^1].Id));
    }

    /// <summary>What stands and was stored since a moment and is not hidden: the worst first, then the last stored.</summary>
    public static List<StoredFinding> ReadActive(SqliteConnection connection, long updatedSince, int limit, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            {Select} WHERE f.updated_ms >= $since AND f.withdrawn_ms IS NULL AND NOT {FindingConditions.IsHidden}
            ORDER BY f.severity DESC, f.updated_ms DESC, f.id LIMIT {limit}
            """;
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        return ReadAll(command);
    }

    public static long CountActive(SqliteConnection connection, long updatedSince, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT COUNT(*) FROM findings f {FindingConditions.HoldingVerdict}
            WHERE f.updated_ms >= $since AND f.withdrawn_ms IS NULL AND NOT {FindingConditions.IsHidden}
            """;
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What else a query chooses that is hidden from it.</summary>
    public static HiddenFindings CountHidden(SqliteConnection connection, FindingQuery query, long now)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$now", now);
        var where = FindingConditions.Where([.. FindingConditions.Of(query, command.Parameters), FindingConditions.IsHidden]);
        command.CommandText = $"SELECT COUNT(*), COALESCE(SUM({FindingConditions.IsBenign}), 0) FROM findings f {FindingConditions.HoldingVerdict} {where}";
        var (all, benign) = ReadPair(command);

        command.CommandText = $"""
            SELECT s.id, COUNT(*) FROM suppressions s JOIN findings f ON {FindingConditions.Suppresses} {FindingConditions.HoldingVerdict}
            {where} GROUP BY s.id ORDER BY s.id
            """;
        var suppressions = new List<(long, long)>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) suppressions.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return new HiddenFindings(all, benign, suppressions);
    }

    private static (long All, long Benign) ReadPair(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static List<StoredFinding> ReadAll(SqliteCommand command)
    {
        var items = new List<StoredFinding>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) items.Add(Finding(reader));
        return items;
    }

    private static StoredFinding Finding(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Kind = (FindingKind)row.GetInt32(1),
        Severity = (FindingSeverity)row.GetInt32(2),
        Confidence = (FindingConfidence)row.GetInt32(3),
        Client = ActivityStatements.Address(row, 4),
        Server = row.IsDBNull(5) ? null : ActivityStatements.Address(row, 5),
        Count = row.GetInt32(6),
        FirstSeenUnixMilliseconds = row.GetInt64(7),
        LastSeenUnixMilliseconds = row.GetInt64(8),
        Techniques = Words(row.GetString(9)),
        Analytics = Words(row.GetString(10)),
        Reason = row.GetString(11),
        Flows = JsonSerializer.Deserialize(row.GetString(12), FindingColumns.Default.IReadOnlyListStoredFlow) ?? [],
        Operations = JsonSerializer.Deserialize(row.GetString(13), FindingColumns.Default.IReadOnlyListString) ?? [],
        Completeness = row.IsDBNull(14) ? null : row.GetDouble(14),
        SamplingInterval = (uint)row.GetInt64(15),
        RecordedUnixMilliseconds = row.GetInt64(16),
        UpdatedUnixMilliseconds = row.GetInt64(17),
        WithdrawnUnixMilliseconds = row.IsDBNull(18) ? null : row.GetInt64(18),
        Verdict = row.IsDBNull(19) ? null : new GivenVerdict((VerdictMeaning)row.GetInt32(19), row.GetString(20), row.GetString(21), row.GetInt64(22), row.IsDBNull(23) ? null : row.GetInt64(23)),
        SuppressedBy = row.IsDBNull(24) ? [] : [.. Words(row.GetString(24)).Select(long.Parse)],
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The columns that hold JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<StoredFlow>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class FindingColumns : JsonSerializerContext;
