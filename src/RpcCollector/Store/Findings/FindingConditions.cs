using System.Globalization;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Findings;

/// <summary>The conditions of SQL by which findings f are chosen, with v the verdict that holds and s a suppression.</summary>
internal static class FindingConditions
{
    /// <summary>Needs $now. A verdict whose number was lost and given anew to another finding's never holds.</summary>
    public const string HoldingVerdict = """
        LEFT JOIN verdicts v ON v.seq = f.verdict AND v.finding = f.id
            AND v.withdrawn_ms IS NULL AND (v.expires_ms IS NULL OR v.expires_ms > $now)
        """;

    /// <summary>True when suppression s hides finding f; a finding without a server is hidden by none that names one. Needs $now.</summary>
    public const string Suppresses = """
        (s.expires_ms IS NULL OR s.expires_ms > $now) AND (s.kind IS NULL OR s.kind = f.kind)
        AND (s.client_first IS NULL OR f.client BETWEEN s.client_first AND s.client_last)
        AND (s.server_first IS NULL OR (f.server IS NOT NULL AND f.server BETWEEN s.server_first AND s.server_last))
        """;

    /// <summary>
    /// Which suppression hides which finding, as <see cref="Suppresses"/> has it: each suppression finds its own by the index of what it
    /// names. Needs $now.
    /// </summary>
    public const string Hiding = $"""
        SELECT s.id AS suppression, f.id AS finding FROM suppressions s
            CROSS JOIN findings f ON f.client BETWEEN s.client_first AND s.client_last
            WHERE s.client_first IS NOT NULL AND {Suppresses}
        UNION ALL
        SELECT s.id, f.id FROM suppressions s CROSS JOIN findings f ON f.server BETWEEN s.server_first AND s.server_last
            WHERE s.client_first IS NULL AND s.server_first IS NOT NULL AND {Suppresses}
        UNION ALL
        SELECT s.id, f.id FROM suppressions s CROSS JOIN findings f
            WHERE s.client_first IS NULL AND s.server_first IS NULL AND {Suppresses}
        """;

    /// <summary>A table of what is hidden, before a statement that chooses findings. Needs $now.</summary>
    public const string WithHiddenSet = $"""
        WITH hidden (id) AS MATERIALIZED (
            SELECT finding FROM ({Hiding})
            UNION SELECT g.id FROM verdicts w CROSS JOIN findings g ON g.id = w.finding AND g.verdict = w.seq
                WHERE w.meaning = 1 AND w.withdrawn_ms IS NULL AND (w.expires_ms IS NULL OR w.expires_ms > $now))
        """;

    /// <summary>The same as <see cref="IsHidden"/> where <see cref="WithHiddenSet"/> comes before.</summary>
    public const string IsInHiddenSet = "f.id IN (SELECT id FROM hidden)";

    /// <summary>
    /// What the judge took back before a person judged it is withdrawn. What a former version withdrew though a person had judged it
    /// stands.
    /// </summary>
    public const string IsWithdrawn = "(f.withdrawn_ms IS NOT NULL AND f.verdict IS NULL)";

    public const string IsBenign = "COALESCE(v.meaning, 0) = 1";

    public const string IsHidden = $"({IsBenign} OR EXISTS (SELECT 1 FROM suppressions s WHERE {Suppresses}))";

    /// <summary>False when nothing that people said hides any finding now: then nothing need be compared with it.</summary>
    public static bool HidesAny(SqliteConnection connection, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT EXISTS (SELECT 1 FROM suppressions WHERE expires_ms IS NULL OR expires_ms > $now)
                OR EXISTS (SELECT 1 FROM verdicts
                    WHERE meaning = 1 AND withdrawn_ms IS NULL AND (expires_ms IS NULL OR expires_ms > $now))
            """;
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()! != 0;
    }

    /// <summary>All of a query but what it hides and its place.</summary>
    public static List<string> Of(FindingQuery query, SqliteParameterCollection parameters)
    {
        var conditions = new List<string>();
        if (query.State != FindingState.All) conditions.Add((query.State == FindingState.Standing ? "NOT " : "") + IsWithdrawn);
        if (query.Kinds.Count > 0)
            conditions.Add(
                $"f.kind IN ({string.Join(", ", query.Kinds.Select(kind => ((int)kind).ToString(CultureInfo.InvariantCulture)))})");
        if (query.LeastSeverity is { } severity) conditions.Add($"f.severity >= {(int)severity}");
        if (query.LeastConfidence is { } confidence) conditions.Add($"f.confidence >= {(int)confidence}");
        if (query.KnownHosts is { } known)
            conditions.Add($"EXISTS (SELECT 1 FROM finding_details k WHERE k.finding = f.id AND k.known_hosts >= {known})");
        if (query.Client is { } client) conditions.Add(Within("client", "client", client, parameters));
        if (query.Server is { } server) conditions.Add(Within("server", "server", server, parameters));
        if (query.Host is { } host)
            conditions.Add($"({Within("client", "host", host, parameters)} OR {Within("server", "host", host, parameters)})");
        if (query.Incident is { } incident)
        {
            conditions.Add("f.id IN (SELECT m.finding FROM incident_findings m WHERE m.incident = $incident)");
            parameters.AddWithValue("$incident", incident);
        }

        if (query.Technique is { } technique)
        {
            conditions.Add("((' ' || f.techniques || ' ') LIKE $technique || ' %' OR (' ' || f.techniques) LIKE $technique || '.%')");
            parameters.AddWithValue("$technique", $"% {technique}");
        }

        if (query.SinceUnixMilliseconds is { } since)
        {
            conditions.Add("f.last_seen_ms >= $since");
            parameters.AddWithValue("$since", since);
        }

        if (query.UntilUnixMilliseconds is { } until)
        {
            conditions.Add("f.first_seen_ms < $until");
            parameters.AddWithValue("$until", until);
        }

        if (query.Verdicts.Count > 0)
            conditions.Add(
                $"COALESCE(v.meaning, 0) IN ({string.Join(", ", query.Verdicts.Select(verdict => verdict is { } said ? (int)said : 0))})");
        return conditions;
    }

    public static string Where(List<string> conditions) => conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

    private static string Within(string column, string name, AddressRange range, SqliteParameterCollection parameters)
    {
        if (!parameters.Contains($"${name}First"))
        {
            parameters.AddWithValue($"${name}First", ActivityStatements.Octets(range.First));
            parameters.AddWithValue($"${name}Last", ActivityStatements.Octets(range.Last));
        }

        // The unary plus keeps the address index out, as for activities.
        return range.IsSingle ? $"f.{column} = ${name}First" : $"+f.{column} BETWEEN ${name}First AND ${name}Last";
    }
}
