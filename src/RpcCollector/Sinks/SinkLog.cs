namespace RpcCollector.Sinks;

/// <summary>The log events of what is told to other programs.</summary>
internal static partial class SinkLog
{
    [LoggerMessage(9101, LogLevel.Information, "Sink '{Sink}' ({Kind}) tells {Target}: {Waiting} are waiting.")]
    public static partial void Begins(ILogger logger, string sink, string kind, string target, long waiting);

    [LoggerMessage(
        9102, LogLevel.Warning,
        "Sink '{Sink}' cannot tell {Target}: {Reason}. It goes on trying; what happens meanwhile waits in the store.")]
    public static partial void Fails(ILogger logger, string sink, string target, string reason);

    [LoggerMessage(9103, LogLevel.Information, "Sink '{Sink}' tells {Target} again.")]
    public static partial void Recovers(ILogger logger, string sink, string target);

    [LoggerMessage(9104, LogLevel.Error, "Sink '{Sink}' gives up {Key}: {Reason}")]
    public static partial void Dropped(ILogger logger, string sink, string key, string reason);

    [LoggerMessage(9105, LogLevel.Error, "Sink '{Sink}': an error that nobody foresaw. It goes on trying. Please report this.")]
    public static partial void Bug(ILogger logger, string sink, Exception error);
}
