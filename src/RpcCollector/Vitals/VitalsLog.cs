namespace RpcCollector.Vitals;

/// <summary>The log events about parts that do not work, and about the end of the process.</summary>
internal static partial class VitalsLog
{
    [LoggerMessage(
        7001, LogLevel.Error, "'{Name}' is stuck: no sign of life for {SilentMilliseconds} ms{Doing}. /readyz fails until it goes on.")]
    public static partial void Stuck(ILogger logger, string name, long silentMilliseconds, string doing);

    [LoggerMessage(7002, LogLevel.Warning, "'{Name}' goes on.")]
    public static partial void GoesOn(ILogger logger, string name);

    [LoggerMessage(
        7003, LogLevel.Critical,
        "'{Name}' ({Part}) died of an error that nobody foresaw: the process ends with exit code {ExitCode}, to be started again. " +
        "Please report this.")]
    public static partial void Died(ILogger logger, string name, string part, int exitCode, Exception error);

    [LoggerMessage(7004, LogLevel.Error, "'{Part}' did not stop within its time; the process ends without it.")]
    public static partial void NotStopped(ILogger logger, string part);

    [LoggerMessage(7005, LogLevel.Error, "{Count} {What} had not been written when the time to stop was over: they were never shown.")]
    public static partial void NotWritten(ILogger logger, long count, string what);
}
