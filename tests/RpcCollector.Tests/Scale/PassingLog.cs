using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>Passes everything on to another log; a test says what becomes of what is appended.</summary>
internal abstract class PassingLog(MemoryFlowLog log) : IFlowLog
{
    public virtual string? Absence => null;

    protected MemoryFlowLog Log => log;

    public abstract Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping);

    public Task OpenAsync(CancellationToken stopping) => log.OpenAsync(stopping);

    public IAsyncEnumerable<LogEntry> ReadAsync(LogSubject of, long from, CancellationToken stopping) => log.ReadAsync(of, from, stopping);

    public Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping) =>
        log.HoldAsync(name, holder, held, stopping);

    public Task<HeldLease?> FindLeaseAsync(string name, CancellationToken stopping) => log.FindLeaseAsync(name, stopping);

    public Task GiveBackAsync(string name, HeldLease held, CancellationToken stopping) => log.GiveBackAsync(name, held, stopping);

    public Task PutSnapshotAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping) =>
        log.PutSnapshotAsync(name, snapshot, stopping);

    public Task<byte[]?> GetSnapshotAsync(string name, CancellationToken stopping) => log.GetSnapshotAsync(name, stopping);

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
