namespace RpcCollector.Metrics;

/// <summary>The log events of the metrics.</summary>
internal static partial class MetricsLog
{
    [LoggerMessage(6001, LogLevel.Error, "A figure of /metrics cannot be read; it stays as it was, the others are shown. Report this.")]
    public static partial void NotRead(ILogger logger, Exception failure);
}
