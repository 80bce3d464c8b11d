using System.Runtime.CompilerServices;

namespace RpcCollector.Scale;

/// <summary>The log of processes that are one: in memory, for as long as it lives.</summary>
/// <param name="now">Unix milliseconds of the clock by which the log says when it took a batch.</param>
/// <param name="lease">After how much silence another may hold a lease.</param>
internal sealed class MemoryFlowLog(int partitions, Func<long> now, TimeProvider time, TimeSpan lease) : IFlowLog
{
    private readonly Lock _lock = new();
    private readonly List<LogEntry>[] _logs = [.. Enumerable.Range(0, partitions + 1).Select(_ => new List<LogEntry>())];
    private readonly Dictionary<string, (HeldLease Lease, long Timestamp)> _leases = [];
    private readonly Dictionary<string, byte[]> _snapshots = [];
    private TaskCompletionSource _appended = New();

    public string? Absence => null;

    public Task OpenAsync(CancellationToken stopping) => Task.CompletedTask;

    public Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        TaskCompletionSource appended;
        lock (_lock)
        {
            var log = LogOf(to);
            log.Add(new LogEntry(log.Count + 1, now(), message.ToArray(), Behind: 0, to));
            (appended, _appended) = (_appended, New());
        }

        appended.SetResult();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<LogEntry> ReadAsync(LogSubject of, long from, [EnumeratorCancellation] CancellationToken stopping)
    {
        for (var offset = FirstOf(of, from); ; offset++)
        {
            LogEntry? entry;
            while ((entry = Find(of, offset, out var appended)) is null) await appended.WaitAsync(stopping);
            yield return entry.Value;
        }
    }

    public Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping)
    {
        lock (_lock)
        {
            var isHeld = _leases.TryGetValue(name, out var known);
            var isOwn = isHeld && string.Equals(known.Lease.Holder, holder, StringComparison.Ordinal);
            if (isHeld && !isOwn && time.GetElapsedTime(known.Timestamp) <= lease)
                return Task.FromResult(known.Lease with { IsOwn = false });
            var renewed = new HeldLease(holder, IsOwn: true, isHeld ? known.Lease.Revision + 1 : 1);
            _leases[name] = (renewed, time.GetTimestamp());
            return Task.FromResult(renewed);
        }
    }

    public Task<HeldLease?> FindLeaseAsync(string name, CancellationToken stopping)
    {
        lock (_lock)
            return Task.FromResult(_leases.TryGetValue(name, out var known) ? known.Lease with { IsOwn = false } : null);
    }

    public Task GiveBackAsync(string name, HeldLease held, CancellationToken stopping)
    {
        lock (_lock)
        {
            if (_leases.TryGetValue(name, out var known) && known.Lease.Revision == held.Revision) _leases.Remove(name);
        }

        return Task.CompletedTask;
    }

    public Task PutSnapshotAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping)
    {
        lock (_lock) _snapshots[name] = snapshot.ToArray();
        return Task.CompletedTask;
    }

    public Task<byte[]?> GetSnapshotAsync(string name, CancellationToken stopping)
    {
        lock (_lock) return Task.FromResult(_snapshots.GetValueOrDefault(name));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What the judge is to take is one log, whatever it follows from.
    private List<LogEntry> LogOf(LogSubject of) => of.Stream == LogStream.Act ? _logs[partitions] : _logs[of.Partition!.Value];

    private long FirstOf(LogSubject of, long from)
    {
        lock (_lock) return from >= 1 && from <= LogOf(of).Count + 1 ? from : 1;
    }

    private LogEntry? Find(LogSubject of, long offset, out Task appended)
    {
        lock (_lock)
        {
            appended = _appended.Task;
            var log = LogOf(of);
            return offset <= log.Count ? log[(int)offset - 1] with { Behind = log.Count - offset } : null;
        }
    }
}
