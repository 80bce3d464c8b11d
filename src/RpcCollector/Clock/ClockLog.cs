namespace RpcCollector.Clock;

/// <summary>The log events of the clock.</summary>
internal static partial class ClockLog
{
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    [LoggerMessage(
        6001,
        LogLevel.Warning,
        "The machine's clock was set ahead by {Duration}{Occasion}, from {From:" + Moment + "} to {To:" + Moment + "}: "
        + "flows go on being held, hours that are over are closed, and nothing is forgotten for its age before this time has lasted a day")]
    public static partial void SetAhead(ILogger logger, string duration, string occasion, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(
        6002,
        LogLevel.Warning,
        "The machine's clock was set back by {Duration}{Occasion}, from {From:" + Moment + "} to {To:" + Moment + "}: "
        + "flows go on being held, hours that are not over are judged again, and what was learned later than now counts as learned now")]
    public static partial void SetBack(ILogger logger, string duration, string occasion, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(
        6003,
        LogLevel.Warning,
        "The machine's clock shows a time before any release of this program and is not believed: time goes on from {Now:" + Moment
        + "} until it is set. Flows whose exporters tell another time are not judged meanwhile")]
    public static partial void NotBelieved(ILogger logger, DateTimeOffset now);

    [LoggerMessage(6004, LogLevel.Information, "The machine's clock is believed again")]
    public static partial void BelievedAgain(ILogger logger);

    [LoggerMessage(
        6005,
        LogLevel.Warning,
        "The time cannot be kept ({Reason}); trying again. A clock that is set while the process does not run would go unnoticed")]
    public static partial void NotKept(ILogger logger, string reason);

    [LoggerMessage(6006, LogLevel.Information, "The time is kept again")]
    public static partial void KeptAgain(ILogger logger);
}
