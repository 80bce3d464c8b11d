using RpcCollector.Detection.State;

namespace RpcCollector.Detection.Join;

/// <summary>How long flows are held, and how many: keeps the shard's clock, and lets go of those beyond it, the one that arrived longest ago first.</summary>
internal sealed class Retention
{
    private const int None = FlowRow.None;

    // How much later than its time a flow may be let go, so that many go at once and their waits for memory overlap; in milliseconds.
    private const long Slack = 1_000;

    private readonly FlowTable _mappers;
    private readonly FlowTable _endpoints;
    private readonly Contacts _contacts;
    private readonly Joiner _joiner;
    private readonly Lookahead _lookahead;
    private readonly long _mapperOnlyAfter;
    private readonly long _knownEndpointAfter;
    private readonly long _mapperHold;
    private readonly long _endpointHold;
    private readonly int _maxMappers;
    private readonly int _maxEndpoints;
    private readonly int _maxPerPair;
    private long _letGoBy;
    private long _evictedMappers;
    private long _evictedEndpoints;

    public Retention(JoinOptions options, int numShards, FlowTable mappers, FlowTable endpoints, Contacts contacts, Joiner joiner, Lookahead lookahead)
    {
        (_mappers, _endpoints, _contacts, _joiner, _lookahead) = (mappers, endpoints, contacts, joiner, lookahead);
        _mapperOnlyAfter = (long)options.MapperOnlyAfter.TotalMilliseconds;
        _knownEndpointAfter = (long)options.KnownEndpointAfter.TotalMilliseconds;
        _mapperHold = (long)options.MapperHold.TotalMilliseconds;
        _endpointHold = (long)options.EndpointHold.TotalMilliseconds;
        _maxMappers = Math.Max(1, options.MaxMapperFlows / numShards);
        _maxEndpoints = Math.Max(1, options.MaxEndpointFlows / numShards);
        _maxPerPair = Math.Clamp(options.MaxFlowsPerPair, 1, PairRow.MaxFlows);
    }

    /// <summary>The latest arrival so far, in Unix milliseconds.</summary>
    public long Clock { get; private set; }

    public long EvictedMappers => Volatile.Read(ref _evictedMappers);

    public long EvictedEndpoints => Volatile.Read(ref _evictedEndpoints);

    /// <summary>True when a flow start that arrives now may belong to one that has been let go.</summary>
    public bool IsLate(FlowKind kind, long end) => Clock - end > (kind == FlowKind.Mapper ? _endpointHold : _mapperHold);

    /// <summary>Moves the clock, and lets go of what is due a second or longer.</summary>
    public void PassTo(long arrivalUnixMilliseconds)
    {
        if (arrivalUnixMilliseconds - _letGoBy > Slack) AdvanceTo(arrivalUnixMilliseconds);
        else if (arrivalUnixMilliseconds > Clock) Clock = arrivalUnixMilliseconds;
    }

    /// <summary>Moves the clock, and lets go of all that is due.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
        if (arrivalUnixMilliseconds > Clock) Clock = arrivalUnixMilliseconds;
        if (Clock == _letGoBy) return;

