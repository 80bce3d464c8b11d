namespace RpcCollector.Detection.Incidents;

/// <summary>By what findings belong to one story.</summary>
public sealed record IncidentOptions
{
    /// <summary>A client's next finding is of the same story when it comes no later than this after what it did before.</summary>
    /// <remarks>What somebody does every second day, at whatever hour, is one story; what he did before the weekend is another.</remarks>
    public TimeSpan Gap { get; init; } = TimeSpan.FromHours(60);

    /// <summary>
    /// A story that is longer ends with the next night or other pause, and in any case when it is twice as long: a habit that nobody
    /// judged joins no attacks weeks apart.
    /// </summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A host that was driven goes on as part of that story when it becomes a client within this time.</summary>
    public TimeSpan GoesOnWithin { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Who drives more hosts than this, each as badly, says little of each: what one of them does next is its own story.</summary>
    public int MostDriven { get; init; } = 32;

    /// <summary>
    /// So many clients that are new to the same host, and did nothing else, say something of the host, and little of each.
    /// </summary>
    public int Crowd { get; init; } = 5;

    private const long Pause = 6 * 3_600_000L;

    /// <summary>True when a story shall not go on with a finding: cut in the middle of a day it would tell half of what one did.</summary>
    /// <param name="first">When the story began, in Unix milliseconds.</param>
    /// <param name="last">When its latest finding began.</param>
    /// <param name="next">When the finding began.</param>
    internal bool IsTooLong(long first, long last, long next)
    {
        var longest = (long)Longest.TotalMilliseconds;
        return next > first + longest && (next > last + Pause || next > first + (2 * longest));
    }
}
