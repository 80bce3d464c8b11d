namespace RpcCollector.Http.Access;

/// <summary>Counts what was refused over HTTP, and the connections.</summary>
internal sealed class AccessGauges
{
    private readonly long[] _refused = new long[Enum.GetValues<HttpRefusal>().Length];
    private long _connections;
    private long _evicted;
    private long _auditFailures;

    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Connections closed because another needed their place while they were idle.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Lines of the audit log that could not be kept.</summary>
    public long AuditFailures => Volatile.Read(ref _auditFailures);

    public long Refused(HttpRefusal reason) => Volatile.Read(ref _refused[(int)reason]);

    public void CountRefused(HttpRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    public void CountOpened() => Interlocked.Increment(ref _connections);

    public void CountClosed() => Interlocked.Decrement(ref _connections);

    public void CountEvicted() => Interlocked.Increment(ref _evicted);

    public void CountAuditFailure() => Interlocked.Increment(ref _auditFailures);
}
