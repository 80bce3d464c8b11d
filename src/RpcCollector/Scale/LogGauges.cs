namespace RpcCollector.Scale;

/// <summary>What a process knows of the log between it and others: counted by those that append and read, read at every scrape.</summary>
internal sealed class LogGauges(int numPartitions)
{
    private readonly PartitionCounts[] _partitions = [.. Enumerable.Range(0, numPartitions).Select(_ => new PartitionCounts())];

    public IReadOnlyList<PartitionCounts> Partitions => _partitions;

    /// <summary>Of the judge's own log.</summary>
    public PartitionCounts OfJudge { get; } = new();

    /// <summary>The partitions that this process joins.</summary>
    public IReadOnlyList<int> Owned { get; set; } = [];

    /// <summary>Correlators that live.</summary>
    public Func<int> Correlators { get; set; } = static () => 0;

    /// <summary>Octets that wait for the broker.</summary>
    public Func<long> BufferBytes { get; set; } = static () => 0;

    /// <summary>Batches, and flow starts in them, that made room for later ones.</summary>
    public Func<(long Batches, long FlowStarts)> Dropped { get; set; } = static () => default;

    /// <summary>What people said to a judge and was not used here, by the reason why.</summary>
    public Func<WordRejection, long> RejectedWords { get; set; } = static _ => 0;

    /// <summary>Of a judge: names and logons of sensors that can be none.</summary>
    public Func<long> RejectedNames { get; set; } = static () => 0;

    /// <summary>What nobody waited for, and found no room to wait for the broker.</summary>
    public Func<long> DroppedWords { get; set; } = static () => 0;

    /// <summary>Of a sensor with a leaf: what the leaf held when it was looked at last; null before, and where there is none.</summary>
    public OwnLeaf? OwnLeaf { get; set; }

    /// <summary>Of a judge: the leaves that the hubs take from, as they were when the hubs were asked last.</summary>
    public IReadOnlyList<LeafStanding> Leaves { get; set; } = [];

    /// <summary>Sensors whose watermarks count, and those that are left out, in the partition where most are.</summary>
    public Func<(int Counted, int LeftOut)> Sensors { get; set; } = static () => default;
}

/// <summary>Of one partition; written by whoever appends to it or reads it, read by any thread.</summary>
internal sealed class PartitionCounts
{
    private long _batches;
    private long _bytes;
    private long _lostBatches;
    private long _lostFlowStarts;
    private long _refused;
    private long _repeated;
    private long _unnamed;
    private long _behind;
    private long _behindMilliseconds;
    private long _logTime;
    private PartitionClock? _clock;
    private volatile IReadOnlyList<PartitionClock.Sensor> _sensors = [];

    /// <summary>Batches confirmed, or taken.</summary>
    public long Batches => Volatile.Read(ref _batches);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Batches that never came, by the sequences of the sensors.</summary>
    public long LostBatches => Volatile.Read(ref _lostBatches);

    public long LostFlowStarts => Volatile.Read(ref _lostFlowStarts);

    /// <summary>Batches that cannot be read, or belong to another partition.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Batches that came again, and were passed over.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Exporters, once for each batch, for which the partition had no number left.</summary>
    public long UnnamedExporters => Volatile.Read(ref _unnamed);

    /// <summary>Batches that waited when the last one was taken.</summary>
    public long Behind => Volatile.Read(ref _behind);

    /// <summary>For how long the last one had been in the log when it was taken; 0 when none waited behind it.</summary>
    public long BehindMilliseconds => Volatile.Read(ref _behindMilliseconds);

    /// <summary>The sensors whose batches were taken; their figures are read while they change.</summary>
    public IReadOnlyList<PartitionClock.Sensor> Sensors => _sensors;

    /// <summary>When the log took the latest batch, by its own time; 0 before the first.</summary>
    public long LogUnixMilliseconds => Volatile.Read(ref _logTime);

    public void Pass(long bytes)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void CountUnnamed(long exporters) => Interlocked.Add(ref _unnamed, exporters);

    public void Lose(long batches, long flowStarts)
    {
        Interlocked.Add(ref _lostBatches, batches);
        Interlocked.Add(ref _lostFlowStarts, flowStarts);
    }

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Repeat() => Interlocked.Increment(ref _repeated);

    public void Lag(long batches, long milliseconds)
    {
        Volatile.Write(ref _behind, batches);
        Volatile.Write(ref _behindMilliseconds, batches > 0 ? Math.Max(0, milliseconds) : 0);
    }
    /// <summary>Shows who a partition's clock goes by, to those that read elsewhere.</summary>
    public void Show(PartitionClock clock)
    {
        Volatile.Write(ref _logTime, clock.LogUnixMilliseconds);
        if (ReferenceEquals(_clock, clock) && _sensors.Count == clock.Sensors.Count) return;
        (_clock, _sensors) = (clock, [.. clock.Sensors.Values]);
    }
}
