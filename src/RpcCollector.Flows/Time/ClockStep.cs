namespace RpcCollector.Flows.Time;

/// <summary>What the machine's clock did when it was set, or found to be earlier than before a restart.</summary>
/// <param name="FromUnixMilliseconds">The time that it would have been without the step.</param>
/// <param name="ToUnixMilliseconds">The time that the clock shows since.</param>
/// <param name="IsOverRestart">True when it happened while no process ran.</param>
public readonly record struct ClockStep(long FromUnixMilliseconds, long ToUnixMilliseconds, bool IsOverRestart)
{
    /// <summary>Positive ahead, negative back.</summary>
    public long Milliseconds => ToUnixMilliseconds - FromUnixMilliseconds;

    public bool IsBack => Milliseconds < 0;

    /// <summary>
    /// What a time would be had the clock always been as it is since the step; a time that was read since the step stays.
    /// </summary>
    /// <param name="unixMilliseconds">The time; 0 for never.</param>
    /// <param name="nowUnixMilliseconds">The present, after the step.</param>
    public long Move(long unixMilliseconds, long nowUnixMilliseconds) =>
        unixMilliseconds <= 0 || IsSince(unixMilliseconds, nowUnixMilliseconds)
            ? unixMilliseconds
            : Math.Max(1, unixMilliseconds + Milliseconds);

    private bool IsSince(long unixMilliseconds, long nowUnixMilliseconds) =>
        unixMilliseconds >= ToUnixMilliseconds && unixMilliseconds <= nowUnixMilliseconds;
}
