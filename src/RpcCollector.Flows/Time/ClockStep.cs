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
}
