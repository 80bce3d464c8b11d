namespace RpcCollector.Store;

/// <summary>How long batches took to commit: for each range of durations how many they were, and their sum.</summary>
/// <remarks>The writer adds, any thread reads.</remarks>
internal sealed class CommitDurations
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly long[] BoundTicks = [.. Bounds.Select(bound => (long)Math.Round(bound * TimeSpan.TicksPerSecond))];

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[Bounds.Length + 1];
    private readonly long[] _ticks = new long[Bounds.Length + 1];

    /// <summary>The longest duration of each range, in seconds and ascending; one more range has what is longer than the last.</summary>
    public static IReadOnlyList<double> UpperBounds => Bounds;

    public void Add(TimeSpan duration)
    {
        var range = 0;
        while (range < BoundTicks.Length && duration.Ticks > BoundTicks[range]) range++;
        lock (_lock)
        {
            _counts[range]++;
            _ticks[range] += duration.Ticks;
        }
    }

    /// <summary>All ranges at one moment, in the order of <see cref="UpperBounds"/>.</summary>
    /// <param name="counts">Batches of each range.</param>
    /// <param name="ticks">The sum of their durations, in ticks of 100 ns.</param>
    public void Read(Span<long> counts, Span<long> ticks)
    {
        lock (_lock)
        {
            _counts.CopyTo(counts);
            _ticks.CopyTo(ticks);
        }
    }
}
