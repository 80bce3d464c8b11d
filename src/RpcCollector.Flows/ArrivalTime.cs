namespace RpcCollector.Flows;

/// <summary>When something arrived, by the one clock of arrivals: comparable within an era, not across a step of the clock.</summary>
/// <param name="Era">Grows by one with every step of the clock, and wraps.</param>
/// <param name="UnixMilliseconds">Does not run backwards within an era.</param>
public readonly record struct ArrivalTime(byte Era, long UnixMilliseconds)
{
    /// <summary>True when an era came after another one; eras wrap, so no two that are compared lie 128 steps apart.</summary>
    public static bool IsLater(byte era, byte than) => (sbyte)(era - than) > 0;
}
