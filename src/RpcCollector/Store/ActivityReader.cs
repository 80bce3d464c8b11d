using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>Turns queries into SQL and rows into activities.</summary>
internal static class ActivityReader
{
    public static ActivityPage Read(SqliteConnection connection, ActivityQuery query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT id, basis, client, server, start_ms, mapper_client_port, mapper_start_ms, mapper_end_ms,
                   endpoint_client_port, endpoint_server_port, endpoint_start_ms, endpoint_end_ms, exporters, sampling_interval, recorded_ms, completeness
            FROM activities {Where(query, command.Parameters)}
            ORDER BY start_ms DESC, id DESC LIMIT {query.Limit + 1}
            """;

        // One more than asked for tells whether there is a next page.
        var items = new List<StoredActivity>(query.Limit);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (items.Count == query.Limit) return new ActivityPage(items, new ActivityCursor(items[^1].StartUnixMilliseconds, items[^1].Id));
            items.Add(Activity(reader));
        }

        return new ActivityPage(items, Next: null);
    }

    public static IReadOnlyList<PairStep> ReadPairs(SqliteConnection connection, long recordedSinceUnixMilliseconds, long sliceMilliseconds)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT client, server, basis, COUNT(*), MAX(recorded_ms), MAX(start_ms) FROM activities
            WHERE recorded_ms >= $since GROUP BY client, server, basis, recorded_ms / $slice
            """;
        command.Parameters.AddWithValue("$since", recordedSinceUnixMilliseconds);
        command.Parameters.AddWithValue("$slice", sliceMilliseconds);
        var steps = new List<PairStep>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var pair = new PairKey(ActivityStatements.Address(reader, 0), ActivityStatements.Address(reader, 1), (JoinBasis)reader.GetInt32(2));
            steps.Add(new PairStep(pair, reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return steps;
    }

    private static string Where(ActivityQuery query, SqliteParameterCollection parameters)
    {
        var conditions = new List<string>();
        if (query.SinceUnixMilliseconds is { } since)
        {
            conditions.Add("start_ms >= $since");
            parameters.AddWithValue("$since", since);
        }

        if (query.UntilUnixMilliseconds is { } until)
        {
            conditions.Add("start_ms < $until");
            parameters.AddWithValue("$until", until);
        }

        if (query.Client is { } client) conditions.Add(Within("client", client, parameters));
        if (query.Server is { } server) conditions.Add(Within("server", server, parameters));
        if (query.Bases.Count > 0) conditions.Add($"basis IN ({string.Join(", ", query.Bases.Select(basis => ((int)basis).ToString(CultureInfo.InvariantCulture)))})");
        if (query.After is { } after)
        {
            conditions.Add("(start_ms, id) < ($afterStart, $afterId)");
            parameters.AddWithValue("$afterStart", after.StartUnixMilliseconds);
            parameters.AddWithValue("$afterId", after.Id);
        }

        return conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
    }

    private static string Within(string column, AddressRange range, SqliteParameterCollection parameters)
    {
        parameters.AddWithValue($"${column}First", ActivityStatements.Octets(range.First));
        if (range.IsSingle) return $"{column} = ${column}First";
        parameters.AddWithValue($"${column}Last", ActivityStatements.Octets(range.Last));

        // The unary plus keeps the address index out: a wide prefix is read faster by time, in the order that is asked for.
        return $"+{column} BETWEEN ${column}First AND ${column}Last";
    }

    private static StoredActivity Activity(SqliteDataReader row) => new(
        row.GetInt64(0),
        (JoinBasis)row.GetInt32(1),
        ActivityStatements.Address(row, 2),
        ActivityStatements.Address(row, 3),
        row.GetInt64(4),
        row.IsDBNull(6) ? null : new FlowSpan((ushort)row.GetInt32(5), WellKnownPort.EndpointMapper, row.GetInt64(6), row.GetInt64(7)),
        row.IsDBNull(10) ? null : new FlowSpan((ushort)row.GetInt32(8), (ushort)row.GetInt32(9), row.GetInt64(10), row.GetInt64(11)),
        row.GetString(12).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        (uint)row.GetInt64(13),
        row.GetInt64(14),
        row.IsDBNull(15) ? null : row.GetDouble(15));
}
