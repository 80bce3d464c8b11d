using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;

namespace RpcCollector.Store;

/// <summary>How many activities began in each step of a span of time, by the rule that joined them; the earliest first.</summary>
/// <param name="SinceUnixMilliseconds">Where the span begins.</param>
/// <param name="UntilUnixMilliseconds">Where it ends; not part of it.</param>
/// <param name="StepMilliseconds">How long a step is; the first and the last may be cut off by the span.</param>
/// <param name="LookedBackTo">What began before it was not looked at, and has no step; null when all was.</param>
internal sealed record ActivityHistogram(
    long SinceUnixMilliseconds, long UntilUnixMilliseconds, long StepMilliseconds, IReadOnlyList<ActivityStep> Steps, long? LookedBackTo)
{
    // Steps that a clock or a calendar has, in seconds; beyond them whole weeks.
    private static readonly long[] Nice =
    [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    ];

    private static readonly JoinBasis[] Bases = Enum.GetValues<JoinBasis>();

    private static readonly string Counts = string.Join(
        ", ", Bases.Select(basis => string.Create(CultureInfo.InvariantCulture, $"COUNT(*) FILTER (WHERE a.basis = {(int)basis})")));

    /// <param name="most">How many steps there may be.</param>
    /// <param name="now">What an empty store has for a span that is not stated.</param>
    public static ActivityHistogram Read(SqliteConnection connection, ActivityQuery query, int most, long now)
    {
        var known = ActivityReader.Span(connection, query);
        var since = query.SinceUnixMilliseconds ?? known?.From ?? Math.Min(now, query.UntilUnixMilliseconds ?? now);
        var until = query.UntilUnixMilliseconds ?? known?.To ?? Math.Max(now, since);
        var step = StepOf(since, until, most);
        var began = Stopwatch.GetTimestamp();
        using var command = connection.CreateCommand();
        var conditions = new ActivityConditions(query, ActivityConditions.HasUnsorted(connection));
        command.CommandText = string.Join(" UNION ALL ", conditions.Parts(Counts, command.Parameters));
        var (from, to) = (command.Parameters.AddWithValue("$from", 0L), command.Parameters.AddWithValue("$to", 0L));
        var steps = new List<ActivityStep>();
        for (var end = until; end > since;)
        {
            if (steps.Count > 0 && query.Patience is { } patience && Stopwatch.GetElapsedTime(began) >= patience)
            {
                steps.Reverse();
                return new ActivityHistogram(since, until, step, steps, end);
            }

            var begin = Math.Max(since, FloorOf(end - 1, step));
            var counts = new long[Bases.Length];
            if (known is { } span && begin < span.To && end > span.From)
            {
                (from.Value, to.Value) = (begin, end);
                Add(command, counts);
            }

            steps.Add(new ActivityStep(begin, counts));
            end = begin;
        }

        steps.Reverse();
        return new ActivityHistogram(since, until, step, steps, LookedBackTo: null);
    }

    /// <summary>The shortest step that a clock has, of which no more than so many touch the span.</summary>
    public static long StepOf(long since, long until, int most)
    {
        foreach (var seconds in Nice)
        {
            if (Touched(since, until, seconds * 1_000) <= most) return seconds * 1_000;
        }

        var week = Nice[^1] * 1_000;
        var step = Math.Max(1, (until - since) / most / week) * week;
        while (Touched(since, until, step) > most) step += week;
        return step;
    }

    private static long Touched(long since, long until, long step) =>
        until <= since ? 0 : ((FloorOf(until - 1, step) - FloorOf(since, step)) / step) + 1;

    private static long FloorOf(long time, long step) => time - (((time % step) + step) % step);

    private static void Add(SqliteCommand command, long[] counts)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            for (var i = 0; i < counts.Length; i++) counts[i] += reader.GetInt64(i);
        }
    }
}

/// <summary>One step of it.</summary>
/// <param name="AtUnixMilliseconds">When it begins.</param>
/// <param name="Counts">In the order of the bases.</param>
internal sealed record ActivityStep(long AtUnixMilliseconds, IReadOnlyList<long> Counts)
{
    public long Count => Counts.Sum();

    public long Of(JoinBasis basis) => Counts[(int)basis - (int)JoinBasis.Car];
}
