namespace RpcCollector.Judging;

/// <summary>The log events of the judgement.</summary>
internal static partial class JudgementLog
{
    [LoggerMessage(4001, LogLevel.Information, "What was learned is known from {Path}: {Edges} edges, {Hosts} hosts")]
    public static partial void Loaded(ILogger logger, string path, long edges, long hosts);

    [LoggerMessage(
        4002, LogLevel.Error, "What was learned cannot be read ({Reason}): {Path} was renamed to {Aside}; learning starts over.")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(4004, LogLevel.Information, "What is learned is kept again.")]
    public static partial void SavesAgain(ILogger logger);

    [LoggerMessage(
        4005, LogLevel.Critical,
        "The judge stopped because of an error: there are no findings until the process is started again. Please report this.")]
    public static partial void Failed(ILogger logger, Exception failure);

    [LoggerMessage(4007, LogLevel.Information,
        "What was learned is known again: {Edges} edges, {Hosts} hosts; {Inputs} inputs came after the last snapshot.")]
    public static partial void Recalled(ILogger logger, long edges, long hosts, long inputs);

    [LoggerMessage(4008, LogLevel.Information, "What a former version had learned was taken over from {Path}, which is {Name} now.")]
    public static partial void TakenOver(ILogger logger, string path, string name);

    [LoggerMessage(4009, LogLevel.Warning,
        "What was learned cannot be kept ({Reason}); trying again. After a restart what was learned since would be missing.")]
    public static partial void KeepingFailed(ILogger logger, string reason);

    [LoggerMessage(4010, LogLevel.Error,
        "What was learned cannot be read: {What} is damaged ({Reason}). It was set aside in the store; learning begins anew.")]
    public static partial void Damaged(ILogger logger, string what, string reason);

    [LoggerMessage(4011, LogLevel.Error,
        "The journal of what was learned ends at input {Offset}: {Reason}. What follows was set aside in the store, and is not known.")]
    public static partial void JournalDamaged(ILogger logger, long offset, string reason);

    [LoggerMessage(4014, LogLevel.Information,
        "{Host} counts as {Role} from {ActsFrom:u} on, and was {Former} before: it {Reason}. Witnesses: {Witnesses}")]
    public static partial void RoleChanged(
        ILogger logger, string host, string role, DateTimeOffset actsFrom, string former, string reason, string witnesses);

    [LoggerMessage(4012, LogLevel.Error, "{Count} facts were not judged: the time to stop was over.")]
    public static partial void NotJudged(ILogger logger, int count);

    [LoggerMessage(
        4013, LogLevel.Error,
        "The disk did not answer in time: what was learned in the last moments is not kept. Findings that were shown are.")]
    public static partial void NotKeptAtEnd(ILogger logger);

    [LoggerMessage(
        4006, LogLevel.Warning, "Verdicts and told roles could not be read ({Reason}): the judge knows only those of its own file.")]
    public static partial void VerdictsNotRead(ILogger logger, string reason);
}
