using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// The clients that one thread owns: joins their mapper flows with their endpoint flows. Only that thread may call it; the gauges may
/// be read by anyone.
/// </summary>
/// <remarks>
/// The final activities depend on the flow starts alone, not on their order, as long as each arrives while the flows it belongs to are
/// still held (see <see cref="JoinOptions"/>). Nothing is allocated per flow start once the tables have grown.
/// </remarks>
public sealed class ClientShard : IShard
{
    /// <summary>How many shards a flow start goes to at most.</summary>
    public const int MostOwners = 256;

    private const int None = FlowRow.None;

    private readonly HopCounters _counters;
    private readonly Witnesses _witnesses;
    private readonly ClockSkews _skews = new();
    private readonly HostPairs _pairs = new();
    private readonly FlowTable _mappers;
    private readonly FlowTable _endpoints;
    private readonly ActivityBook _book;
    private readonly JoinRule _rule;
    private readonly Joiner _joiner;
    private readonly ConnectionMerge _merge;
    private readonly KnownEndpoints _known;
    private readonly Contacts _contacts;
    private readonly Lookahead _lookahead;
    private readonly Retention _retention;
    private readonly Mirrors _mirrors;
    private readonly TurnedMapperFlows _turned;
    private readonly EndsAlone _ends;
    private readonly Translations _translations;
    private readonly long _sameConnectionGap;
    private readonly long _exporterSkew;
    private readonly long _endpointHold;
    private long _late;
    private int[] _found = new int[16];

    // The endpoint flow or contact that the last flow start became part of.
    private FlowKind _takenKind;
    private int _taken = None;
    private bool _takenIsNew;
    private FlowEnds[] _foundEnds = [];

    /// <param name="numShards">How many shards share the bounds of <see cref="JoinOptions"/>.</param>
    /// <param name="exporters">
    /// Where the flow starts have their exporters' ids from: exporters are put in order by address. Without it they are by id.
    /// </param>
    /// <exception cref="FormatException">The excluded ports cannot be read.</exception>
    public ClientShard(
        JoinOptions options, IActivitySink sink, HopCounters counters, int numShards = 1, ExporterDirectory? exporters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(numShards, 1);
        _counters = counters;
        NumShards = numShards;
        _witnesses = new Witnesses(exporters);
        _sameConnectionGap = (long)options.SameConnectionGap.TotalMilliseconds;
        _endpointHold = (long)options.EndpointHold.TotalMilliseconds;
        _exporterSkew = (long)options.ExporterSkew.TotalMilliseconds;
        _mappers = new FlowTable(FlowKind.Mapper, _pairs, _witnesses);
        _endpoints = new FlowTable(FlowKind.Endpoint, _pairs, _witnesses);
        _rule = new JoinRule(options, _pairs, _witnesses);
        _known = new KnownEndpoints(_pairs);
        var search = new MapperSearch(_pairs, _mappers, _rule);
        var orientation = new Orientation(_pairs, _mappers, _rule, search, _known);
        _translations = new Translations(options, numShards, _rule, _known, counters);
        _book = new ActivityBook(_pairs, _witnesses, _known, orientation, _translations, sink);
        var refusals = new Refusals(options, _mappers);
        _joiner = new Joiner(
            _pairs, _mappers, _endpoints, _rule, search, orientation, _known, _translations, _book, refusals);
        _merge = new ConnectionMerge(_witnesses, _skews);
        _contacts = new Contacts(options, numShards, _witnesses, _merge, orientation, _rule, _translations, sink);
        _lookahead = new Lookahead(_pairs, _mappers, _endpoints, _book, _known);
        _retention = new Retention(options, numShards, _pairs, _mappers, _endpoints, _contacts, _translations, _joiner, _lookahead);
        _mirrors = new Mirrors(options, _pairs, _endpoints, _contacts, _rule, _witnesses, _known, _joiner, _retention);
        _joiner.Mirrors = _mirrors;
        _ends = new EndsAlone((long)options.MapperHold.TotalMilliseconds);
        _turned = new TurnedMapperFlows(options, _pairs, _mappers, _endpoints, _witnesses, _rule, orientation, _joiner, _retention);
    }

    public int NumShards { get; }

    /// <summary>The latest arrival so far.</summary>
    public ArrivalTime LatestArrival => _retention.Latest;

