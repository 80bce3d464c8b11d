namespace RpcCollector.Flows.Time;

/// <summary>
/// Follows how often something is stated that contradicts what has stood, without that being restated in between: one datagram may be
/// forged, but who forges for a while meets the exporter's own next statement.
/// </summary>
/// <remarks>
/// An exporter states its Templates and options again and again. What is new is confirmed once it was stated three times, and for half
/// as long again as the former statement ever paused: half an hour at most of which counts, a minute at least, and ten minutes when the
/// former was stated only once.
/// </remarks>
internal struct Confirmation
{
    public const int Statements = 3;
    public const long LeastMilliseconds = 60_000;
    public const long UnknownRhythmMilliseconds = 600_000;
    public const long LongestPause = 1_800_000;

    // Statements that follow each other faster than this are one, so that a burst confirms nothing.
    private const long OneStatement = 1_000;

    /// <summary>How many statements in a row.</summary>
    public int Count { get; private set; }

    /// <summary>When the first of the row arrived.</summary>
    public long BeganUnixMilliseconds { get; private set; }

    public long LastUnixMilliseconds { get; private set; }

    /// <summary>It was stated.</summary>
    public void State(long arrivalUnixMilliseconds)
    {
        if (Count == 0) BeganUnixMilliseconds = arrivalUnixMilliseconds;
        else if (Math.Abs(arrivalUnixMilliseconds - LastUnixMilliseconds) < OneStatement) return;
        Count++;
        LastUnixMilliseconds = arrivalUnixMilliseconds;
    }

    /// <summary>The former was stated again.</summary>
    public void Break() => Count = 0;

    /// <param name="formerPause">The longest time between two statements of the former; 0 when it was stated only once.</param>
    public readonly bool IsConfirmed(long formerPause) =>
        Count >= Statements && LastUnixMilliseconds - BeganUnixMilliseconds >= Needed(formerPause);

    public void Restore(int count, long beganUnixMilliseconds, long lastUnixMilliseconds) =>
        (Count, BeganUnixMilliseconds, LastUnixMilliseconds) = (count, beganUnixMilliseconds, lastUnixMilliseconds);

    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        BeganUnixMilliseconds = step.Move(BeganUnixMilliseconds, nowUnixMilliseconds);
        LastUnixMilliseconds = step.Move(LastUnixMilliseconds, nowUnixMilliseconds);
    }

    private static long Needed(long formerPause) => formerPause <= 0
        ? UnknownRhythmMilliseconds
        : Math.Max(LeastMilliseconds, Math.Min(formerPause, LongestPause) * 3 / 2);
}
