using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>What one Observation Domain of an exporter told of itself: unique by exporter, version and Observation Domain ID.</summary>
internal sealed class ObservationDomain(int version, uint id, CatalogBooks books, MinuteRing minutes, ChangeCounter changes)
{
    // About so many octets its fields take.
    private const int FieldOctets = 136;

    private const long OffsetWindowMilliseconds = 60_000;

    private long _lastSeenUnixMilliseconds;
    private long _datagrams;
    private long _dataRecords;
    private long _optionsRecords;
    private long _systemInitUnixMilliseconds;
    private uint _samplingInterval;
    private long _arrivalOffset;
    private long _leastOffset;
    private long _offsetWindowStart = long.MinValue / 2;
    private long _restarts;
    private long _clockSteps;

    public int Version { get; } = version;

    public uint Id { get; } = id;

    /// <summary>What the sequence numbers of its sessions told, those of sessions long forgotten included.</summary>
    public SequenceTally Sequence { get; } = new(books.SequenceOf(version), minutes);

    public long LastSeenUnixMilliseconds => Volatile.Read(ref _lastSeenUnixMilliseconds);

    public long Datagrams => Volatile.Read(ref _datagrams);

    public long DataRecords => Volatile.Read(ref _dataRecords);

    public long OptionsRecords => Volatile.Read(ref _optionsRecords);

    /// <summary>When the exporter started, from systemInitTimeMilliseconds (IE 160); 0 when not told.</summary>
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

    /// <summary>How far, in milliseconds, arrivals lie behind the stated export times: the smallest of late, which is clock offset plus the shortest way.</summary>
    public long ArrivalOffsetMilliseconds => Volatile.Read(ref _arrivalOffset);

    /// <summary>How often the uptime began anew.</summary>
    public long Restarts => Volatile.Read(ref _restarts);

    /// <summary>How often the time of day moved against the uptime.</summary>
    public long ClockSteps => Volatile.Read(ref _clockSteps);

    /// <summary>Its clock says something new: it was not known, or it began anew.</summary>
    public void NoteClock() => changes.Note();

    /// <summary>Goes on where a former process stopped.</summary>
    public void Restore(long lastSeenUnixMilliseconds, long systemInitUnixMilliseconds, uint samplingInterval)
    {
        Volatile.Write(ref _lastSeenUnixMilliseconds, lastSeenUnixMilliseconds);
        Volatile.Write(ref _systemInitUnixMilliseconds, UnixTime.IsPlausible(systemInitUnixMilliseconds) ? systemInitUnixMilliseconds : 0);
        Volatile.Write(ref _samplingInterval, samplingInterval);
    }

    public void CountClockEvent(ClockEvent happened)
    {
        if (happened == ClockEvent.Restarted) Interlocked.Increment(ref _restarts);
        else Interlocked.Increment(ref _clockSteps);
    }

    /// <summary>Takes the two clocks of one datagram.</summary>
    /// <remarks>Under the exporter's accounts.</remarks>
    public void ObserveOffset(long exportUnixMilliseconds, long arrivalUnixMilliseconds)
    {
        // Headers in whole seconds are early by up to 999 ms and queues make arrivals late: the least offset of a while is nearest the truth.
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
        Volatile.Write(ref _lastSeenUnixMilliseconds, step.Move(LastSeenUnixMilliseconds, nowUnixMilliseconds));
        var windowStart = step.Move(_offsetWindowStart, nowUnixMilliseconds);
        if (windowStart == _offsetWindowStart) return;
        _offsetWindowStart = windowStart;
        _leastOffset += step.Milliseconds;
        Volatile.Write(ref _arrivalOffset, _leastOffset);
    }

    /// <summary>Asks for its memory, ahead of a Message.</summary>
    public void Fetch() => CacheLines.FetchFields(this, FieldOctets);

    /// <remarks>Under the exporter's accounts.</remarks>
    public void CountDatagram(long arrivalUnixMilliseconds, int dataRecords, int optionsRecords)
    {
        Volatile.Write(ref _lastSeenUnixMilliseconds, arrivalUnixMilliseconds);
        Volatile.Write(ref _datagrams, _datagrams + 1);
        Volatile.Write(ref _dataRecords, _dataRecords + dataRecords);
        Volatile.Write(ref _optionsRecords, _optionsRecords + optionsRecords);
    }
}