    /// <summary>Mapper flows of this shard's own clients that are held.</summary>
    public int OpenMapperFlows => _mappers.Count - _mappers.NumOfOtherShard;

    public int WaitingEndpointFlows => _endpoints.Count;

    /// <summary>Mapper flows that were dropped early, because there were too many.</summary>
    public long EvictedMapperFlows => _retention.EvictedMappers;

    /// <summary>Endpoint flows that were dropped early, because there were too many.</summary>
    public long EvictedEndpointFlows => _retention.EvictedEndpoints;

    /// <summary>Connections to other ports of the family that are held.</summary>
    public int HeldContacts => _contacts.Count;

    /// <summary>Contacts that were dropped early, because there were too many.</summary>
    public long EvictedContacts => _contacts.Evicted;

    /// <summary>What has been learned about endpoints; any thread may replace it with a later snapshot. Null until there is one.</summary>
    public IKnownEndpoints? KnownEndpoints
    {
        get => _known.Snapshot;
        set => _known.Snapshot = value;
    }

    /// <summary>Flow starts that arrived so late that the flows they belong to may have been dropped already.</summary>
    public long LateFlowStarts => Volatile.Read(ref _late);

    /// <summary>Bytes of all tables; they do not shrink.</summary>
    public long StateBytes =>
        _mappers.Bytes + _endpoints.Bytes + _pairs.Bytes + _witnesses.Bytes + _book.Bytes + _skews.Bytes + _contacts.Bytes + _ends.Bytes
        + _translations.Bytes;

    /// <summary>Rows in use in all tables: none when nothing is held.</summary>
    internal int NumRows =>
        _mappers.Count + _endpoints.Count + _pairs.Count + _witnesses.Count + _witnesses.Clocks.Count + _book.Count + _contacts.NumRows
        + _translations.NumRows;

    /// <summary>The shard that owns a client: the same for every process with as many shards.</summary>
    public static int Of(HostAddress client, int numShards) => numShards == 1 ? 0 : (int)(client.Hash() % (ulong)numShards);

    /// <summary>
    /// The shards that a flow start goes to: its client's, of a mapper flow its server's too, and of a translation those that own an end of
    /// it, as it is seen or in truth. Of a translated mapper flow all: it tells whether an endpoint flow is joined between its true ends,
    /// and that may be seen between any. Returns how many they are.
    /// </summary>
    /// <param name="owners">Has room for <see cref="MostOwners"/>.</param>
    public static int OwnersOf(in FlowStart start, int numShards, Span<int> owners)
    {
        if (start.IsTranslation)
        {
            var seen = new FlowEnds(start.Client, start.ClientPort, start.Server, start.ServerPort);
            return OwnersOf(seen, start.Connection, numShards, owners);
        }

        owners[0] = Of(start.Client, numShards);
        if (!start.IsMapperFlow || Of(start.Server, numShards) is var server && server == owners[0]) return 1;
        owners[1] = server;
        return 2;
    }

    internal static int OwnersOf(in FlowEnds seen, in FlowEnds connection, int numShards, Span<int> owners)
    {
        var count = 0;
        if (Translations.IsMapperFlow(connection))
        {
            while (count < numShards) owners[count] = count++;
            return count;
        }

        foreach (var end in (ReadOnlySpan<HostAddress>)[seen.Source, seen.Destination, connection.Source, connection.Destination])
        {
            var owner = Of(end, numShards);
            if (!owners[..count].Contains(owner)) owners[count++] = owner;
        }

        return count;
    }

    /// <summary>How far apart the clocks are that saw the same flows, for up to 4,096 pairs of clocks; any thread may call it.</summary>
    public IReadOnlyList<ClockSkew> ClockSkews() => _skews.Read();

