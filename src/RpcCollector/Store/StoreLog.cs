namespace RpcCollector.Store;

/// <summary>The log events of the store.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(2001, LogLevel.Error, "The store {Path} is damaged ({Reason}): it was renamed to {Aside} and a new one begun.")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(
        2002, LogLevel.Warning, "{What} cannot be written ({Reason}); trying again every few seconds while {Waiting} changes wait.")]
    public static partial void WriteFailed(ILogger logger, string what, string reason, long waiting);

    [LoggerMessage(2003, LogLevel.Error, "{What}: {Count} changes were given up: {Reason}")]
    public static partial void GivenUp(ILogger logger, string what, int count, string reason);

    [LoggerMessage(2004, LogLevel.Information, "{What} are written again.")]
    public static partial void WritesAgain(ILogger logger, string what);

    [LoggerMessage(2005, LogLevel.Warning, "The store could not be trimmed: {Reason}")]
    public static partial void TrimFailed(ILogger logger, string reason);

    [LoggerMessage(2006, LogLevel.Information, "Store {Path} is open: {Activities} activities, {Bytes} bytes.")]
    public static partial void Opened(ILogger logger, string path, long activities, long bytes);

    [LoggerMessage(2007, LogLevel.Warning, "/metrics/findings starts empty: the store could not be read ({Reason}).")]
    public static partial void PairsNotRefilled(ILogger logger, string reason);

    [LoggerMessage(2010, LogLevel.Warning, "An index of {Path} was damaged: it was written anew, nothing is lost.")]
    public static partial void Mended(ILogger logger, string path);
}
