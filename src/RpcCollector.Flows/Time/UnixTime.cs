namespace RpcCollector.Flows.Time;

/// <summary>Bounds of what exporters may state as a time, in milliseconds since 1970.</summary>
internal static class UnixTime
{
    // Up to the year 2286, so that sums of times cannot overflow and dates can be written.
    public static bool IsPlausible(long unixMilliseconds) => unixMilliseconds is > 0 and < 10_000_000_000_000;
}
