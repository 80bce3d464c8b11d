namespace RpcCollector.Scale;

/// <summary>The time of one partition, by its log alone: the least of the watermarks of its sensors. It does not run backwards.</summary>
/// <remarks>
/// A sensor is left out while its last watermark and the log's own time (when the broker took the latest batch) lie more than five
/// minutes apart: it is silent, catches up, or its clock is wrong. Both times stand in the log, so that whoever reads it decides alike.
/// </remarks>
internal sealed class PartitionClock
{
    /// <summary>Milliseconds of silence, or of a wrong clock, after which a sensor is left out.</summary>
    public const long Patience = 5 * 60 * 1_000;

    private readonly SortedDictionary<string, Sensor> _sensors = new(StringComparer.Ordinal);

    private int _numCounted;
    private int _numLeftOut;

    /// <summary>Unix milliseconds; 0 before the first batch.</summary>
    public long UnixMilliseconds { get; private set; }

    /// <summary>When the log took the latest batch.</summary>
    public long LogUnixMilliseconds { get; private set; }

    public IReadOnlyDictionary<string, Sensor> Sensors => _sensors;

    /// <summary>Sensors that count, and those that are left out; any thread may read it.</summary>
    public int NumCounted => Volatile.Read(ref _numCounted);

    public int NumLeftOut => Volatile.Read(ref _numLeftOut);

    /// <summary>The sensors that were left out just now, or count again.</summary>
    public List<Sensor> Changed { get; } = [];

    public void BeginAt(long clock, long log, IEnumerable<Sensor> sensors)
    {
        (UnixMilliseconds, LogUnixMilliseconds) = (clock, log);
        foreach (var sensor in sensors) _sensors[sensor.Name] = sensor;
        CountSensors();
    }

    /// <summary>The sensor of a name, new if it is not known.</summary>
    public Sensor Of(string name) => _sensors.TryGetValue(name, out var sensor) ? sensor : _sensors[name] = new Sensor { Name = name };

    /// <summary>A sensor has said how far it is.</summary>
    public void Advance(Sensor sensor, long watermark, long log)
    {
        sensor.Watermark = watermark;

        // As it is: where the broker's clock leapt ahead and was set right again, sensors that were left out meanwhile count again.
        LogUnixMilliseconds = log;
        var least = long.MaxValue;
        var latest = long.MinValue;
        Changed.Clear();
        foreach (var one in _sensors.Values)
        {
            var isLeftOut = Math.Abs(one.Watermark - LogUnixMilliseconds) > Patience;
            if (isLeftOut != one.IsLeftOut) Changed.Add(one);
            one.IsLeftOut = isLeftOut;
            latest = Math.Max(latest, one.Watermark);
            if (!isLeftOut) least = Math.Min(least, one.Watermark);
        }

        CountSensors();

        // Where none counts, it may be the broker's clock that is wrong. The latest may be, too: a sensor whose clock is hours ahead
        // would stop the partition's for as long, so that it counts no further than any that is not left out could.
        UnixMilliseconds = Math.Max(UnixMilliseconds, least != long.MaxValue ? least : Math.Min(latest, LogUnixMilliseconds + Patience));
    }

    private void CountSensors()
    {
        Volatile.Write(ref _numLeftOut, _sensors.Values.Count(static one => one.IsLeftOut));
        Volatile.Write(ref _numCounted, _sensors.Count - _numLeftOut);
    }

    /// <summary>What the log of a partition says of one sensor.</summary>
    internal sealed class Sensor
    {
        /// <summary>A sensor that was started more often since may not have batches of the first start in the log again.</summary>
        public const int MostFormerEpochs = 16;

        private readonly List<ulong> _former = [];
        private long _lostBatches;
        private long _lostFlowStarts;

        public required string Name { get; init; }

        /// <summary>The start of the sensor that is known last; 0 for none.</summary>
        public ulong Epoch { get; private set; }

        /// <summary>Those before it, the latest last.</summary>
        public IReadOnlyList<ulong> FormerEpochs => _former;

        /// <summary>The sequence that the next batch of this epoch has.</summary>
        public ulong NextSequence { get; set; }

        /// <summary>Flow starts of the epoch so far.</summary>
        public ulong FlowStarts { get; set; }

        public long Watermark { get; set; }

        public bool IsLeftOut { get; set; }

        /// <summary>Batches that never came, since this process began.</summary>
        public long LostBatches => Volatile.Read(ref _lostBatches);

        /// <summary>Flow starts in them.</summary>
        public long LostFlowStarts => Volatile.Read(ref _lostFlowStarts);

        public void Lose(long batches, long flowStarts)
        {
            Volatile.Write(ref _lostBatches, _lostBatches + batches);
            Volatile.Write(ref _lostFlowStarts, _lostFlowStarts + flowStarts);
        }

        /// <summary>True for what is in the log again, or comes late of a process that has ended.</summary>
        /// <remarks>
        /// Whether an epoch is greater does not matter: a sensor whose clock was set back is started again with a smaller one.
        /// </remarks>
        public bool HasTaken(ulong epoch, ulong sequence) => epoch == Epoch ? sequence < NextSequence : _former.Contains(epoch);

        /// <summary>What comes is of another start.</summary>
        public void Begin(ulong epoch)
        {
            if (epoch == Epoch) return;
            _former.Remove(epoch);
            if (Epoch != 0) _former.Add(Epoch);
            if (_former.Count > MostFormerEpochs) _former.RemoveAt(0);
            Epoch = epoch;
        }
    }
}
