namespace RpcCollector.Scale;

/// <summary>
/// What stands between the processes of one collector: logs, leases and snapshots. Unique by the broker and by the number of partitions;
/// every member may be called by any thread.
/// </summary>
/// <remarks>
/// Four verbs and no more, so that another broker can follow. One stands in memory, for processes in one; the other is NATS JetStream.
/// </remarks>
internal interface IFlowLog : IAsyncDisposable
{
    /// <summary>Why the broker cannot be reached just now; null while it can.</summary>
    string? Absence { get; }

    /// <summary>Connects, and makes what the role needs.</summary>
    /// <exception cref="FlowLogException">It cannot be reached now; worth another attempt.</exception>
    /// <exception cref="Options.StartupException">It refuses, or has another number of partitions: no attempt will help.</exception>
    Task OpenAsync(CancellationToken stopping);

    /// <summary>Appends one message; it is there for good when this returns. It may be there when this fails, too.</summary>
    /// <exception cref="FlowLogException">It was not confirmed.</exception>
    /// <param name="to">A subject of somebody's own: a log as a whole is read, and nobody appends to it.</param>
    Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping);

    /// <summary>What a log holds from an offset on, and what is appended later, in the log's order, until told to stop.</summary>
    /// <param name="from">
    /// The offset of the first message wanted; where that is gone, the next that is there; where the log ends before it, the first.
    /// </param>
    /// <exception cref="FlowLogException">It cannot be read now: begin again behind the last entry.</exception>
    IAsyncEnumerable<LogEntry> ReadAsync(LogSubject of, long from, CancellationToken stopping);

    /// <summary>One attempt to hold a lease, or to hold it for longer.</summary>
    /// <param name="held">What the last attempt said; null at the first.</param>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping);

    /// <summary>Who holds a lease, or held it last; null when nobody ever did, or it was given back.</summary>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    Task<HeldLease?> FindLeaseAsync(string name, CancellationToken stopping);

    /// <summary>Gives a lease back that is held, so that nobody waits until it is over; that of somebody else stays as it is.</summary>
    /// <exception cref="FlowLogException">It was not confirmed.</exception>
    Task GiveBackAsync(string name, HeldLease held, CancellationToken stopping);

    /// <summary>Keeps a snapshot under a name, in the place of the former one.</summary>
    /// <exception cref="FlowLogException">It was not confirmed: the former one may be there still.</exception>
    Task PutSnapshotAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping);

    /// <summary>The snapshot of a name; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is there, and not whole.</exception>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    Task<byte[]?> GetSnapshotAsync(string name, CancellationToken stopping);
}

/// <summary>One message of a log.</summary>
/// <param name="Offset">Grows from message to message, by one or more; 1 or more.</param>
/// <param name="AppendedUnixMilliseconds">When the log took it, by the log's clock.</param>
/// <param name="Batch">Its octets.</param>
/// <param name="Behind">How many messages of the log wait after it, as far as the log said with it.</param>
/// <param name="Subject">Where it was appended, which says by whom: the broker lets nobody append under another's.</param>
internal readonly record struct LogEntry(
    long Offset, long AppendedUnixMilliseconds, ReadOnlyMemory<byte> Batch, long Behind, LogSubject Subject);

/// <summary>What an attempt to hold a lease found.</summary>
/// <param name="Holder">Who holds it.</param>
/// <param name="IsOwn">True when that is who asked.</param>
/// <param name="Revision">Grows with each renewal: a holder whose revision stands still is gone.</param>
internal sealed record HeldLease(string Holder, bool IsOwn, long Revision)
{
    /// <summary>When this revision was first seen, by the clock of the process that never is set.</summary>
    public long SeenTicks { get; init; } = Environment.TickCount64;
}

/// <summary>The broker cannot do it now. The message says why, in one line.</summary>
internal sealed class FlowLogException(string message, Exception? inner = null) : Exception(message, inner);
