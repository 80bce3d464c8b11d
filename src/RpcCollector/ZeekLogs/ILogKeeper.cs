using RpcCollector.Options;

namespace RpcCollector.ZeekLogs;

/// <summary>Keeps, from one process to the next, how far each log has been read. The thread that follows the logs calls it.</summary>
internal interface ILogKeeper
{
    /// <summary>False while nothing more is to be read: what was read before waits for others, and the logs keep the rest.</summary>
    bool HasRoom { get; }

    /// <summary>How far earlier processes came; called once, before anything is read.</summary>
    /// <exception cref="StartupException">It cannot be read: it would soon be written over.</exception>
    IReadOnlyList<LogPosition> Load();

    /// <summary>All that stands before these positions was handed on. Called about once a second, and at the end.</summary>
    /// <param name="haveTaken">Says, to any thread, whether the shards have taken the flows of it.</param>
    void Keep(LogPosition[] positions, Func<bool> haveTaken);
}
