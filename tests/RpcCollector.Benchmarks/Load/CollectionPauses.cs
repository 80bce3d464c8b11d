using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace RpcCollector.Benchmarks.Load;

/// <summary>How long garbage collections stopped the program, as its runtime traced them.</summary>
internal static class CollectionPauses
{
    /// <returns>The pauses that began between two moments, the shortest first.</returns>
    public static IReadOnlyList<CollectionPause> Read(string trace, DateTimeOffset from, DateTimeOffset until)
    {
        var pauses = new List<CollectionPause>();
        using var events = new EventPipeEventSource(trace);
        DateTime? began = null;
        DateTime? stopped = null;
        var (generation, kind) = (-1, GCType.NonConcurrentGC);
        events.Clr.GCSuspendEEStart += data =>
        {
            // A background collection stops the program twice, the second time without a start of its own.
            if (began is null) (generation, kind) = (-1, GCType.BackgroundGC);
            began ??= data.TimeStamp;
        };
        events.Clr.GCSuspendEEStop += data => stopped ??= data.TimeStamp;
        events.Clr.GCStart += data => (generation, kind) = (data.Depth, data.Type);
        events.Clr.GCRestartEEStop += data =>
        {
            if (began is { } start && start >= from.LocalDateTime && start < until.LocalDateTime)
                pauses.Add(new CollectionPause(
                    data.TimeStamp - start, (stopped ?? start) - start, generation, kind == GCType.BackgroundGC));
            (began, stopped) = (null, null);
        };
        events.Process();
        pauses.Sort(static (left, right) => left.Length.CompareTo(right.Length));
        return pauses;
    }
}

/// <param name="Length">From the wish to stop all threads until all go on.</param>
/// <param name="Stopping">Of it, until all had stopped.</param>
/// <param name="Generation">The oldest that was collected; -1 where none began.</param>
internal readonly record struct CollectionPause(TimeSpan Length, TimeSpan Stopping, int Generation, bool IsBackground)
{
    public override string ToString() =>
        $"{Length.TotalMilliseconds:0.0} ms ({(IsBackground ? "background" : $"generation {Generation}")}, " +
        $"{Stopping.TotalMilliseconds:0.0} until all had stopped)";
}
