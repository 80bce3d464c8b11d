namespace RpcCollector.Judging;

/// <summary>The log events of the judgement.</summary>
internal static partial class JudgementLog
{
    [LoggerMessage(4001, LogLevel.Information, "What was learned is known from {Path}: {Edges} edges, {Hosts} hosts")]
    public static partial void Loaded(ILogger logger, string path, long edges, long hosts);

    [LoggerMessage(4002, LogLevel.Error, "What was learned cannot be read ({Reason}): {Path} was renamed to {Aside}; learning begins anew.")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(4003, LogLevel.Warning, "What was learned cannot be saved to {Path} ({Reason}); trying again. After a restart what was learned since the last save would be missing.")]
    public static partial void SaveFailed(ILogger logger, string path, string reason);

    [LoggerMessage(4004, LogLevel.Information, "What was learned is saved again.")]
    public static partial void SavesAgain(ILogger logger);

    [LoggerMessage(4005, LogLevel.Critical, "Judging has ended by an error; activities are collected still, findings are not. Restart the process, and report this.")]
    public static partial void Failed(ILogger logger, Exception failure);

    [LoggerMessage(4006, LogLevel.Warning, "Verdicts could not be read ({Reason}): the judge knows only those of its own file.")]
    public static partial void VerdictsNotRead(ILogger logger, string reason);
}
