using Microsoft.Diagnostics.Tracing;

namespace RpcCollector.Benchmarks.Load;

/// <summary>How long garbage collections stopped the program, as its runtime traced them.</summary>
internal static class CollectionPauses
{
    /// <returns>The pauses that began between two moments, the shortest first.</returns>
    public static IReadOnlyList<TimeSpan> Read(string trace, DateTimeOffset from, DateTimeOffset until)
    {
        var pauses = new List<TimeSpan>();
        using var events = new EventPipeEventSource(trace);
        DateTime? began = null;
        events.Clr.GCSuspendEEStart += data => began ??= data.TimeStamp;
        events.Clr.GCRestartEEStop += data =>
        {
            if (began is { } start && start >= from.LocalDateTime && start < until.LocalDateTime) pauses.Add(data.TimeStamp - start);
            began = null;
        };
        events.Process();
        pauses.Sort();
        return pauses;
    }
}
