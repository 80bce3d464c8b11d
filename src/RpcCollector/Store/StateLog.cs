namespace RpcCollector.Store;

/// <summary>The log events of state.db and of the folder that it lies in.</summary>
internal static partial class StateLog
{
    [LoggerMessage(2101, LogLevel.Error, "state.db: the row {Key} of {Table} is damaged: it is left out, and kept in the table 'damaged'.")]
    public static partial void RowDamaged(ILogger logger, string table, string key);

    [LoggerMessage(2102, LogLevel.Error, "state.db: {Table} has {Rows} rows instead of {Expected}.")]
    public static partial void RowsMissing(ILogger logger, string table, long rows, long expected);

    [LoggerMessage(2103, LogLevel.Error, "state.db: {Table} has {Rows} rows; how many there were is not known.")]
    public static partial void RowsUncounted(ILogger logger, string table, long rows);

    [LoggerMessage(
        2104, LogLevel.Error,
        "{Path} is damaged ({Reason}): it was renamed to {Aside}; what could be read of it, {Rows} rows, was carried into a new file.")]
    public static partial void Salvaged(ILogger logger, string path, string reason, string aside, long rows);

    [LoggerMessage(2105, LogLevel.Error, "state.db: {Lost} rows of {Table} were lost with the damaged file, {Rows} were carried over.")]
    public static partial void RowsLost(ILogger logger, string table, long lost, long rows);

    [LoggerMessage(2107, LogLevel.Error, "{Path} is damaged ({Reason}) and cannot be salvaged now ({Failure}); trying again.")]
    public static partial void NotSalvaged(ILogger logger, string path, string reason, string failure);

    [LoggerMessage(2108, LogLevel.Information, "{Path} is open: {Rows} rows.")]
    public static partial void Opened(ILogger logger, string path, long rows);

    [LoggerMessage(
        2110, LogLevel.Critical,
        "The folder of the store is lost: {Loss}. What is found from now on is gone with this process; put the folder back, or restart.")]
    public static partial void FolderLost(ILogger logger, string loss);

    [LoggerMessage(2111, LogLevel.Information, "The folder of the store is there again.")]
    public static partial void FolderIsBack(ILogger logger);

    [LoggerMessage(2120, LogLevel.Information, "Taken over from {Path}: {What}")]
    public static partial void TakenOver(ILogger logger, string path, string what);

    [LoggerMessage(2121, LogLevel.Error, "{Path} cannot be read ({Reason}): it was renamed to {Aside}, and nothing of it was taken over.")]
    public static partial void NotTakenOver(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(2122, LogLevel.Error, "{Path}: a row of {Table} is damaged ({Reason}) and was not taken over.")]
    public static partial void RowNotTakenOver(ILogger logger, string path, string table, string reason);

    [LoggerMessage(2123, LogLevel.Error, "{Path}: {Table} is damaged ({Reason}): only {Rows} rows of it could be taken over.")]
    public static partial void TableNotWhole(ILogger logger, string path, string table, int rows, string reason);

    [LoggerMessage(2124, LogLevel.Error, "{Path} is damaged ({Reason}): findings that it may have held could not be taken over.")]
    public static partial void FindingsNotTakenOver(ILogger logger, string path, string reason);
}
