using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>Turns queries into SQL and rows into activities.</summary>
internal static class ActivityReader
{
    private const string Columns = """
        a.id, a.basis, a.client, a.server, a.start_ms, a.mapper_client_port, a.mapper_start_ms, a.mapper_end_ms,
        a.endpoint_client_port, a.endpoint_server_port, a.endpoint_start_ms, a.endpoint_end_ms,
        a.exporters, a.sampling_interval, a.recorded_ms, a.completeness, a.refused, a.translated
        """;

    // What no calendar can hold is damage.
    private const long LatestUnixMilliseconds = 253_402_300_800_000;

    /// <param name="skip">Told of each row that is left out, because no activity can be what it says.</param>
    public static ActivityPage Read(SqliteConnection connection, ActivityQuery query, Action skip)
    {
        using var command = connection.CreateCommand();
        const string Order = "ORDER BY a.start_ms DESC, a.id DESC LIMIT $most";
        var parts = Conditions(connection, query).Parts(Columns, command.Parameters);
        command.CommandText = parts is [var only]
            ? $"{only} {Order}"
            : $"{string.Join(" UNION ALL ", parts.Select(part => $"SELECT * FROM ({part} {Order})"))} ORDER BY 5 DESC, 1 DESC LIMIT $most";
        command.Parameters.AddWithValue("$most", 0L);
        var items = new List<StoredActivity>(query.Limit);
        ActivityCursor? last = null;
        var rows = 0;
        var slices = Slices(connection, query);
        while (slices.Next() is { } slice)
        {
            // One more than asked for tells whether there is a next page.
            Set(command, slice);
            command.Parameters["$most"].Value = query.Limit + 1 - rows;
            using var reader = command.ExecuteReader();
            for (; reader.Read(); rows++)
            {
                if (rows == query.Limit) return new ActivityPage(items, last);
                var row = new StoredRowReader(reader);
                last = new ActivityCursor(row.Integer(4), row.Integer(0));
                if (Activity(row) is { } activity) items.Add(activity);
                else skip();
            }
        }

        return slices.IsWhole
            ? new ActivityPage(items, Next: null)
            : new ActivityPage(items, new ActivityCursor(slices.LookedBackTo, long.MinValue), slices.LookedBackTo);
    }

    /// <summary>How many a query chooses on all its pages.</summary>
    public static ActivityTotal Count(SqliteConnection connection, ActivityQuery query)
    {
        using var command = connection.CreateCommand();
        var parts = Conditions(connection, query).Parts("COUNT(*)", command.Parameters);
        command.CommandText = $"SELECT {string.Join(" + ", parts.Select(part => $"({part})"))}";
        var slices = Slices(connection, query);
        long count = 0;
        while (slices.Next() is { } slice)
        {
            Set(command, slice);
            count += (long)command.ExecuteScalar()!;
        }

        return new ActivityTotal(count, slices.IsWhole);
    }

    /// <summary>
    /// When the activities began that a query can choose: the earliest, and the end of the latest; null when there are none.
    /// </summary>
    public static (long From, long To)? Span(SqliteConnection connection, ActivityQuery query)
    {
        if (Edge(connection, "MIN") is not { } earliest || Edge(connection, "MAX") is not { } latest) return null;
        var from = Math.Max(query.SinceUnixMilliseconds ?? long.MinValue, Math.Max(0, earliest));
        var to = Math.Min(query.UntilUnixMilliseconds ?? long.MaxValue, Math.Min(LatestUnixMilliseconds, latest) + 1);
        return from < to ? (from, to) : null;
    }

    private static ActivityConditions Conditions(SqliteConnection connection, ActivityQuery query) =>
        new(query, ActivityConditions.HasUnsorted(connection));

    // What restricts nothing but the time is found at once.
    private static TimeSlices Slices(SqliteConnection connection, ActivityQuery query)
    {
        if (query.TakesAll || query.Patience is null)
            return new TimeSlices(query.SinceUnixMilliseconds ?? long.MinValue, query.UntilUnixMilliseconds ?? long.MaxValue, null);
        if (Span(connection, query) is not { } span) return new TimeSlices(0, 0, query.Patience);
        if (query.After is not { } after) return new TimeSlices(span.From, span.To, query.Patience);

        // Behind the last row of a page others may have begun with it; behind a slice that was looked at, none.
        var end = after.Id == long.MinValue ? after.StartUnixMilliseconds : after.StartUnixMilliseconds + 1;
        return new TimeSlices(span.From, Math.Clamp(end, span.From, span.To), query.Patience);
    }

    private static void Set(SqliteCommand command, (long From, long To) slice)
    {
        if (!command.Parameters.Contains("$from"))
        {
            command.Parameters.AddWithValue("$from", slice.From);
            command.Parameters.AddWithValue("$to", slice.To);
        }

        (command.Parameters["$from"].Value, command.Parameters["$to"].Value) = slice;
    }

    private static long? Edge(SqliteConnection connection, string which)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {which}(edge) FROM (SELECT {which}(start_ms) AS edge FROM activities " +
            $"UNION ALL SELECT {which}(start_ms) FROM unsorted)";
        return command.ExecuteScalar() as long?;
    }

    public static IReadOnlyList<PairStep> ReadPairs(
        SqliteConnection connection, long recordedSinceUnixMilliseconds, long sliceMilliseconds, Action skip)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT client, server, basis, COUNT(*), MAX(recorded_ms), MAX(start_ms) FROM (
                SELECT client, server, basis, recorded_ms, start_ms FROM activities WHERE recorded_ms >= $since
                UNION ALL SELECT client, server, basis, recorded_ms, start_ms FROM unsorted WHERE recorded_ms >= $since)
            GROUP BY client, server, basis, recorded_ms / $slice
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
        command.CommandText = """
            SELECT * FROM (SELECT client, server, start_ms, exporters FROM unsorted ORDER BY start_ms DESC LIMIT $most)
            UNION ALL SELECT * FROM (SELECT client, server, start_ms, exporters FROM activities ORDER BY seq DESC LIMIT $most)
            LIMIT $most
            """;
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
