using RpcCollector.Detection.Join;
using RpcCollector.Detection.State;
using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The clients that one thread owns: joins their mapper flows with their endpoint flows. Only that thread may call it; the gauges may be read by anyone.</summary>
/// <remarks>
/// The activities that stand in the end are a function of the flow starts alone, in whatever order they were offered, as long as each came before what
/// it belongs to was let go (see <see cref="JoinOptions"/>). Nothing is allocated per flow start once the tables have grown.
/// </remarks>
public sealed class ClientShard
{
    private const int None = FlowRow.None;

    private readonly HopCounters _counters;
    private readonly Witnesses _witnesses = new();
    private readonly ClockSkews _skews = new();
    private readonly HostPairs _pairs;
    private readonly FlowTable _mappers;
    private readonly FlowTable _endpoints;
    private readonly ActivityBook _book;
    private readonly JoinRule _rule;
    private readonly Joiner _joiner;
    private readonly ConnectionMerge _merge;
    private readonly KnownEndpoints _known;
    private readonly Contacts _contacts;
    private readonly Lookahead _lookahead;
    private readonly long _sameConnectionGap;
    private readonly long _exporterSkew;
    private readonly long _mapperOnlyAfter;
    private readonly long _knownEndpointAfter;
    private readonly long _mapperHold;
    private readonly long _endpointHold;
    private readonly int _maxMappers;
    private readonly int _maxEndpoints;
    private readonly int _maxPerPair;

    private long _clock;
    private long _evictedMappers;
    private long _evictedEndpoints;
    private long _late;

    /// <param name="numShards">Among how many shards the bounds of <see cref="JoinOptions"/> are shared.</param>
    /// <exception cref="FormatException">The excluded ports cannot be read.</exception>
    public ClientShard(JoinOptions options, IActivitySink sink, HopCounters counters, int numShards = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(numShards, 1);
        _counters = counters;
        NumShards = numShards;
        _sameConnectionGap = (long)options.SameConnectionGap.TotalMilliseconds;
        _exporterSkew = (long)options.ExporterSkew.TotalMilliseconds;
        _mapperOnlyAfter = (long)options.MapperOnlyAfter.TotalMilliseconds;
        _mapperHold = (long)options.MapperHold.TotalMilliseconds;
        _knownEndpointAfter = (long)options.KnownEndpointAfter.TotalMilliseconds;
        _endpointHold = (long)options.EndpointHold.TotalMilliseconds;
        _maxMappers = Math.Max(1, options.MaxMapperFlows / numShards);
        _maxEndpoints = Math.Max(1, options.MaxEndpointFlows / numShards);
        _maxPerPair = Math.Clamp(options.MaxFlowsPerPair, 1, PairRow.MaxFlows);
        _pairs = new HostPairs(_maxMappers + _maxEndpoints);
        _mappers = new FlowTable(FlowKind.Mapper, _pairs, _witnesses, _maxMappers);
        _endpoints = new FlowTable(FlowKind.Endpoint, _pairs, _witnesses, _maxEndpoints);
        _rule = new JoinRule(options, _pairs, _witnesses);
        _known = new KnownEndpoints(_pairs);
        _book = new ActivityBook(_pairs, _witnesses, _known, sink);
        var search = new MapperSearch(_pairs, _mappers, _rule);
        _joiner = new Joiner(_pairs, _mappers, _endpoints, _rule, search, new Orientation(_pairs, _rule, search), _known, _book);
        _merge = new ConnectionMerge(_witnesses, _skews);
        _contacts = new Contacts(options, numShards, _witnesses, _merge, sink);
        _lookahead = new Lookahead(_pairs, _mappers, _endpoints, _book);
    }

    public int NumShards { get; }

    /// <summary>Without those of other shards' clients.</summary>
    public int OpenMapperFlows => _mappers.Count - _mappers.NumOtherShards;

    public int WaitingEndpointFlows => _endpoints.Count;

    /// <summary>Mapper flows that were let go before their time, because there were too many.</summary>
    public long EvictedMapperFlows => Volatile.Read(ref _evictedMappers);

    /// <summary>Endpoint flows that were let go before their time, because there were too many.</summary>
    public long EvictedEndpointFlows => Volatile.Read(ref _evictedEndpoints);

    /// <summary>Connections to other ports of the family that are held.</summary>
    public int HeldContacts => _contacts.Count;

    /// <summary>Contacts that were let go before their time, because there were too many.</summary>
    public long EvictedContacts => _contacts.Evicted;

    /// <summary>What has been learned of endpoints; any thread may replace it by a later snapshot. None at first.</summary>
    public IKnownEndpoints? KnownEndpoints
    {
        get => _known.Snapshot;
        set => _known.Snapshot = value;
    }

    /// <summary>Flow starts that ended so long before they arrived that what they belong to may have been let go already.</summary>
    public long LateFlowStarts => Volatile.Read(ref _late);

