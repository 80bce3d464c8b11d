namespace RpcCollector.Flows.Exporters;

/// <summary>How much of what an exporter sent in one minute could be used.</summary>
/// <param name="Number">Minutes since 1970.</param>
/// <param name="Share">From 0 to 1.</param>
public readonly record struct MinuteCompleteness(long Number, double Share)
{
    private const long MillisecondsPerMinute = 60_000;

    public static long NumberOf(long unixMilliseconds) => unixMilliseconds / MillisecondsPerMinute;

    public static long StartOf(long number) => number * MillisecondsPerMinute;
}