    /// <summary>
    /// Takes flow starts in their order, but fetches the memory for many at once; flows that are due meanwhile are dropped up to a second
    /// later than if the starts came one by one.
    /// </summary>
    /// <param name="number">
    /// Which of the shards this is: mapper flows of other shards' clients go to <see cref="OfferMapperFlowToServer"/>.
    /// </param>
    public void Offer(ReadOnlySpan<FlowStart> starts, int number = 0)
    {
        while (!starts.IsEmpty)
        {
            var group = starts[..Math.Min(starts.Length, Lookahead.GroupSize)];
            _retention.AdvanceTo(group[0].Arrival);
            var numMappers = _lookahead.Prepare(group);
            _retention.PrefetchEvicted(numMappers, group.Length - numMappers);
            _contacts.Lookahead.Prepare(group, _retention.Held);
            foreach (ref readonly var start in group)
            {
                _retention.AdvanceLazilyTo(start);
                if (start.IsTranslation) TakeTranslation(start, number);
                else if (start.IsMapperFlow && NumShards > 1 && Of(start.Client, NumShards) != number) TakeMapperFlowToServer(start);
                else TakeOwn(start, number);
            }

            starts = starts[group.Length..];
        }
    }

    public void Offer(in FlowStart start)
    {
        _retention.AdvanceTo(start.Arrival);
        if (start.IsTranslation) TakeTranslation(start, Of(start.Client, NumShards));
        else TakeOwn(start, Of(start.Client, NumShards));
    }

    /// <summary>
    /// Takes a mapper flow whose server belongs to this shard and whose client belongs to another, which counts it. When a flow between the
    /// two was offered in both orientations, one to each shard, the mapper flow shows which is right.
    /// </summary>
    public void OfferMapperFlowToServer(in FlowStart start)
    {
        _retention.AdvanceTo(start.Arrival);
        TakeMapperFlowToServer(start);
    }

    /// <summary>
    /// Drops what has been held long enough, by the clock of arrivals. Cheap when there is nothing to drop; call it every second or so
    /// while no flows arrive.
    /// </summary>
    /// <remarks>When the clock has been set, ahead or back, no time passes for what is held.</remarks>
    public void AdvanceTo(ArrivalTime arrival) => _retention.AdvanceTo(arrival);

    /// <summary>The same by a clock that is never set, as a capture's is.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds) => _retention.AdvanceTo(new ArrivalTime(0, arrivalUnixMilliseconds));

    /// <summary>The input has ended: reports what was still waiting.</summary>
    public void Complete() => _retention.Complete();

    /// <summary>
    /// Lets go of those last seen longest ago, as if their time had come, until no more than so many are held; returns how many.
    /// </summary>
    public int KeepLatest(int most)
    {
        var released = _retention.KeepLatest(most);
        return released + _contacts.KeepLatest(Math.Max(0, most - _mappers.Count - _endpoints.Count), _retention.Held);
    }

    /// <summary>What is held of one kind, the latest arrival first.</summary>
    /// <param name="withOfOthers">Mapper flows of other shards' clients, too.</param>
    internal IEnumerator<SavedFlow> HeldLatestFirst(FlowKind kind, bool withOfOthers = false)
    {
        if (kind == FlowKind.Contact) return _contacts.HeldLatestFirst(_retention.Held);
        return HeldLatestFirst(TableOf(kind), kind, withOfOthers);
    }

    internal HeldClock Clock
    {
        get => _retention.Clock;
        set => _retention.Clock = value;
    }

    /// <summary>Of how many of the latest it has not been judged yet whether they stand alone.</summary>
    internal int CountDue(FlowKind kind) => TableOf(kind).Arrivals.CountDue();

    internal void BeginDue(FlowKind kind, int count) => TableOf(kind).Arrivals.BeginDue(count);

    /// <summary>True when an endpoint flow that was seen so long ago is still waited with.</summary>
    internal bool Awaits(long age) => age <= _endpointHold;

    internal Witnesses SeenBy => _witnesses;

    internal Translations Translated => _translations;

    internal EndsAlone Ended => _ends;

    /// <summary>Goes on from this moment; it holds nothing yet.</summary>
    internal void BeginRestoring(long nowUnixMilliseconds) => _retention.BeginAt(nowUnixMilliseconds);