    /// <summary>Bytes of all tables; they do not shrink.</summary>
    public long StateBytes => _mappers.Bytes + _endpoints.Bytes + _pairs.Bytes + _witnesses.Bytes + _book.Bytes + _skews.Bytes + _contacts.Bytes;

    /// <summary>Rows in use in all tables: none when nothing is held.</summary>
    internal int NumRows => _mappers.Count + _endpoints.Count + _pairs.Count + _witnesses.Count + _witnesses.Clocks.Count + _book.Count + _contacts.NumRows;

    /// <summary>The shard that owns a client: the same for every process with as many shards.</summary>
    public static int Of(HostAddress client, int numShards) => (int)(client.Hash() % (ulong)numShards);

    /// <summary>How far clocks that saw the same flows are apart, of up to 4,096 pairs of clocks; anyone may ask.</summary>
    public IReadOnlyList<ClockSkew> ClockSkews() => _skews.Read();

    /// <summary>Takes flow starts in their order, as if one by one, but waits for memory once for many.</summary>
    /// <param name="number">Which of the shards this is: mapper flows of other shards' clients go to <see cref="OfferMapperFlowToServer"/>.</param>
    public void Offer(ReadOnlySpan<FlowStart> starts, int number = 0)
    {
        while (!starts.IsEmpty)
        {
            var group = starts[..Math.Min(starts.Length, Lookahead.GroupSize)];
            var numMappers = _lookahead.Prepare(group);
            if (_mappers.Count == _maxMappers) _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Oldest, (uint)_clock, hold: -1, numMappers);
            if (_endpoints.Count == _maxEndpoints) _lookahead.PrepareLeaving(_endpoints, _endpoints.Arrivals.Oldest, (uint)_clock, hold: -1, group.Length - numMappers);
            foreach (ref readonly var start in group)
            {
                if (start.IsMapperFlow && NumShards > 1 && Of(start.Client, NumShards) != number) OfferMapperFlowToServer(start);
                else Offer(start);
            }

            starts = starts[group.Length..];
        }
    }

    public void Offer(in FlowStart start)
    {
        // 1. Time passes. The mirrored orientation of an uncertain flow start was counted with the other one.
        if (!start.IsMirror) _counters.Receive(Hop.FlowStart);
        AdvanceTo(start.ArrivalUnixMilliseconds);

        // 2. What can it be?
        var kind = _rule.KindOf(start);
        if (kind == FlowKind.Other)
        {
            if (!start.IsMirror) _counters.Use(Hop.FlowStart);
            return;
        }

        if (kind == FlowKind.Contact)
        {
            var isNew = _contacts.Offer(start, (uint)_clock);
            if (start.IsMirror) return;
            if (isNew) _counters.Use(Hop.FlowStart);
            else _counters.Reject(Hop.FlowStart, Rejection.AlreadyKnown);
            return;
        }

        // 3. A connection that is known, or a new one.
        if (TryMerge(kind, start, out var flow))
        {
            if (!start.IsMirror) _counters.Reject(Hop.FlowStart, Rejection.AlreadyKnown);
            return;
        }

        if (!start.IsMirror) _counters.Use(Hop.FlowStart);
        if (_clock - flow.End > (kind == FlowKind.Mapper ? _endpointHold : _mapperHold)) Volatile.Write(ref _late, _late + 1);
        if (kind == FlowKind.Mapper) flow.Marks = FlowMarks.Unvouched;
        Add(kind, ref flow, start);
    }

    /// <summary>
    /// Takes a mapper flow of another shard's client to a host whose shard this is; it is counted there. It tells which way a flow between the two goes
    /// that was offered in both orientations, one in each shard.
    /// </summary>
    public void OfferMapperFlowToServer(in FlowStart start)
    {
        AdvanceTo(start.ArrivalUnixMilliseconds);
        if (TryMerge(FlowKind.Mapper, start, out var flow)) return;
        flow.Marks = FlowMarks.OtherShards;
        Add(FlowKind.Mapper, ref flow, start);
    }

    /// <summary>Lets go of what is older than it must be kept, by the clock of arrivals. Cheap when there is nothing; call it every second or so when no flows come.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
        if (arrivalUnixMilliseconds <= _clock) return;

        // Rows keep half of the clock: what a leap beyond that leaves behind is old anyway.
        var leaps = arrivalUnixMilliseconds - _clock > int.MaxValue;
        _clock = arrivalUnixMilliseconds;

        while (_endpoints.Arrivals.Due is not None and var due && (leaps || (uint)_clock - _endpoints[due].Arrival >= _knownEndpointAfter))
        {
            _endpoints.Arrivals.PassDue();
            _joiner.JudgeEndpoint(due);
        }

        _contacts.AdvanceTo((uint)_clock, leaps);
        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_endpoints, _endpoints.Arrivals.Oldest, (uint)_clock, leaps ? -1 : _endpointHold);
            for (var i = 0; i < count; i++) _joiner.ReleaseEndpoint(_endpoints.Arrivals.Oldest);
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Due, (uint)_clock, leaps ? -1 : _mapperOnlyAfter - 1);
            for (var i = 0; i < count; i++)
            {
                var due = _mappers.Arrivals.Due;
                _mappers.Arrivals.PassDue();
                _joiner.JudgeMapper(due);
            }
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Oldest, (uint)_clock, leaps ? -1 : _mapperHold);
            for (var i = 0; i < count; i++) _joiner.ReleaseMapper(_mappers.Arrivals.Oldest);
        }
    }

    /// <summary>The input has ended: reports what was still waiting.</summary>
    public void Complete()
    {
        for (var endpoint = _endpoints.Arrivals.Oldest; endpoint != None; endpoint = _endpoints[endpoint].Newer) _joiner.JudgeEndpoint(endpoint);
        for (var mapper = _mappers.Arrivals.Oldest; mapper != None; mapper = _mappers[mapper].Newer) _joiner.JudgeMapper(mapper);
    }

    private FlowTable TableOf(FlowKind kind) => kind == FlowKind.Mapper ? _mappers : _endpoints;

    private int FindKnown(FlowTable table, in FlowRow sighting, int otherThan = None) =>
        table.Find(sighting, _sameConnectionGap, _exporterSkew, otherThan);

    private void Add(FlowKind kind, ref FlowRow flow, in FlowStart start)
    {
        // 1. Make room, which may take the pair's last flow and with it the pair.
        if (MakeRoom(kind, flow.Pair)) flow.Pair = _pairs.Find(start.Client, start.Server);
        if (flow.Pair == None) flow.Pair = _pairs.Add(start.Client, start.Server);

        // 2. Remember whether one clock tells of all flows of the pair.
        ref var pair = ref _pairs[flow.Pair];
        if (!pair.HasSeveralClocks && !pair.IsEmpty)
        {
            ref var known = ref pair.MapperRoot != None ? ref _mappers[pair.MapperRoot] : ref _endpoints[pair.EndpointRoot];
            pair.HasSeveralClocks = _witnesses[flow.Witnesses].IsToldByOtherClocksThan(_witnesses[known.Witnesses]);
        }

        // 3. Join it.
        if (kind == FlowKind.Mapper) _joiner.MapperChanged(_mappers.Add(flow, (uint)_clock));
        else _joiner.EndpointChanged(_endpoints.Add(flow, (uint)_clock));
    }

    /// <summary>Adds a flow start to the connection it belongs to; false when that is a new one.</summary>
    private bool TryMerge(FlowKind kind, in FlowStart start, out FlowRow sighting)
    {
        var table = TableOf(kind);
        _merge.Read(start, _pairs.Find(start.Client, start.Server), out sighting);
        var known = sighting.Pair == None ? None : FindKnown(table, sighting);
        if (known == None) return false;

        // 1. It knows what the sighting knew.
        var changed = _merge.Include(table, known, sighting);
        _witnesses.Release(sighting.Witnesses);

        // 2. A sighting between connections that were thought to be several makes them one: the earliest.
        while (FindKnown(table, table[known], otherThan: known) is not None and var other)
        {
            if (table[other].Start < table[known].Start) (known, other) = (other, known);
            changed = MergeChange.Join;
            _merge.Include(table, known, table[other]);
            if (kind == FlowKind.Mapper) _joiner.AbsorbMapper(known, other);
            else _joiner.AbsorbEndpoint(known, other);
        }

        if (_witnesses[table[known].Witnesses].HasSeveralClocks) _pairs[table[known].Pair].HasSeveralClocks = true;
        table.Touch(known, (uint)_clock);

        // 3. Join it anew, or say what else is known of it.
        switch (changed, kind)
        {
            case (MergeChange.Join, FlowKind.Mapper):
                _joiner.MapperChanged(known);
                break;
            case (MergeChange.Join, _):
                _joiner.EndpointChanged(known);
                break;
            case (MergeChange.Traffic, FlowKind.Mapper):
                _joiner.MapperTrafficChanged(known);
                break;
            case (MergeChange.Traffic, _):
                _joiner.EndpointTrafficChanged(known);
                break;
        }

        return true;
    }

    /// <summary>Lets go of the flow that arrived longest ago, and of the pair's earliest, where there are too many; returns whether any went.</summary>
    private bool MakeRoom(FlowKind kind, int pair)
    {
        var table = TableOf(kind);
        if (pair != None && _pairs[pair].NumberOf(kind) >= _maxPerPair) Evict(kind, table.Earliest(pair));
        else if (table.Count >= (kind == FlowKind.Mapper ? _maxMappers : _maxEndpoints)) Evict(kind, table.Arrivals.Oldest);
        else return false;
        return true;
    }

    private void Evict(FlowKind kind, int index)
    {
        if (kind == FlowKind.Mapper)
        {
            Volatile.Write(ref _evictedMappers, _evictedMappers + 1);
            _joiner.ReleaseMapper(index);
        }
        else
        {
            Volatile.Write(ref _evictedEndpoints, _evictedEndpoints + 1);
            _joiner.ReleaseEndpoint(index);
        }
    }
}
