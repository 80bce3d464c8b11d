namespace RpcCollector.Sinks;

/// <summary>How long to wait before the next attempt: twice as long each time, and never all at the same moment.</summary>
internal sealed class SinkBackoff(TimeSpan first, TimeSpan longest)
{
    // However long the other side wants to be left alone.
    private static readonly TimeSpan MostAsked = TimeSpan.FromMinutes(10);

    private int _failures;

    /// <summary>1 s to a minute.</summary>
    public static SinkBackoff Usual => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    public void Reset() => _failures = 0;

    /// <param name="asked">What the other side asked for; null for nothing.</param>
    public TimeSpan Next(TimeSpan? asked)
    {
        var wait = TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(_failures++, 30))));

        // A share of it by chance: several collectors that lost the same server do not come back as one.
        wait *= 0.8 + (0.2 * Random.Shared.NextDouble());
        if (asked is not { } wanted || wanted <= wait) return wait;
        return wanted < MostAsked ? wanted : MostAsked;
    }
}
