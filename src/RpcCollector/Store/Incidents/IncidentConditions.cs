using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>The conditions of SQL by which incidents n are chosen.</summary>
internal static class IncidentConditions
{
    /// <summary>An incident of its own, of which a finding stands.</summary>
    public const string IsStanding = "(n.withdrawn_ms IS NULL AND n.merged_into IS NULL)";

    // The verdicts are few: they are asked before the findings, whose rows are long.
    private const string IsBenign = """
        EXISTS (SELECT 1 FROM verdicts v CROSS JOIN findings g ON g.id = v.finding AND g.verdict = v.seq
            WHERE v.finding = f.finding AND v.meaning = 1 AND v.withdrawn_ms IS NULL AND (v.expires_ms IS NULL OR v.expires_ms > $now))
        """;

    /// <summary>At least one of its findings is neither suppressed nor benign. Needs $now.</summary>
    public const string IsShown = $"""
        (n.withdrawn_ms IS NOT NULL OR EXISTS (SELECT 1 FROM incident_findings f WHERE f.incident = n.id
            AND NOT {IsBenign} AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE {FindingConditions.Suppresses})))
        """;

    /// <summary>All of a query but what it hides, its names and its place.</summary>
    public static List<string> Of(IncidentQuery query, SqliteParameterCollection parameters)
    {
        var conditions = new List<string> { "n.merged_into IS NULL", States(query.States) };
        if (query.Kinds.Count > 0)
            conditions.Add(Any(query.Kinds.Select(kind => string.Create(
                CultureInfo.InvariantCulture, $"(' ' || n.kinds || ' ') LIKE '% {(int)kind} %'"))));
        if (query.LeastSeverity is { } severity) conditions.Add($"n.severity >= {(int)severity}");
        if (query.LeastConfidence is { } confidence) conditions.Add($"n.confidence >= {(int)confidence}");
        if (query.Client is { } client) conditions.Add(Has(Within("client", "client", client, parameters)));
        if (query.Server is { } server) conditions.Add(Has(Within("server", "server", server, parameters)));
        if (query.Host is { } host)
            conditions.Add(Any([
                Has(Within("client", "host", host, parameters)), Has(Within("server", "host", host, parameters)),
            ]));
        if (query.Technique is { } technique)
        {
            conditions.Add("((' ' || n.techniques || ' ') LIKE $technique || ' %' OR (' ' || n.techniques) LIKE $technique || '.%')");
            parameters.AddWithValue("$technique", $"% {technique}");
        }

        if (query.Assignee is { } assignee)
        {
            conditions.Add(assignee.Length == 0 ? "n.assignee IS NULL" : "n.assignee = $assignee COLLATE NOCASE");
            if (assignee.Length > 0) parameters.AddWithValue("$assignee", assignee);
        }

        if (query.SinceUnixMilliseconds is { } since)
        {
            conditions.Add("n.last_seen_ms >= $since");
            parameters.AddWithValue("$since", since);
        }

        if (query.UntilUnixMilliseconds is { } until)
        {
            conditions.Add("n.first_seen_ms < $until");
            parameters.AddWithValue("$until", until);
        }

        return conditions;
    }

    /// <summary>One of its findings names one of these hosts: pairs of incident and host, as JSON.</summary>
    public const string IsNamed = "n.id IN (SELECT value FROM json_each($named))";

    private static string States(IReadOnlyCollection<IncidentChoice> states)
    {
        var standing = string.Join(", ", states.Where(state => state != IncidentChoice.Withdrawn).Select(state => (int)StateOf(state)));
        var any = new List<string>();
        if (standing.Length > 0) any.Add($"(n.withdrawn_ms IS NULL AND n.state IN ({standing}))");
        if (states.Contains(IncidentChoice.Withdrawn)) any.Add("n.withdrawn_ms IS NOT NULL");
        return any.Count == 0 ? "TRUE" : Any(any);
    }

    private static IncidentState StateOf(IncidentChoice state) => state switch
    {
        IncidentChoice.Open => IncidentState.Open,
        IncidentChoice.Acknowledged => IncidentState.Acknowledged,
        _ => IncidentState.Closed,
    };

    private static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions)})";

    private static string Has(string condition) => $"n.id IN (SELECT f.incident FROM incident_findings f WHERE {condition})";

    private static string Within(string column, string name, AddressRange range, SqliteParameterCollection parameters)
    {
        if (!parameters.Contains($"${name}First"))
        {
            parameters.AddWithValue($"${name}First", ActivityStatements.Octets(range.First));
            parameters.AddWithValue($"${name}Last", ActivityStatements.Octets(range.Last));
        }

        return $"f.{column} BETWEEN ${name}First AND ${name}Last";
    }
}
