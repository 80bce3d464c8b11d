using RpcCollector.Detection.Tables;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Limits how long and how many flows are held: keeps the shard's clock and drops flows beyond the limits, the one not seen for longest
/// first.
/// </summary>
/// <remarks>
/// Flows are held by a clock of its own, which runs with the clock of arrivals but does not follow its steps: when that one is set, ahead
/// or back, no time has passed here, and only the offset between the two is another. What arrived before a step and is taken after it
/// counts as arriving now.
/// </remarks>
internal sealed class Retention
{
    private const int None = FlowRow.None;

    // How much later than due a flow may be dropped, in milliseconds: when many are dropped at once, their cache misses overlap.
    private const long Slack = 1_000;

    private readonly HostPairs _pairs;
    private readonly FlowTable _mappers;
    private readonly FlowTable _endpoints;
    private readonly Contacts _contacts;
    private readonly Translations _translations;
    private readonly Joiner _joiner;
    private readonly Lookahead _lookahead;
    private readonly long _mapperOnlyAfter;
    private readonly long _knownEndpointAfter;
    private readonly long _mapperHold;
    private readonly long _endpointHold;
    private readonly int _maxMappers;
    private readonly int _maxEndpoints;
    private readonly int _maxPerPair;
    private long _droppedUpTo;

    // The clock of arrivals shows so much more than the holding clock, in the era that was last seen.
    private long _offset;
    private byte _era;
    private long _held;
    private long _evictedMappers;
    private long _evictedEndpoints;

    public Retention(
        JoinOptions options, int numShards, HostPairs pairs, FlowTable mappers, FlowTable endpoints, Contacts contacts,
        Translations translations, Joiner joiner, Lookahead lookahead)
    {
        _translations = translations;
        _pairs = pairs;
        (_mappers, _endpoints, _contacts, _joiner, _lookahead) = (mappers, endpoints, contacts, joiner, lookahead);
        _mapperOnlyAfter = (long)options.MapperOnlyAfter.TotalMilliseconds;
        _knownEndpointAfter = (long)options.KnownEndpointAfter.TotalMilliseconds;
        _mapperHold = (long)options.MapperHold.TotalMilliseconds;
        _endpointHold = (long)options.EndpointHold.TotalMilliseconds;
        _maxMappers = Math.Max(1, options.MaxMapperFlows / numShards);
        _maxEndpoints = Math.Max(1, options.MaxEndpointFlows / numShards);
        _maxPerPair = Math.Clamp(options.MaxFlowsPerPair, 1, PairRow.MaxFlows);
    }

    /// <summary>The latest arrival so far, by the clock of arrivals.</summary>
    public ArrivalTime Latest => new(_era, _held + _offset);

    /// <summary>The holding clock, as rows keep it: its lower half.</summary>
    public uint Held => (uint)_held;

    /// <summary>All that it keeps of the time.</summary>
    public HeldClock Clock
    {
        get => new(_held, _droppedUpTo, _offset, _era);
        set => (_held, _droppedUpTo, _offset, _era) = (value.Held, value.DroppedUpTo, value.Offset, value.Era);
    }

    public long EvictedMappers => Volatile.Read(ref _evictedMappers);

    public long EvictedEndpoints => Volatile.Read(ref _evictedEndpoints);

    /// <summary>True when a flow start that arrives now may belong to a flow that has been dropped.</summary>
    public bool IsLate(FlowKind kind, long end) => _held + _offset - end > (kind == FlowKind.Mapper ? _endpointHold : _mapperHold);

    /// <summary>Moves the clock; drops what is due, but only once a second.</summary>
    public void AdvanceLazilyTo(in FlowStart start)
    {
        if (start.ArrivalEra != _era) Enter(start.Arrival);
        if (start.ArrivalEra != _era) return;
        var held = start.ArrivalUnixMilliseconds - _offset;
        if (held > _held) _held = held;
        if (held - _droppedUpTo > Slack) DropWhatIsDue();
    }

    /// <summary>Moves the clock and drops everything that is due.</summary>
    public void AdvanceTo(ArrivalTime arrival)
    {
        if (arrival.Era != _era) Enter(arrival);
        if (arrival.Era == _era && arrival.UnixMilliseconds - _offset > _held) _held = arrival.UnixMilliseconds - _offset;
        DropWhatIsDue();
    }

    /// <summary>When a table is full, fetches the memory of the flows that this many new ones will evict.</summary>
    public void PrefetchEvicted(int newMappers, int newEndpoints)
    {
        if (_mappers.Count == _maxMappers) _lookahead.PrefetchLeaving(_mappers, _mappers.Arrivals.Oldest, Held, hold: -1, newMappers);
        if (_endpoints.Count == _maxEndpoints)
            _lookahead.PrefetchLeaving(_endpoints, _endpoints.Arrivals.Oldest, Held, hold: -1, newEndpoints);
    }

    /// <summary>
    /// When there are too many, drops the pair's earliest flow or the one not seen for longest; returns whether any may have been dropped.
    /// </summary>
    public bool MakeRoom(FlowKind kind, int pair)
    {
        var (table, most) = kind == FlowKind.Mapper ? (_mappers, _maxMappers) : (_endpoints, _maxEndpoints);
        if (table.NumberOf(pair) < _maxPerPair && table.Count < most) return false;

        // What is due anyway is not evicted. The pair may go with it, and has none then.
        DropWhatIsDue();
        if (table.NumberOf(pair) >= _maxPerPair) Evict(kind, table.Earliest(pair));
        else if (table.Count >= most) Evict(kind, table.Arrivals.Oldest);
        return true;
    }

