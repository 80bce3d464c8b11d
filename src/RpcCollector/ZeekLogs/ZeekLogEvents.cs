namespace RpcCollector.ZeekLogs;

/// <summary>The log events about the logs of Zeek and Suricata.</summary>
internal static partial class ZeekLogEvents
{
    [LoggerMessage(5001, LogLevel.Information, "Following the logs of Zeek in {Folder} as exporter {Sensor}")]
    public static partial void Following(ILogger logger, string folder, string sensor);

    [LoggerMessage(5002, LogLevel.Warning, "{Path} cannot be read ({Reason}); trying again")]
    public static partial void ReadFailed(ILogger logger, string path, string reason);

    [LoggerMessage(5003, LogLevel.Information, "{Path} can be read again")]
    public static partial void ReadsAgain(ILogger logger, string path);

    [LoggerMessage(
        5004, LogLevel.Warning,
        "How far logs were read cannot be saved ({Reason}); trying again. After a restart they would be followed from where it " +
        "was saved last")]
    public static partial void SaveFailed(ILogger logger, string reason);

    [LoggerMessage(5005, LogLevel.Information, "Following Suricata's events in {File} as exporter {Sensor}")]
    public static partial void FollowingEvents(ILogger logger, string file, string sensor);

    [LoggerMessage(
        5006, LogLevel.Warning,
        "None of the first {Count} lines of {Path} is a record: neither one JSON object a line nor columns below Zeek's header; replay " +
        "says more of the file")]
    public static partial void Unreadable(ILogger logger, int count, string path);
}
