namespace RpcCollector.Http.Access;

/// <summary>Counts what was refused over HTTP, and the connections.</summary>
internal sealed class AccessGauges
{
    private readonly long[] _refused = new long[Enum.GetValues<HttpRefusal>().Length];
    private readonly long[] _logins = new long[Enum.GetValues<LoginOutcome>().Length];
    private long _connections;
    private long _evicted;
    private long _auditFailures;
    private long _fileFailures;

    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Connections closed because another needed their place while they were idle.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Lines of the audit log that could not be kept.</summary>
    public long AuditFailures => Volatile.Read(ref _auditFailures);

    /// <summary>Changed files of users or tokens that could not be used.</summary>
    public long FileFailures => Volatile.Read(ref _fileFailures);

    public long Logins(LoginOutcome outcome) => Volatile.Read(ref _logins[(int)outcome]);

    public long Refused(HttpRefusal reason) => Volatile.Read(ref _refused[(int)reason]);

    public void CountRefused(HttpRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    public void CountOpened() => Interlocked.Increment(ref _connections);

    public void CountClosed() => Interlocked.Decrement(ref _connections);

    public void CountEvicted() => Interlocked.Increment(ref _evicted);

    public void CountAuditFailure() => Interlocked.Increment(ref _auditFailures);

    public void CountFileFailure() => Interlocked.Increment(ref _fileFailures);

    public void CountLogin(LoginOutcome outcome) => Interlocked.Increment(ref _logins[(int)outcome]);
}

/// <summary>What came of a login.</summary>
internal enum LoginOutcome
{
    Succeeded,

    /// <summary>Name or password was wrong.</summary>
    Failed,

    /// <summary>It came too early after others that failed, or too many came at once, and nobody looked at it.</summary>
    Refused,
}
