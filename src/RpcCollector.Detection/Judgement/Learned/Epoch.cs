namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>An hour of event time (UTC), numbered from 1970.</summary>
internal static class Epoch
{
    public const long Milliseconds = 3_600_000;

    public const int PerDay = 24;

    /// <summary>No epoch: before all others.</summary>
    public const int None = -1;

    // Times that the shards publish are clamped to what 48 bits hold; hours of those fit an int.
    public static int Of(long unixMilliseconds) => (int)(Math.Max(0, unixMilliseconds) / Milliseconds);

    public static long StartOf(int epoch) => epoch * Milliseconds;
}
