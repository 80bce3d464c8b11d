using Prometheus;
using RpcCollector.Store;

namespace RpcCollector.Metrics;

/// <summary>Takes over into a histogram what was committed since the last scrape.</summary>
internal sealed class CommitReader(Histogram histogram, CommitDurations durations)
{
    private readonly long[] _shownCounts = new long[CommitDurations.UpperBounds.Count + 1];
    private readonly long[] _shownTicks = new long[CommitDurations.UpperBounds.Count + 1];
    private readonly long[] _counts = new long[CommitDurations.UpperBounds.Count + 1];
    private readonly long[] _ticks = new long[CommitDurations.UpperBounds.Count + 1];

    public void Read()
    {
        durations.Read(_counts, _ticks);
        for (var range = 0; range < _counts.Length; range++)
        {
            var (more, ticks) = (_counts[range] - _shownCounts[range], _ticks[range] - _shownTicks[range]);

            // So many at their mean, which lies in the same range: number and sum are those of the single durations.
            if (more > 0) histogram.Observe((double)ticks / more / TimeSpan.TicksPerSecond, more);
            (_shownCounts[range], _shownTicks[range]) = (_counts[range], _ticks[range]);
        }
    }
}
