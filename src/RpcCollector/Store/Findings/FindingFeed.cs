using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Hands findings over from the judge to their writer: bounded, never waits, and counts what it had to drop, which is what
/// <see cref="FindingRetention"/> chooses. Of one finding only the latest change waits. They go on in the order in which they came.
/// </summary>
internal sealed class FindingFeed(int capacity) : IFindingSink, IChangeFeed<FindingChange>, IDisposable
{
    // Some tenths of a second: what they have in common, such as pages of indexes and whom they drive, is written and looked at once.
    private const int MaxBatch = 4_000;

    private static readonly int NumKinds = (int)KebabCase<FindingKind>.All.Max() + 1;
    private static readonly int NumSeverities = (int)KebabCase<FindingSeverity>.All.Max() + 1;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly long[] _added = new long[NumKinds * NumSeverities];
    private readonly long[] _withdrawnFor = new long[(int)KebabCase<FindingWithdrawal>.All.Max() + 1];
    private readonly Dictionary<long, FindingChange> _changes = [];

    // Of what waits, the earliest first; what gave way may be among them.
    private Queue<long> _order = new();
    private long _revised;
    private long _withdrawn;
    private long _dropped;
    private volatile bool _isHeld;

    // From when a batch was taken until the next one is asked for.
    private bool _isWriting;

    public long Backlog
    {
        get
        {
            lock (_lock) return _changes.Count;
        }
    }

    /// <summary>True when all that was published is written, or was given up.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_lock) return _changes.Count == 0 && !_isWriting;
        }
    }

    public long Revised => Volatile.Read(ref _revised);

    public long Withdrawn => Volatile.Read(ref _withdrawn);

    public long WithdrawnFor(FindingWithdrawal reason) => Volatile.Read(ref _withdrawnFor[(int)reason]);

    /// <summary>Changes that never reached the store: too many findings waited, or the writer gave them up.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public long Added(FindingKind kind, FindingSeverity severity) => Volatile.Read(ref _added[((int)kind * NumSeverities) + (int)severity]);

    /// <summary>
    /// From here to <see cref="Release"/> comes what was said before: it is not counted again, and of each finding only the latest
    /// change goes on.
    /// </summary>
    public void Hold() => _isHeld = true;

    public void Release()
    {
        _isHeld = false;
        if (Backlog > 0) _ready.Release();
    }

    public void Publish(in FindingChange change)
    {
        if (!_isHeld) Count(change);
        lock (_lock)
        {
            if (_changes.TryGetValue(change.Finding.Id, out var waiting))
            {
                _changes[change.Finding.Id] = change with { Kind = Both(waiting.Kind, change.Kind) };
                return;
            }

            // What is held is bounded by what the judge may know.
            if (_changes.Count >= capacity && !_isHeld) MakeRoom();
            _changes.Add(change.Finding.Id, change);
            _order.Enqueue(change.Finding.Id);
            if (_changes.Count > 1 || _isHeld) return;
        }

        _ready.Release();
    }

    // A quarter at once, for it costs a look at all that wait.
    private void MakeRoom()
    {
        var giving = FindingRetention.Choose(
            _changes.Values.Select(waiting => RetainedFinding.Of(waiting.Finding)), Math.Max(1, _changes.Count - (capacity * 3 / 4)));
        foreach (var id in giving) _changes.Remove(id);
        _order = new Queue<long>(_order.Where(_changes.ContainsKey));
        Interlocked.Add(ref _dropped, giving.Count);
    }

    private void Count(in FindingChange change)
    {
        switch (change.Kind)
        {
            case ActivityChangeKind.Added:
                Interlocked.Increment(ref _added[((int)change.Finding.Kind * NumSeverities) + (int)change.Finding.Severity]);
                break;
            case ActivityChangeKind.Revised:
                Interlocked.Increment(ref _revised);
                break;
            default:
                Interlocked.Increment(ref _withdrawn);
                Interlocked.Increment(ref _withdrawnFor[(int)(change.Withdrawal ?? FindingWithdrawal.FlowsReadOtherwise)]);
                break;
        }
    }

    public async Task<bool?> WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        lock (_lock) _isWriting = false;
        return await _ready.WaitAsync(atMost, stopping);
    }

    public IReadOnlyCollection<FindingChange> Take(int most = int.MaxValue)
    {
        var batch = new List<FindingChange>();
        lock (_lock)
        {
            while (batch.Count < Math.Min(most, MaxBatch) && _order.TryDequeue(out var id))
            {
                if (_changes.Remove(id, out var change)) batch.Add(change);
            }

            if (_changes.Count > 0) _ready.Release();
            _isWriting = batch.Count > 0;
        }

        return batch;
    }

    public void Drop(int count) => Interlocked.Add(ref _dropped, count);

    public void Dispose() => _ready.Dispose();

    // Two changes become one. Taken back and found again: what was known of it before is replaced.
    private static ActivityChangeKind Both(ActivityChangeKind first, ActivityChangeKind then) => (first, then) switch
    {
        (_, ActivityChangeKind.Withdrawn) => ActivityChangeKind.Withdrawn,
        (ActivityChangeKind.Added, _) => ActivityChangeKind.Added,
        _ => ActivityChangeKind.Revised,
    };
}
