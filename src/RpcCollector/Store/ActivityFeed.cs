using RpcCollector.Detection;

namespace RpcCollector.Store;

/// <summary>Hands changes over from the shards' threads to the writer: bounded, never waits, and counts what it had to drop.</summary>
internal sealed class ActivityFeed(int capacity) : IActivitySink, IChangeFeed<ActivityChange>
{
    /// <summary>So much goes well into one transaction.</summary>
    public const int MaxBatch = 4_096;

    private readonly ChangeQueue<ActivityChange> _changes = new(capacity);

    // One for all batches: the writer has done with one before it takes another.
    private readonly List<ActivityChange> _batch = [];
    private readonly long[] _added = new long[(int)JoinBasis.MapperOnly + 1];
    private long _revised;
    private long _withdrawn;
    private long _dropped;
    private long _published;
    private long _taken;
    private long _settled;
    private Task<bool>? _ready;

    public long Backlog => _changes.Count;

    public long Revised => Volatile.Read(ref _revised);

    public long Withdrawn => Volatile.Read(ref _withdrawn);

    /// <summary>Changes that never reached the store: the feed was full, or the writer gave them up.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Changes that were handed over so far; exact while nobody publishes.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>How many of them are written, or were given up: who comes for a further batch is done with the one before.</summary>
    public long Settled => Volatile.Read(ref _settled);

    public long Added(JoinBasis basis) => Volatile.Read(ref _added[(int)basis]);

    public void Publish(in ActivityChange change)
    {
        switch (change.Kind)
        {
            case ActivityChangeKind.Added:
                Interlocked.Increment(ref _added[(int)change.Activity.Basis]);
                break;
            case ActivityChangeKind.Revised:
                Interlocked.Increment(ref _revised);
                break;
            default:
                Interlocked.Increment(ref _withdrawn);
                break;
        }

        if (_changes.TryWrite(change)) Interlocked.Increment(ref _published);
        else Drop(1);
    }

    public void Drop(int count) => Interlocked.Add(ref _dropped, count);

    public async Task<bool?> WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        Volatile.Write(ref _settled, _taken);

        // One wait lasts until something comes, however often it is looked at.
        var ready = _ready ??= _changes.WaitAsync();
        await ((Task)ready).WaitAsync(atMost, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        if (!ready.IsCompleted) return false;
        _ready = null;
        return await ready ? true : null;
    }

    public IReadOnlyCollection<ActivityChange> Take(int most = int.MaxValue)
    {
        Volatile.Write(ref _settled, _taken);
        _batch.Clear();
        _changes.Take(_batch, Math.Min(most, MaxBatch));
        _taken += _batch.Count;
        return _batch;
    }

    /// <summary>No change will follow: the writer ends once it has written what waits.</summary>
    public void Complete() => _changes.Complete();
}
