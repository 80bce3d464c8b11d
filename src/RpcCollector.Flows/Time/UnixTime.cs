namespace RpcCollector.Flows.Time;

/// <summary>Bounds of what exporters may state as a time, in milliseconds since 1970.</summary>
internal static class UnixTime
{
    /// <summary>In the year 2286: sums of earlier times cannot overflow, and dates can be written.</summary>
    public const long End = 10_000_000_000_000;

    // 1990: no exporter is older, so an earlier time is something else, or that of a clock that was never set.
    private const long OldestExport = 631_152_000_000;

    public static bool IsPlausible(long unixMilliseconds) => unixMilliseconds is > 0 and < End;

    /// <summary>True for a time that a flow can have had, when nothing else is known of its clock.</summary>
    public static bool IsOfFlow(long unixMilliseconds) => unixMilliseconds is > OldestExport and < End;
}