    /// <summary>
    /// Holds a flow that another process held, and which arrived before all others of its kind; none when there is no room. Nothing is
    /// published or counted.
    /// </summary>
    /// <param name="seenNow">It counts as seen now, and so comes after all others.</param>
    internal int Restore(FlowKind kind, in SavedFlow saved, bool seenNow = false)
    {
        var arrival = _retention.Held - (uint)Math.Min(saved.Age, int.MaxValue);
        if (kind == FlowKind.Contact) return _contacts.Restore(saved, arrival);

        var pair = _pairs.Find(saved.Client, saved.Server);
        if (!_retention.HasRoom(kind, pair)) return None;
        if (pair == None) pair = _pairs.Add(saved.Client, saved.Server);
        var table = TableOf(kind);
        ref var row = ref table.Open(out var index);
        SavedFlows.Restore(saved, pair, _witnesses, out row);
        if (saved.ActivityId is not null) row.Activity = _book.Restore(saved);
        if (saved.PairHasSeveralClocks) _pairs[pair].HasSeveralClocks = true;
        NoteClocks(row);
        if (seenNow) table.Add(index, _retention.Held);
        else table.AddOldest(index, arrival);
        return index;
    }

    internal IEnumerable<SavedTranslation> HeldTranslations(int number) =>
        _translations.HeldOldestFirst(_retention.Held, number, NumShards);

    internal void Restore(in SavedTranslation saved) =>
        _translations.Restore(saved, _retention.Held - (uint)Math.Min(saved.Age, int.MaxValue));

    /// <summary>All is held that there was room for: lets go of what is due by now.</summary>
    internal void EndRestoring() => _retention.EndRestoring();

    private IEnumerator<SavedFlow> HeldLatestFirst(FlowTable table, FlowKind kind, bool withOfOthers)
    {
        for (var i = table.Arrivals.Newest; i != None; i = table[i].Older)
        {
            if (!withOfOthers && kind == FlowKind.Mapper && table[i].Has(FlowMarks.OfOtherShard)) continue;
            var saved = SavedFlows.Of(table[i], _pairs, _witnesses, _retention.Held) with { Index = i };
            if (table[i].Activity != None) AddActivity(table[i], kind, ref saved);
            yield return saved;
        }
    }

    private void AddActivity(in FlowRow row, FlowKind kind, ref SavedFlow saved)
    {
        ref readonly var activity = ref _book[row.Activity];
        saved.ActivityId = activity.Id;
        if (kind != FlowKind.Endpoint) return;
        saved.Basis = activity.Basis;
        if (activity.Basis == JoinBasis.KnownEndpoint) return;
        (saved.Mapper, saved.MapperWitness, saved.MapperIndex) = (
            activity.MapperFacts, _witnesses.Save(activity.MapperFacts.Witnesses), activity.Mapper);
    }

    private void TakeOwn(in FlowStart start, int number)
    {
        if (start.HasMirror) TakeWithMirror(start, number);
        else TakeAlone(start, number);
    }

    private void TakeAlone(in FlowStart start, int number)
    {
        if (NumShards == 1 || Of(start.Server, NumShards) == number) _mirrors.TakeAlone(start);
        Take(start);
    }

    /// <summary>
    /// Takes a flow start that stands for its mirror too: what it becomes part of does then, or the mirror is taken after it.
    /// </summary>
    private void TakeWithMirror(in FlowStart start, int number)
    {
        if (!MayStandForMirror(start))
        {
            TakeAlone(start, number);
            Take(start.Mirror);
            return;
        }

        _taken = None;
        Take(start);
        if (_taken == None || !_mirrors.TryStandFor(start, _takenKind, _taken, _takenIsNew)) Take(start.Mirror);
    }

    // The mirror must be an endpoint flow. An end that is told alone may be of either orientation only: each is waited for by itself.
    private bool MayStandForMirror(in FlowStart start) =>
        !start.IsEndAlone && _rule.KindOf(start.ClientPort) == FlowKind.Endpoint
        && (_ends.Count == 0 || _rule.KindOf(start) != FlowKind.Contact);

    private void Take(in FlowStart start)
    {
        // 1. Which kind of flow is it? An uncertain flow start comes in two orientations; only the one that is not the mirror is counted.
        if (!start.IsMirror) _counters.Receive(Hop.FlowStart);
        var kind = _rule.KindOf(start);
        if (kind == FlowKind.Other)
        {
            if (!start.IsMirror) _counters.Use(Hop.FlowStart);
            return;
        }

        if (start.IsEndAlone || _ends.Count > 0)
        {
            TakeWithEnd(kind, start);
            return;
        }

        TakeWhole(kind, start);
    }

