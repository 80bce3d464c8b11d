namespace RpcCollector.Names;

/// <summary>The log events about names.</summary>
internal static partial class NameLog
{
    [LoggerMessage(8501, LogLevel.Information, "{Rows} rows of the names file '{File}' are in force")]
    public static partial void FileRead(ILogger logger, int rows, string file);

    [LoggerMessage(8502, LogLevel.Warning, "A row of the names file '{File}' is left out: {Row}")]
    public static partial void RowRefused(ILogger logger, string file, string row);

    [LoggerMessage(8503, LogLevel.Warning, "{Count} more rows of the names file '{File}' are left out and not named here")]
    public static partial void MoreRowsRefused(ILogger logger, int count, string file);

    [LoggerMessage(8504, LogLevel.Warning, "The changed names file '{File}' is refused, and what it said before stays in force: {Reason}")]
    public static partial void FileRefused(ILogger logger, string file, string reason);

    [LoggerMessage(8505, LogLevel.Information, "{Addresses} addresses have names from before")]
    public static partial void Loaded(ILogger logger, int addresses);

    [LoggerMessage(
        8506, LogLevel.Warning,
        "What hosts are called cannot be saved ({Reason}); trying again. After a restart names would have to be told again.")]
    public static partial void SaveFailed(ILogger logger, string reason);

    [LoggerMessage(8507, LogLevel.Information, "What hosts are called is saved again.")]
    public static partial void SavesAgain(ILogger logger);
}