        // Rows keep half of the clock: what a leap beyond that leaves behind is old anyway.
        LetGo(leaps: Clock - _letGoBy > int.MaxValue);
    }

    /// <summary>The clock was wrong, and so is what was kept of arrivals: all that is held is let go of, and time goes on from an earlier moment.</summary>
    public void SetBackTo(long arrivalUnixMilliseconds)
    {
        Clock = arrivalUnixMilliseconds;
        LetGo(leaps: true);
    }

    /// <summary>Looks at the flows that so many new ones will oust, where there are as many as there may be.</summary>
    public void PrepareEviction(int newMappers, int newEndpoints)
    {
        if (_mappers.Count == _maxMappers) _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Oldest, (uint)Clock, hold: -1, newMappers);
        if (_endpoints.Count == _maxEndpoints) _lookahead.PrepareLeaving(_endpoints, _endpoints.Arrivals.Oldest, (uint)Clock, hold: -1, newEndpoints);
    }

    /// <summary>Lets go of the pair's earliest flow, or of the one that arrived longest ago, where there are too many; returns whether any may have gone.</summary>
    public bool MakeRoom(FlowKind kind, int pair)
    {
        var (table, most) = kind == FlowKind.Mapper ? (_mappers, _maxMappers) : (_endpoints, _maxEndpoints);
        if (table.NumberOf(pair) < _maxPerPair && table.Count < most) return false;

        // What is due anyway is not evicted. The pair may go with it, and has none then.
        AdvanceTo(Clock);
        if (table.NumberOf(pair) >= _maxPerPair) Evict(kind, table.Earliest(pair));
        else if (table.Count >= most) Evict(kind, table.Arrivals.Oldest);
        return true;
    }

    /// <summary>The input has ended: reports what was still waiting.</summary>
    public void Complete()
    {
        for (var endpoint = _endpoints.Arrivals.Oldest; endpoint != None; endpoint = _endpoints[endpoint].Newer) _joiner.JudgeEndpoint(endpoint);
        for (var mapper = _mappers.Arrivals.Oldest; mapper != None; mapper = _mappers[mapper].Newer) _joiner.JudgeMapper(mapper);
    }

    /// <summary>The shard holds nothing yet, and goes on from a moment.</summary>
    public void BeginAt(long arrivalUnixMilliseconds) => Clock = _letGoBy = arrivalUnixMilliseconds;

    /// <summary>True when a pair may hold one flow more of a kind, and the shard too.</summary>
    public bool HasRoom(FlowKind kind, int pair)
    {
        var (table, most) = kind == FlowKind.Mapper ? (_mappers, _maxMappers) : (_endpoints, _maxEndpoints);
        return table.Count < most && table.NumberOf(pair) < _maxPerPair;
    }

    /// <summary>Lets go of all that is due, whether the clock has moved or not.</summary>
    public void LetGoOfDue() => LetGo(leaps: false);

    /// <summary>
    /// Lets go of those last seen longest ago, as if their time had come, until no more than so many are held; returns how many.
    /// </summary>
    public int KeepLatest(int most)
    {
        var before = _mappers.Count + _endpoints.Count;

        // Endpoint flows first: a mapper flow without the endpoint flow that came to it would be reported.
        while (_endpoints.Count > Math.Max(0, most - _mappers.Count)) _joiner.ReleaseEndpoint(_endpoints.Arrivals.Oldest);
        while (_mappers.Count > most) _joiner.ReleaseMapper(_mappers.Arrivals.Oldest);
        return before - _mappers.Count - _endpoints.Count;
    }

    private void LetGo(bool leaps)
    {
        var clock = (uint)Clock;
        _letGoBy = Clock;
        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_endpoints, _endpoints.Arrivals.Due, clock, leaps ? -1 : _knownEndpointAfter - 1);
            for (var i = 0; i < count; i++)
            {
                var due = _endpoints.Arrivals.Due;
                _endpoints.Arrivals.PassDue();
                _joiner.JudgeEndpoint(due);
            }
        }

        _contacts.AdvanceTo(clock, leaps);
        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_endpoints, _endpoints.Arrivals.Oldest, clock, leaps ? -1 : _endpointHold);
            for (var i = 0; i < count; i++) _joiner.ReleaseEndpoint(_endpoints.Arrivals.Oldest);
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Due, clock, leaps ? -1 : _mapperOnlyAfter - 1);
            for (var i = 0; i < count; i++)
            {
                var due = _mappers.Arrivals.Due;
                _mappers.Arrivals.PassDue();
                _joiner.JudgeMapper(due);
            }
        }

        for (var count = 1; count > 0;)
        {
            count = _lookahead.PrepareLeaving(_mappers, _mappers.Arrivals.Oldest, clock, leaps ? -1 : _mapperHold);
            for (var i = 0; i < count; i++) _joiner.ReleaseMapper(_mappers.Arrivals.Oldest);
        }
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
