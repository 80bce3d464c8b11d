namespace RpcCollector.Store.Incidents;

/// <summary>The log events that tell findings and incidents: one line each, for whoever reads nothing but the log.</summary>
internal static partial class ToldLog
{
    [LoggerMessage(
        9001, LogLevel.Information,
        "{What} {Kind}, {Severity}, confidence {Confidence}, {Client} to {Server}: {Reason}; {Techniques}; {Link}")]
    public static partial void Finding(
        ILogger logger, string what, string kind, string severity, string confidence, string client, string server, string reason,
        string techniques, string link);

    [LoggerMessage(
        9002, LogLevel.Information, "{What} {Kind}, {Severity}, confidence {Confidence}, {Client}: {Reason}; {Techniques}; {Link}")]
    public static partial void FindingOfClient(
        ILogger logger, string what, string kind, string severity, string confidence, string client, string reason, string techniques,
        string link);

    [LoggerMessage(9003, LogLevel.Information, "{Count} more findings within a minute are not written here; /api/v1/findings has them.")]
    public static partial void FindingsNotWritten(ILogger logger, long count);

    [LoggerMessage(
        EventId = 9004, Message = "{What}, {Severity}, confidence {Confidence}: {Title}; why: {Reason}; {Techniques}; {Link}")]
    public static partial void Incident(
        ILogger logger, LogLevel level, string what, string severity, string confidence, string title, string reason, string techniques,
        string link);

    [LoggerMessage(9005, LogLevel.Warning, "{Count} more incidents within a minute are not written here; /api/v1/incidents has them.")]
    public static partial void IncidentsNotWritten(ILogger logger, long count);
}
