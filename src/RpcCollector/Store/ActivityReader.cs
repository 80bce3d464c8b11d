using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>Turns queries into SQL and rows into activities.</summary>
internal static class ActivityReader
{
    private const string Columns = """
        id, basis, client, server, start_ms, mapper_client_port, mapper_start_ms, mapper_end_ms,
        endpoint_client_port, endpoint_server_port, endpoint_start_ms, endpoint_end_ms,
        exporters, sampling_interval, recorded_ms, completeness, refused, translated
        """;

    /// <param name="skip">Told of each row that is left out, because no activity can be what it says.</param>
    public static ActivityPage Read(SqliteConnection connection, ActivityQuery query, Action skip)
    {
        using var command = connection.CreateCommand();

        // One more than asked for tells whether there is a next page.
        command.CommandText =
            $"SELECT {Columns} FROM activities {Where(query, command.Parameters)} ORDER BY start_ms DESC, id DESC LIMIT {query.Limit + 1}";
        var items = new List<StoredActivity>(query.Limit);
        ActivityCursor? last = null;
        using var reader = command.ExecuteReader();
        for (var rows = 0; reader.Read(); rows++)
        {
            if (rows == query.Limit) return new ActivityPage(items, last);
            var row = new StoredRowReader(reader);
            last = new ActivityCursor(row.Integer(4), row.Integer(0));
            if (Activity(row) is { } activity) items.Add(activity);
            else skip();
        }

        return new ActivityPage(items, Next: null);
    }

    public static IReadOnlyList<PairStep> ReadPairs(
        SqliteConnection connection, long recordedSinceUnixMilliseconds, long sliceMilliseconds, Action skip)
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
            var row = new StoredRowReader(reader);
            var pair = new PairKey(row.Address(0), row.Address(1), row.Named<JoinBasis>(2));
            var step = new PairStep(pair, (int)row.Integer(3, 1, int.MaxValue), row.Time(4), row.Time(5));
            if (row.MakesSense) steps.Add(step);
            else skip();
        }

        return steps;
    }

    /// <summary>Who saw the latest activities.</summary>
    public static IReadOnlyList<ActivitySighting> ReadSightings(SqliteConnection connection, int most, Action skip)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT client, server, start_ms, exporters FROM activities ORDER BY seq DESC LIMIT $most";
        command.Parameters.AddWithValue("$most", most);
        var sightings = new List<ActivitySighting>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var sighting = new ActivitySighting(
                row.Address(0), row.Address(1), row.Time(2), [.. row.Addresses(3).Select(HostAddress.Parse)]);
            if (row.MakesSense) sightings.Add(sighting);
            else skip();
        }

        return sightings;
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
        if (query.Bases.Count > 0)
            conditions.Add(
                $"basis IN ({string.Join(", ", query.Bases.Select(basis => ((int)basis).ToString(CultureInfo.InvariantCulture)))})");
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

    /// <returns>Null when no activity can be what the row says.</returns>
    private static StoredActivity? Activity(StoredRowReader row)
    {
        var activity = new StoredActivity(
            row.Integer(0),
            row.Named<JoinBasis>(1),
            row.Address(2),
            row.Address(3),
            row.Time(4),
            row.IsNull(6) ? null : new FlowSpan(row.Port(5), WellKnownPort.EndpointMapper, row.Time(6), row.Time(7)),
            row.IsNull(10) ? null : new FlowSpan(row.Port(8), row.Port(9), row.Time(10), row.Time(11)),
            row.Addresses(12),
            (uint)row.Integer(13, 0, uint.MaxValue),
            row.Time(14),
            row.Share(15),
            row.Integer(16, 0, 1) == 1,
            TranslatedColumn.Read(row, 17));
        return row.MakesSense ? activity : null;
    }
}