    /// <summary>
    /// Makes room for one endpoint flow more of a pair, which goes with its last flow; what is due anyway stays for now.
    /// </summary>
    public void MakeRoomForTurned(int pair)
    {
        if (_endpoints.NumberOf(pair) >= _maxPerPair) Evict(FlowKind.Endpoint, _endpoints.Earliest(pair));
        else if (_endpoints.Count >= _maxEndpoints) Evict(FlowKind.Endpoint, _endpoints.Arrivals.Oldest);
    }

    /// <summary>The input has ended: reports what was still waiting.</summary>
    public void Complete()
    {
        for (var endpoint = _endpoints.Arrivals.Oldest; endpoint != None; endpoint = _endpoints[endpoint].Newer)
            _joiner.JudgeEndpoint(endpoint);
        for (var mapper = _mappers.Arrivals.Oldest; mapper != None; mapper = _mappers[mapper].Newer) _joiner.JudgeMapper(mapper);
    }

    /// <summary>The shard holds nothing yet, and goes on from a moment.</summary>
    public void BeginAt(long arrivalUnixMilliseconds) => _held = _droppedUpTo = arrivalUnixMilliseconds;

    /// <summary>True when a pair may hold one flow more of a kind, and the shard too.</summary>
    public bool HasRoom(FlowKind kind, int pair)
    {
        var (table, most) = kind == FlowKind.Mapper ? (_mappers, _maxMappers) : (_endpoints, _maxEndpoints);
        return table.Count < most && table.NumberOf(pair) < _maxPerPair;
    }

    /// <summary>Lets go of all that is due, although the clock has not moved.</summary>
    public void EndRestoring() => DropDue(leaps: false);

    /// <summary>
    /// Lets go of those last seen longest ago, as if their time had come, until no more than so many are held; returns how many.
    /// </summary>
    public int KeepLatest(int most)
    {
        var before = _mappers.Count + _endpoints.Count;

        // Endpoint flows first: a mapper flow without the endpoint flow that came to it would be reported.
        while (_endpoints.Count > Math.Max(0, most - _mappers.Count)) _joiner.ReleaseEndpoint(_endpoints.Arrivals.Oldest);
        while (_mappers.Count > most) ReleaseMapper(_mappers.Arrivals.Oldest);
        return before - _mappers.Count - _endpoints.Count;
    }

    /// <summary>
    /// The clock of arrivals has been set: the holding clock goes on from where it is. An era that is over changes nothing.
    /// </summary>
    private void Enter(ArrivalTime arrival)
    {
        if (_held != 0 && !ArrivalTime.IsLater(arrival.Era, _era)) return;
        if (_held != 0) _offset = arrival.UnixMilliseconds - _held;
        _era = arrival.Era;
    }

    private void DropWhatIsDue()
    {
        // Rows keep only the low half of the clock. After a leap beyond that range everything held is old anyway.
        if (_held != _droppedUpTo) DropDue(leaps: _held - _droppedUpTo > int.MaxValue);
    }

    private void DropDue(bool leaps)
    {
        var clock = Held;
        _droppedUpTo = _held;
        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrefetchLeaving(
                _endpoints, _endpoints.Arrivals.Due, clock, leaps ? -1 : _knownEndpointAfter - 1, theyStay: true);
            for (var i = 0; i < count; i++)
            {
                var due = _endpoints.Arrivals.Due;
                _endpoints.Arrivals.SkipDue();
                _joiner.JudgeEndpoint(due);
            }
        }

        _contacts.AdvanceTo(clock, leaps);
        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrefetchLeaving(_endpoints, _endpoints.Arrivals.Oldest, clock, leaps ? -1 : _endpointHold);
            for (var i = 0; i < count; i++) _joiner.ReleaseEndpoint(_endpoints.Arrivals.Oldest);
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrefetchLeaving(_mappers, _mappers.Arrivals.Due, clock, leaps ? -1 : _mapperOnlyAfter - 1);
            for (var i = 0; i < count; i++)
            {
                var due = _mappers.Arrivals.Due;
                _mappers.Arrivals.SkipDue();
                _joiner.JudgeMapper(due);
            }
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrefetchLeaving(_mappers, _mappers.Arrivals.Oldest, clock, leaps ? -1 : _mapperHold);
            for (var i = 0; i < count; i++) ReleaseMapper(_mappers.Arrivals.Oldest);
        }

        _translations.AdvanceTo(clock, leaps);
    }

    private void ReleaseMapper(int index)
    {
        if (_contacts.Count > 0)
        {
            ref var row = ref _mappers[index];
            _contacts.MapperLeaves(row, _pairs.ClientOf(row.Pair), _pairs.ServerOf(row.Pair));
        }

        _joiner.ReleaseMapper(index);
    }

    private void Evict(FlowKind kind, int index)
    {
        if (kind == FlowKind.Mapper)
        {
            Volatile.Write(ref _evictedMappers, _evictedMappers + 1);
            ReleaseMapper(index);
        }
        else
        {
            Volatile.Write(ref _evictedEndpoints, _evictedEndpoints + 1);
            _joiner.ReleaseEndpoint(index);
        }
    }
}
