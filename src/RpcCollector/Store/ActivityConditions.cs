using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>By what activities a are chosen in SQL: the parts of which each activity that is chosen belongs to one.</summary>
/// <remarks>
/// The times $from and $to belong to each part: whoever reads sets them. Nothing has itself for a client, so that a host at either end is
/// two parts, each of which an index has in order.
/// </remarks>
internal sealed class ActivityConditions
{
    private const string ByTime = "activities a";
    private const string Unsorted = "unsorted a";

    // Driven by the few of which it is known that they may be chosen.
    private const string SomeUnsorted = "json_each($waiting) k CROSS JOIN unsorted a ON a.id = k.value";

    // Driven by the few rows of the connection: no more than those are looked at.
    private const string ByConnection = """
        (SELECT seq FROM activities
            WHERE mapper_client_port IS NOT NULL AND community_key(client, mapper_client_port, server, 135) = $connection
         UNION SELECT seq FROM activities WHERE endpoint_client_port IS NOT NULL
            AND community_key(client, endpoint_client_port, server, endpoint_server_port) = $connection) k
        CROSS JOIN activities a ON a.seq = k.seq
        """;

    // Of those that are not sorted in, each is looked at.
    private const string IsConnection = """
        ((a.mapper_client_port IS NOT NULL AND community_key(a.client, a.mapper_client_port, a.server, 135) = $connection)
         OR (a.endpoint_client_port IS NOT NULL
            AND community_key(a.client, a.endpoint_client_port, a.server, a.endpoint_server_port) = $connection))
        """;

    private readonly ActivityQuery _query;
    private readonly string[] _ends;
    private readonly bool _hasUnsorted;

    /// <param name="hasUnsorted">False when none wait to be sorted in.</param>
    public ActivityConditions(ActivityQuery query, bool hasUnsorted)
    {
        (_query, _hasUnsorted) = (query, hasUnsorted);
        _ends = query.Host is { IsSingle: true } ? ["a.client = $hostFirst", "a.server = $hostFirst"] : [""];
    }

    /// <summary>True when some activities wait to be sorted in.</summary>
    /// <remarks>To be asked before all else: what is sorted in later is found sorted in.</remarks>
    public static bool HasUnsorted(SqliteConnection connection) => Database.Ask(connection, "SELECT EXISTS(SELECT 1 FROM unsorted)") == 1;

    /// <param name="select">What to read of a.</param>
    /// <param name="parameters">Those of the filters are added.</param>
    public IReadOnlyList<string> Parts(string select, SqliteParameterCollection parameters)
    {
        var common = Common(parameters);
        var from = _query.CommunityKey is null ? ByTime : ByConnection;
        var parts = _ends.Select(end => Part(from, end.Length == 0 ? common : [end, .. common])).ToList();
        if (!_hasUnsorted || _query.Waiting is { Count: 0 }) return parts;
        if (_ends.Length > 1) common.Add($"({string.Join(" OR ", _ends)})");
        if (_query.CommunityKey is not null) common.Add(IsConnection);
        if (_query.Waiting is { } waiting) parameters.AddWithValue("$waiting", $"[{string.Join(',', waiting)}]");
        parts.Add(Part(_query.Waiting is null ? Unsorted : SomeUnsorted, common));
        return parts;

        string Part(string from, IEnumerable<string> conditions) => $"SELECT {select} FROM {from} WHERE {string.Join(" AND ", conditions)}";
    }

    private List<string> Common(SqliteParameterCollection parameters)
    {
        var conditions = new List<string> { "a.start_ms >= $from AND a.start_ms < $to" };
        if (_query.Client is { } client) conditions.Add(Within("client", "client", client, parameters));
        if (_query.Server is { } server) conditions.Add(Within("server", "server", server, parameters));
        if (_query.Host is { IsSingle: true } one) parameters.AddWithValue("$hostFirst", ActivityStatements.Octets(one.First));
        else if (_query.Host is { } host)
            conditions.Add($"({Within("client", "host", host, parameters)} OR {Within("server", "host", host, parameters)})");
        if (_query.Port is { } port) conditions.Add(Has(port));
        if (_query.Endpoints is { Count: 0 }) conditions.Add("FALSE");
        else if (_query.Endpoints is { } endpoints)
        {
            conditions.Add(
                "(+a.server, +a.endpoint_server_port) IN (SELECT unhex(value ->> 0), value ->> 1 FROM json_each($endpoints))");
            parameters.AddWithValue("$endpoints", Json(endpoints));
        }

        if (_query.Exporter is { } exporter)
        {
            // Of most rows there is one.
            conditions.Add(
                "(a.exporters = $exporter OR (instr(a.exporters, ' ') > 0 " +
                "AND instr(' ' || a.exporters || ' ', ' ' || $exporter || ' ') > 0))");
            parameters.AddWithValue("$exporter", exporter.ToString());
        }

        if (_query.CommunityKey is { } key) parameters.AddWithValue("$connection", key);
        if (_query.Bases.Count > 0)
            conditions.Add(
                $"a.basis IN ({string.Join(", ", _query.Bases.Select(basis => ((int)basis).ToString(CultureInfo.InvariantCulture)))})");
        if (_query.After is { } after)
        {
            conditions.Add("(a.start_ms, a.id) < ($afterStart, $afterId)");
            parameters.AddWithValue("$afterStart", after.StartUnixMilliseconds);
            parameters.AddWithValue("$afterId", after.Id);
        }

        return conditions;
    }

    private static string Has(ushort port)
    {
        var any = string.Create(
            CultureInfo.InvariantCulture,
            $"a.endpoint_server_port = {port} OR a.endpoint_client_port = {port} OR a.mapper_client_port = {port}");
        return port == WellKnownPort.EndpointMapper ? $"({any} OR a.mapper_client_port IS NOT NULL)" : $"({any})";
    }

    private static string Within(string column, string name, AddressRange range, SqliteParameterCollection parameters)
    {
        if (!parameters.Contains($"${name}First"))
        {
            parameters.AddWithValue($"${name}First", ActivityStatements.Octets(range.First));
            parameters.AddWithValue($"${name}Last", ActivityStatements.Octets(range.Last));
        }

        // The unary plus keeps the address index out: a wide prefix is read faster by time, in the order that is asked for.
        return range.IsSingle ? $"a.{column} = ${name}First" : $"+a.{column} BETWEEN ${name}First AND ${name}Last";
    }

    private static string Json(IReadOnlyCollection<(HostAddress Server, ushort Port)> endpoints)
    {
        var json = new StringBuilder("[");
        foreach (var (server, port) in endpoints)
        {
            if (json.Length > 1) json.Append(',');
            json.Append("[\"").Append(Convert.ToHexString(ActivityStatements.Octets(server))).Append("\",")
                .Append(CultureInfo.InvariantCulture, $"{port}]");
        }

        return json.Append(']').ToString();
    }
}
