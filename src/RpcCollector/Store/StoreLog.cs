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

    [LoggerMessage(
        2011, LogLevel.Warning,
        "What the judge takes cannot be kept for backtest ({Reason}); trying again every half minute. Judging goes on without it.")]
    public static partial void InputsNotKept(ILogger logger, string reason);

    [LoggerMessage(2012, LogLevel.Information, "What the judge takes is kept for backtest again.")]
    public static partial void InputsKeptAgain(ILogger logger);

    [LoggerMessage(
        2013, LogLevel.Information,
        "{Segment} of what is kept for backtest was deleted, as Store:{Bound} wants: backtest reaches back to {Since:u}.")]
    public static partial void InputsTrimmed(ILogger logger, string segment, string bound, DateTimeOffset since);

    [LoggerMessage(2014, LogLevel.Warning, "{Path}, kept for backtest, is damaged at octet {Place} ({Reason}): backtest leaves that out.")]
    public static partial void InputsDamaged(ILogger logger, string path, long place, string reason);

    [LoggerMessage(2015, LogLevel.Information, "{Path}, kept for backtest, was not written to its end: {Octets} octets were cut off.")]
    public static partial void InputsCutOff(ILogger logger, string path, long octets);

    [LoggerMessage(2016, LogLevel.Warning, "{Folder}, kept for backtest, is not wanted any more and cannot be deleted: {Reason}")]
    public static partial void InputsNotDeleted(ILogger logger, string folder, string reason);

    [LoggerMessage(2017, LogLevel.Warning, "{Path}, kept for backtest, is left out and left as it is: {Reason}.")]
    public static partial void InputsRefused(ILogger logger, string path, string reason);

    [LoggerMessage(
        2018, LogLevel.Warning,
        "The disk is full: {Files} of the oldest files kept for backtest ({Octets} octets) were deleted to leave room for what is found.")]
    public static partial void InputsGaveWay(ILogger logger, int files, long octets);
}
