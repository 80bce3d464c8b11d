using Microsoft.Diagnostics.Tracing;

namespace RpcCollector.Benchmarks.Load;

/// <summary>How long garbage collections stopped the program, as its runtime traced them.</summary>
internal static class CollectionPauses
{
    /// <returns>The pauses, the shortest first.</returns>
    public static IReadOnlyList<TimeSpan> Read(string trace)
    {
        var pauses = new List<TimeSpan>();
        using var events = new EventPipeEventSource(trace);
        double? began = null;
        events.Clr.GCSuspendEEStart += data => began ??= data.TimeStampRelativeMSec;
        events.Clr.GCRestartEEStop += data =>
        {
            if (began is { } start) pauses.Add(TimeSpan.FromMilliseconds(data.TimeStampRelativeMSec - start));
            began = null;
        };
        events.Process();
        pauses.Sort();
        return pauses;
    }
}
