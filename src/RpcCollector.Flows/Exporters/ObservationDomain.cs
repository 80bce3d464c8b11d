using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>What is known of one Observation Domain of an exporter; unique by exporter, version and Observation Domain ID.</summary>
internal sealed class ObservationDomain(
    int version, uint id, SharedExporterState shared, MinuteRing minutes, ChangeCounter changes, long arrivalUnixMilliseconds) : ISeated
{
    // Roughly how many octets its fields take, for prefetching.
    private const int FieldOctets = 160;

    private const long OffsetWindowMilliseconds = 60_000;

    // An exporter that has sent for this long, in milliseconds, and has not stated something in its options data, does not.
    private const long LongestSilence = 600_000;

    private long _firstSeenUnixMilliseconds;
    private long _lastSeenUnixMilliseconds;
    private long _datagrams;
    private long _dataRecords;
    private long _optionsRecords;
    private long _systemInitUnixMilliseconds;
    private uint _samplingInterval;
    private SelectorInterval[] _selectors = [];
    private long _arrivalOffset;
    private long _leastOffset;
    private long _offsetWindowStart = long.MinValue / 2;
    private long _restarts;
    private long _clockSteps;
    private long _clockCorrection;

    public int Version { get; } = version;

    public uint Id { get; } = id;

    public Standing Standing { get; } = new(arrivalUnixMilliseconds);

    /// <summary>What the sequence numbers of its sessions add up to, including sessions that have been forgotten.</summary>
    public SequenceTally Sequence { get; } = new(shared.SequenceOf(version), minutes);

    public long LastSeenUnixMilliseconds => Volatile.Read(ref _lastSeenUnixMilliseconds);

    public long Datagrams => Volatile.Read(ref _datagrams);

    public long DataRecords => Volatile.Read(ref _dataRecords);

    public long OptionsRecords => Volatile.Read(ref _optionsRecords);

    /// <summary>When the exporter started, from systemInitTimeMilliseconds (IE 160); 0 when it has not said.</summary>
    public long SystemInitUnixMilliseconds
    {
        get => Volatile.Read(ref _systemInitUnixMilliseconds);
        set
        {
            if (value == _systemInitUnixMilliseconds) return;
            Volatile.Write(ref _systemInitUnixMilliseconds, value);
            changes.Note();
        }
    }

    /// <summary>What is believed of its selectors; never changed, but replaced.</summary>
    public SelectorInterval[] Selectors
    {
        get => Volatile.Read(ref _selectors);
        set
        {
            if (ReferenceEquals(value, _selectors)) return;
            Volatile.Write(ref _selectors, value);
            changes.Note();
        }
    }

    /// <summary>The coarsest of its sampling intervals: its own, and those of its selectors.</summary>
    public uint CoarsestSamplingInterval
    {
        get
        {
            var coarsest = SamplingInterval;
            foreach (var one in Selectors) coarsest = Math.Max(coarsest, one.Interval);
            return coarsest;
        }
    }

    /// <summary>One packet in so many, from options data or a v5 header; 1 is unsampled, 0 not told.</summary>
    public uint SamplingInterval
    {
        get => Volatile.Read(ref _samplingInterval);
        set
        {
            if (value == _samplingInterval) return;
            Volatile.Write(ref _samplingInterval, value);
            changes.Note();
        }
    }

    /// <summary>The clock of the session seen last; null before the first header that states an uptime.</summary>
    public BootClock? LastClock { get; set; }

    /// <summary>
    /// The smallest delay from stated export time to arrival in the last minute or so, in milliseconds: clock offset plus fastest
    /// transit.
    /// </summary>
    public long ArrivalOffsetMilliseconds => Volatile.Read(ref _arrivalOffset);

    /// <summary>What the time of day in its headers is wrong by, and times of its clock are corrected by; 0 while it is right.</summary>
    public long ClockCorrectionMilliseconds => Volatile.Read(ref _clockCorrection);

    /// <summary>
    /// How far corrected times may be off: the second that headers in whole seconds hide, and how much later than the fastest Message
    /// of the last minute the one came whose offset is used. 0 while nothing is corrected.
    /// </summary>
    public long ClockUncertaintyMilliseconds =>
        ClockCorrectionMilliseconds is not 0 and var correction ? 1000 + Math.Abs(ArrivalOffsetMilliseconds - correction) : 0;

    /// <summary>How often the exporter restarted, as its uptime shows.</summary>
    public long Restarts => Volatile.Read(ref _restarts);

    /// <summary>How often the time of day jumped relative to the uptime.</summary>
    public long ClockSteps => Volatile.Read(ref _clockSteps);

    /// <summary>The headers were found wrong, or right again.</summary>
    /// <remarks>The caller holds the exporter's accounts lock.</remarks>
    public void SetClockCorrection(long milliseconds)
    {
        var (was, isNow) = (_clockCorrection != 0, milliseconds != 0);
        Volatile.Write(ref _clockCorrection, milliseconds);
        if (was != isNow) changes.Note();
    }

    /// <summary>Marks the clock as changed, so that it is saved: it was seen for the first time, or it was reset.</summary>
    public void NoteClock() => changes.Note();

    /// <summary>Restores what an earlier process saved.</summary>
    public void Restore(long lastSeenUnixMilliseconds, long systemInitUnixMilliseconds, uint samplingInterval)
    {
        Volatile.Write(ref _lastSeenUnixMilliseconds, lastSeenUnixMilliseconds);
        if (lastSeenUnixMilliseconds > 0) Volatile.Write(ref _firstSeenUnixMilliseconds, 1);
        Volatile.Write(ref _systemInitUnixMilliseconds, UnixTime.IsPlausible(systemInitUnixMilliseconds) ? systemInitUnixMilliseconds : 0);
        Volatile.Write(ref _samplingInterval, samplingInterval);
    }

    /// <summary>True when the exporter has had time to state in options data what it has not stated.</summary>
    public bool HasBeenSilent(long nowUnixMilliseconds) =>
        Volatile.Read(ref _firstSeenUnixMilliseconds) is not 0 and var since && nowUnixMilliseconds - since >= LongestSilence;

    public void CountClockEvent(ClockEvent happened)
    {
        if (happened == ClockEvent.Restarted) Interlocked.Increment(ref _restarts);
        else Interlocked.Increment(ref _clockSteps);
    }

    /// <summary>Compares the export time of one datagram with its arrival.</summary>
    /// <remarks>The caller holds the exporter's accounts lock.</remarks>
    public void ObserveOffset(long exportUnixMilliseconds, long arrivalUnixMilliseconds)
    {
        // Headers in whole seconds are up to 999 ms early, and queues delay arrivals: the smallest offset over a minute is closest to
        // the truth.
        var offset = arrivalUnixMilliseconds - exportUnixMilliseconds;
        if (arrivalUnixMilliseconds - _offsetWindowStart is < 0 or > OffsetWindowMilliseconds)
        {
            _offsetWindowStart = arrivalUnixMilliseconds;
            _leastOffset = offset;
        }

        _leastOffset = Math.Min(_leastOffset, offset);
        Volatile.Write(ref _arrivalOffset, _leastOffset);
    }

    /// <summary>The clock was set.</summary>
    /// <remarks>Under the exporter's accounts.</remarks>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Standing.MoveArrivals(step, nowUnixMilliseconds);
        Volatile.Write(ref _firstSeenUnixMilliseconds, step.Move(_firstSeenUnixMilliseconds, nowUnixMilliseconds));
        Volatile.Write(ref _lastSeenUnixMilliseconds, step.Move(LastSeenUnixMilliseconds, nowUnixMilliseconds));
        var windowStart = step.Move(_offsetWindowStart, nowUnixMilliseconds);
        if (windowStart == _offsetWindowStart) return;
        _offsetWindowStart = windowStart;
        _leastOffset += step.Milliseconds;
        Volatile.Write(ref _arrivalOffset, _leastOffset);
    }

    /// <summary>Prefetches its fields before a Message needs them.</summary>
    public void Fetch() => CacheLines.FetchFields(this, FieldOctets);

    /// <remarks>The caller holds the exporter's accounts lock.</remarks>
    public void CountDatagram(long arrivalUnixMilliseconds, int dataRecords, int optionsRecords)
    {
        if (_firstSeenUnixMilliseconds == 0) Volatile.Write(ref _firstSeenUnixMilliseconds, arrivalUnixMilliseconds);
        Volatile.Write(ref _lastSeenUnixMilliseconds, arrivalUnixMilliseconds);
        Volatile.Write(ref _datagrams, _datagrams + 1);
        Volatile.Write(ref _dataRecords, _dataRecords + dataRecords);
        Volatile.Write(ref _optionsRecords, _optionsRecords + optionsRecords);
    }
}