    /// <summary>What says when a connection ended, or comes while ends are known whose connections have not been told.</summary>
    private void TakeWithEnd(FlowKind kind, in FlowStart start)
    {
        FlowStart whole;
        if (!start.IsEndAlone) _ends.TryEnd(start, out whole);
        else if (kind == FlowKind.Contact
            || !_ends.TryComplete(start, _mirrors.Find(start.Client, start.Server), TableOf(kind), _witnesses, out whole))
        {
            if (!start.IsMirror) _counters.Reject(Hop.FlowStart, Rejection.EndWithoutStart);
            return;
        }

        TakeWhole(kind, whole);
    }

    private void TakeWhole(FlowKind kind, in FlowStart start)
    {
        if (kind == FlowKind.Contact)
        {
            var isNew = _contacts.Offer(start, _retention.Held);
            if (start.IsMirror) return;
            (_takenKind, _taken, _takenIsNew) = (kind, _contacts.Latest, isNew);
            if (isNew) _counters.Use(Hop.FlowStart);
            else _counters.Reject(Hop.FlowStart, Rejection.AlreadyKnown);
            return;
        }

        // 2. A connection that is known, or a new one.
        if (TryMerge(kind, start, out var flow))
        {
            if (!start.IsMirror) _counters.Reject(Hop.FlowStart, Rejection.AlreadyKnown);
            return;
        }

        if (!start.IsMirror) _counters.Use(Hop.FlowStart);
        if (_retention.IsLate(kind, TableOf(kind)[flow].End)) Volatile.Write(ref _late, _late + 1);
        Add(kind, flow, start, kind == FlowKind.Mapper ? FlowMarks.NoDroppedMatch : FlowMarks.None);
        if (kind == FlowKind.Endpoint && !start.IsMirror) (_takenKind, _taken, _takenIsNew) = (kind, flow, true);
    }

    private void TakeMapperFlowToServer(in FlowStart told)
    {
        var start = told;
        if (told.IsEndAlone)
        {
            var pair = _pairs.Find(told.Client, told.Server);
            if (!_ends.TryComplete(told, pair, _mappers, _witnesses, out start)) return;
        }
        else if (_ends.Count > 0)
        {
            _ends.TryEnd(told, out start);
        }

        if (!TryMerge(FlowKind.Mapper, start, out var flow)) Add(FlowKind.Mapper, flow, start, FlowMarks.OfOtherShard);
    }

    /// <summary>
    /// Takes what a device states of a connection that it translated: flows that are shown may be another one's other side.
    /// </summary>
    private void TakeTranslation(in FlowStart start, int number)
    {
        var seen = new FlowEnds(start.Client, start.ClientPort, start.Server, start.ServerPort);
        var connection = start.Connection;
        var (from, to) = _translations.StartsOf(start);
        _contacts.NoteConcerned(seen, from, to);
        _contacts.NoteConcerned(seen.Turn(), from, to);
        _contacts.NoteConcerned(connection, from, to);
        _contacts.NoteConcerned(connection.Turn(), from, to);
        var isNews = _translations.Take(start, _retention.Held, Of(seen.Source, NumShards) == number);
        _contacts.UpdateConcerned();
        if (!isNews) return;
        TranslationChanged(seen, from, to, endsChanged: true);
        TranslationChanged(connection, from, to, endsChanged: true);
        var count = _translations.EndpointsOf(start, ref _foundEnds);
        for (var i = 0; i < count; i++) TranslationChanged(_foundEnds[i], long.MinValue, long.MaxValue, endsChanged: false);
    }

    private void TranslationChanged(in FlowEnds ends, long from, long to, bool endsChanged)
    {
        TranslationChangedOneWay(ends, from, to, endsChanged);
        TranslationChangedOneWay(ends.Turn(), from, to, endsChanged);
    }

    private void TranslationChangedOneWay(in FlowEnds ends, long from, long to, bool endsChanged)
    {
        var kind = _rule.KindOf(ends.DestinationPort);
        if (kind != FlowKind.Endpoint && (kind != FlowKind.Mapper || !endsChanged)) return;
        var count = TableOf(kind).Collect(_mirrors.Find(ends.Source, ends.Destination), ends, from, to, ref _found);
        for (var i = 0; i < count; i++)
        {
            if (kind == FlowKind.Mapper) MapperChanged(_found[i]);
            else _joiner.TranslationChanged(_found[i], endsChanged);
        }
    }

