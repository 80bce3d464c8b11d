namespace RpcCollector.Scale;

/// <summary>
/// Batches that wait for the broker, those of each partition in their order: bounded, and beyond the bound the oldest go.
/// </summary>
/// <remarks>Whoever adds never waits. The batch that is being sent is out of reach, and counts until it is sent.</remarks>
internal sealed class OutgoingBatches : IDisposable
{
    // What a batch takes in memory beside its octets: those that say no more than the time are little else.
    private const int OctetsBeside = 128;

    private readonly Lock _lock = new();
    private readonly Queue<Batch>[] _waiting;
    private readonly SemaphoreSlim[] _added;
    private readonly Dictionary<byte[], Batch> _sending = [];
    private readonly long _mostBytes;
    private long _number;
    private long _bytes;
    private long _count;
    private long _droppedBatches;
    private long _droppedFlowStarts;
    private long _sentBatches;
    private long _sentFlowStarts;

    public OutgoingBatches(int partitions, long mostBytes)
    {
        _mostBytes = mostBytes;
        _waiting = [.. Enumerable.Range(0, partitions).Select(_ => new Queue<Batch>())];
        _added = [.. Enumerable.Range(0, partitions).Select(_ => new SemaphoreSlim(0))];
    }

    /// <summary>Octets of memory of all that wait, and of those that are being sent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many they are.</summary>
    public long Count => Volatile.Read(ref _count);

    public (long Batches, long FlowStarts) Dropped
    {
        get
        {
            lock (_lock) return (_droppedBatches, _droppedFlowStarts);
        }
    }

    /// <summary>Batches that were sent, and flow starts in them.</summary>
    public (long Batches, long FlowStarts) NumSent
    {
        get
        {
            lock (_lock) return (_sentBatches, _sentFlowStarts);
        }
    }

    /// <summary>Batches that were added since the beginning.</summary>
    public long NumAdded
    {
        get
        {
            lock (_lock) return _number;
        }
    }

    /// <summary>True when of so many first ones none waits, and none is being sent.</summary>
    public bool HasSentFirst(long count)
    {
        lock (_lock)
        {
            if (Oldest() is { } oldest && oldest.Peek().Number < count) return false;
            return _sending.Values.All(batch => batch.Number >= count);
        }
    }

    public void Add(int partition, byte[] octets, int flowStarts)
    {
        lock (_lock)
        {
            _waiting[partition].Enqueue(new Batch(_number++, octets, flowStarts));
            _bytes += octets.Length + OctetsBeside;
            _count++;
            while (_bytes > _mostBytes && Oldest() is { } oldest) Drop(oldest.Dequeue());
        }

        _added[partition].Release();
    }

    /// <summary>The next batch of a partition, once there is one; it counts until <see cref="Sent"/>.</summary>
    public async Task<byte[]> NextAsync(int partition, CancellationToken stopping)
    {
        while (true)
        {
            // Once for each batch that was added; of those that were dropped since, nothing is left to take.
            await _added[partition].WaitAsync(stopping);
            lock (_lock)
            {
                if (!_waiting[partition].TryDequeue(out var batch)) continue;
                _sending[batch.Octets] = batch;
                return batch.Octets;
            }
        }
    }

    public void Sent(byte[] octets)
    {
        lock (_lock)
        {
            Leave(octets.Length);
            if (!_sending.Remove(octets, out var batch)) return;
            _sentBatches++;
            _sentFlowStarts += batch.FlowStarts;
        }
    }

    public void Dispose()
    {
        foreach (var added in _added) added.Dispose();
    }

    private Queue<Batch>? Oldest()
    {
        Queue<Batch>? oldest = null;
        foreach (var waiting in _waiting)
        {
            if (waiting.TryPeek(out var first) && (oldest is null || first.Number < oldest.Peek().Number)) oldest = waiting;
        }

        return oldest;
    }

    private void Drop(Batch batch)
    {
        Leave(batch.Octets.Length);
        _droppedBatches++;
        _droppedFlowStarts += batch.FlowStarts;
    }

    private void Leave(int octets)
    {
        _bytes -= octets + OctetsBeside;
        _count--;
    }

    private sealed record Batch(long Number, byte[] Octets, int FlowStarts);
}