    private FlowTable TableOf(FlowKind kind) => kind == FlowKind.Mapper ? _mappers : _endpoints;

    private int FindKnown(FlowTable table, in FlowRow sighting, int otherThan = None) =>
        table.Find(sighting, _sameConnectionGap, _exporterSkew, otherThan);

    private void Add(FlowKind kind, int flow, in FlowStart start, FlowMarks marks)
    {
        // 1. Make room. That may drop the pair's last flow, and the pair with it.
        var table = TableOf(kind);
        ref var row = ref table[flow];
        row.Marks = marks;
        if (_retention.MakeRoom(kind, row.Pair)) row.Pair = _pairs.Find(start.Client, start.Server);
        if (row.Pair == None) row.Pair = _pairs.Add(start.Client, start.Server);

        // 2. Remember whether one clock timed all flows of the pair.
        NoteClocks(row);

        // 3. Join it.
        table.Add(flow, _retention.Held);
        if (kind == FlowKind.Mapper) MapperChanged(flow);
        else _joiner.EndpointChanged(flow);
    }

    private void NoteClocks(in FlowRow row)
    {
        ref var pair = ref _pairs[row.Pair];
        if (pair.HasSeveralClocks || pair.IsEmpty) return;
        ref var known = ref pair.MapperRoot != None ? ref _mappers[pair.MapperRoot] : ref _endpoints[pair.EndpointRoot];
        pair.HasSeveralClocks = _witnesses[row.Witnesses].IsToldByOtherClocksThan(_witnesses[known.Witnesses]);
    }

    private void MapperChanged(int mapper)
    {
        var opposite = _joiner.MapperChanged(mapper);
        if (opposite != None) _turned.MapperChanged(mapper, opposite);
        if (_contacts.Count == 0) return;
        ref var row = ref _mappers[mapper];
        _contacts.MapperChanged(row, _pairs.ClientOf(row.Pair), _pairs.ServerOf(row.Pair));
    }

    /// <summary>
    /// Adds a flow start to the connection it belongs to; false when it opens a new one, whose row is filled in but not added yet.
    /// </summary>
    private bool TryMerge(FlowKind kind, in FlowStart start, out int opened)
    {
        var table = TableOf(kind);
        ref var sighting = ref table.Open(out opened);
        _merge.Read(start, _mirrors.Find(start.Client, start.Server), out sighting);
        var known = sighting.Pair == None ? None : FindKnown(table, sighting);
        if (known == None) return false;

        // 1. Merge the sighting into the known connection.
        var changed = _merge.Include(table, known, sighting);
        _witnesses.Release(sighting.Witnesses);
        table.Drop(opened);

        // 2. The sighting may close the gap between connections that were thought to be several: merge them into the earliest.
        while (FindKnown(table, table[known], otherThan: known) is not None and var other)
        {
            if (table[other].Start < table[known].Start) (known, other) = (other, known);
            changed = MergeChange.Join;
            _merge.Include(table, known, table[other]);
            if (kind == FlowKind.Mapper) _joiner.AbsorbMapper(known, other);
            else _joiner.AbsorbEndpoint(known, other);
        }

        if (kind == FlowKind.Endpoint && !start.IsMirror) (_takenKind, _taken, _takenIsNew) = (kind, known, false);
        if (_witnesses[table[known].Witnesses].HasSeveralClocks) _pairs[table[known].Pair].HasSeveralClocks = true;
        table.Touch(known, _retention.Held);
        if (kind == FlowKind.Mapper && table.NumRefused > 0) _joiner.MapperSeenAgain(known);

        // 3. Join it again, or publish what else is known of it.
        switch (changed, kind)
        {
            case (MergeChange.Join, FlowKind.Mapper):
                MapperChanged(known);
                break;
            case (MergeChange.Join, _):
                _joiner.EndpointChanged(known);
                break;
            case (MergeChange.Traffic, FlowKind.Mapper):
                _joiner.MapperTrafficChanged(known);
                _turned.MapperTrafficChanged(known);
                break;
            case (MergeChange.Traffic, _):
                _joiner.EndpointTrafficChanged(known);
                break;
        }

        return true;
    }
}
