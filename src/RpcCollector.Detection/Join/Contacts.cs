using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// The contacts that are still held: merges their sightings as for any connection, and publishes every change. Contacts are never joined,
/// but mapper flows may show that one goes the other way round.
/// </summary>
internal sealed class Contacts
{
    private const int None = FlowRow.None;

    private readonly HostPairs _pairs = new(remembersServers: true);
    private readonly FlowTable _flows;
    private readonly RowStore<ContactRow> _ids = new();
    private readonly Witnesses _witnesses;
    private readonly ConnectionMerge _merge;
    private readonly Orientation _orientation;
    private readonly JoinRule _rule;
    private readonly Refusals _refusals;
    private readonly Translations _translations;
    private readonly IActivitySink _sink;
    private readonly long _gap;
    private readonly long _skew;
    private readonly long _hold;
    private readonly long _endedHold;
    private readonly int _max;
    private readonly int _maxPerPair;
    private int[] _found = new int[16];
    private long _evicted;

    // Those that a translation may concern, as they were published.
    private readonly List<(int Contact, AdministrationContact Published)> _concerned = [];

    public Contacts(
        JoinOptions options, int numShards, Witnesses witnesses, ConnectionMerge merge, Orientation orientation, JoinRule rule,
        Translations translations, IActivitySink sink)
    {
        (_witnesses, _merge, _orientation, _rule, _sink) = (witnesses, merge, orientation, rule, sink);
        _translations = translations;
        _gap = (long)options.SameConnectionGap.TotalMilliseconds;
        _skew = (long)options.ExporterSkew.TotalMilliseconds;
        _hold = (long)options.ContactHold.TotalMilliseconds;

        // One that stands for its mirror is the endpoint flow that waits.
        _endedHold = Math.Min(_hold, (long)Math.Max(options.EndedContactHold.TotalMilliseconds, options.EndpointHold.TotalMilliseconds));
        _max = Math.Max(1, options.MaxContacts / numShards);
        _maxPerPair = Math.Clamp(options.MaxFlowsPerPair, 1, PairRow.MaxFlows);
        _flows = new FlowTable(FlowKind.Contact, _pairs, witnesses);
        _refusals = new Refusals(options, _flows);
        Lookahead = new ContactLookahead(_pairs, _flows, _ids, rule, _max);
    }

    public ContactLookahead Lookahead { get; }

    public int Count => _flows.Count;

    /// <summary>The contact that the last flow start became part of.</summary>
    public int Latest { get; private set; } = None;

    public ref FlowRow this[int index] => ref _flows[index];

    public void LetStandForMirror(int contact) => _flows.LetStandForMirror(contact);

    /// <summary>Contacts that were dropped early, because there were too many.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    public long Bytes => _flows.Bytes + _pairs.Bytes + _ids.Bytes;

    /// <summary>Rows in use in all tables: none when nothing is held.</summary>
    public int NumRows => _flows.Count + _pairs.Count + _ids.Count;

    /// <summary>Takes a sighting; returns false when it is of a contact that is known.</summary>
    public bool Offer(in FlowStart start, uint clock)
    {
        ref var sighting = ref _flows.Open(out var opened);
        _merge.Read(start, _pairs.Find(start.Client, start.Server), out sighting);
        var known = sighting.Pair == None ? None : _flows.Find(sighting, _gap, _skew);
        if (known != None)
        {
            Latest = Include(known, sighting, clock);
            _flows.Drop(opened);
            return false;
        }

        // 1. Make room. That may drop the pair's last contact, and the pair with it.
        if (MakeRoom(sighting.Pair, clock)) sighting.Pair = _pairs.Find(start.Client, start.Server);
        if (sighting.Pair == None) sighting.Pair = _pairs.Add(start.Client, start.Server);

        // 2. Add it.
        ref var id = ref _ids.Add(out sighting.Activity);
        id.Id = IdOf(sighting);
        id.Said = DirectionConfidence.Refuted;
        if (sighting.IsRefused) sighting.Marks = FlowMarks.NoDroppedMatch;
        _flows.Add(opened, clock);
        Latest = opened;
        WithdrawRefused(opened);
        Update(opened, default);
        return true;
    }

    /// <summary>True when a contact of these ends is held and may stand for its mirror.</summary>
    public bool MayStandForMirror(in FlowStart start) => _flows.Count > 0
        && _flows.MayStandForMirror(_pairs.Find(start.Client, start.Server), start.ClientPort, start.ServerPort);

    /// <summary>All contacts of two hosts of which one may stand for its mirror: none does from now on. Returns how many.</summary>
    public int CollectMirrored(HostAddress client, HostAddress server, ref int[] found) =>
        _pairs.MayHaveServer(server) ? _flows.CollectMirrored(_pairs.Find(client, server), ref found) : 0;

    /// <summary>A mapper flow is new or has changed: contacts between the two hosts may go another way than was said.</summary>
    public void MapperChanged(in FlowRow mapper, HostAddress client, HostAddress server)
    {
        if (_flows.Count == 0) return;
        Reconsider(_pairs.Find(client, server), mapper);
        Reconsider(_pairs.Find(server, client), mapper);
    }

    /// <summary>A mapper flow is dropped: a contact that it turned stays turned, whatever is learned of it later.</summary>
    public void MapperLeaves(in FlowRow mapper, HostAddress client, HostAddress server)
    {
        if (_flows.Count == 0 || _pairs.Find(server, client) is not (not None and var pair)) return;
        var (from, to) = _rule.EndpointStarts(mapper);
        var count = _flows.Starts.Collect(_flows.RootOf(pair), from, to, ref _found);
        for (var i = 0; i < count; i++)
        {
            if (SaidOf(_found[i]) == DirectionConfidence.Refuted && !JoinRule.IsRefuted(_flows[_found[i]]) && !IsHidden(_flows[_found[i]]))
                _flows.Mark(_found[i], (_flows[_found[i]].Marks & FlowMarks.OfOtherShard) | FlowMarks.WasJoined);
        }
    }

    /// <summary>A translation is about to be known: notes the contacts between these ends that begin within a time.</summary>
    public void NoteConcerned(in FlowEnds ends, long from, long to)
    {
        var count = _flows.Collect(_pairs.Find(ends.Source, ends.Destination), ends, from, to, ref _found);
        for (var i = 0; i < count; i++) _concerned.Add((_found[i], Shown(_found[i])));
    }

    /// <summary>It is known: publishes what has changed of those that were noted.</summary>
    public void UpdateConcerned()
    {
        foreach (var (contact, published) in _concerned) Update(contact, published);
        _concerned.Clear();
    }

    /// <summary>Drops contacts that have not been seen for so long that nothing more is expected; what was published stays.</summary>
    public void AdvanceTo(uint clock, bool leaps)
    {
        DropDue(_flows.Ended, clock, leaps ? -1 : _endedHold);
        DropDue(_flows.Arrivals, clock, leaps ? -1 : _hold);
    }

    /// <summary>Those that are held, the latest arrival first.</summary>
    public IEnumerator<SavedFlow> HeldLatestFirst(long clock)
    {
        foreach (var i in _flows.LatestFirst((uint)clock))
            yield return SavedFlows.Of(_flows[i], _pairs, _witnesses, clock) with
            {
                ActivityId = _ids[_flows[i].Activity].Id,
                Said = _ids[_flows[i].Activity].Said,
            };
    }

    /// <summary>Holds a contact that another process held, and which arrived before all others; none when there is no room.</summary>
    public int Restore(in SavedFlow saved, uint arrival)
    {
        var pair = _pairs.Find(saved.Client, saved.Server);
        if (_flows.Count >= _max || _flows.NumberOf(pair) >= _maxPerPair) return None;
        ref var row = ref _flows.Open(out var index);
        SavedFlows.Restore(saved, pair == None ? _pairs.Add(saved.Client, saved.Server) : pair, _witnesses, out row);
        ref var id = ref _ids.Add(out row.Activity);
        (id.Id, id.Said) = (saved.ActivityId ?? 0, saved.Said);
        _flows.AddOldest(index, arrival);
        return index;
    }

    /// <summary>Lets go of those last seen longest ago until no more than so many are held; returns how many.</summary>
    public int KeepLatest(int most, uint clock)
    {
        var before = _flows.Count;
        while (_flows.Count > most) Release(_flows.OldestOfAll(clock));
        return before - _flows.Count;
    }

    private void DropDue(ArrivalList list, uint clock, long hold)
    {
        for (var count = 1; count > 0;)
        {
            count = Lookahead.PrepareLeaving(list, clock, hold);
            for (var i = 0; i < count; i++) Release(list.Oldest);
        }
    }

    private int Include(int known, in FlowRow sighting, uint clock)
    {
        // 1. Merge the sighting into the known contact.
        var published = Shown(known);
        var hadEnded = _flows[known].HasEnded;
        _merge.Include(_flows, known, sighting);
        _witnesses.Release(sighting.Witnesses);

        // 2. The sighting may close the gap between contacts that were thought to be several: merge them into the earliest.
        while (_flows.Find(_flows[known], _gap, _skew, otherThan: known) is not None and var other)
        {
            if (_flows[other].Start < _flows[known].Start)
            {
                (known, other) = (other, known);
                published = Shown(known);
                hadEnded = _flows[known].HasEnded;
            }

            _merge.Include(_flows, known, _flows[other]);
            if (_flows[known].IsRefused) _flows.Mark(known, _flows[known].Marks & (_flows[other].Marks | FlowMarks.Reported));
            if (SaidOf(other) != DirectionConfidence.Refuted) Publish(ActivityChangeKind.Withdrawn, Shown(other));
            if (_flows[other].StandsForMirror) _flows[known].StandsForMirror = true;
            Release(other);
        }

        _flows.Touch(known, clock, hasEndedOrNot: _flows[known].HasEnded != hadEnded);
        WithdrawRefused(known);
        Update(known, published);
        return known;
    }

    /// <summary>
    /// A contact was carried: what another device refused of it is none. Said before the contact itself, whose id may be the same.
    /// </summary>
    private void WithdrawRefused(int carried)
    {
        for (var refused = _refusals.Find(_flows[carried], FlowMarks.Reported); refused != None;
             refused = _refusals.Find(_flows[carried], FlowMarks.Reported))
        {
            Update(refused, Shown(refused));
        }
    }

    private void Reconsider(int pair, in FlowRow mapper)
    {
        if (pair == None) return;
        var (from, to) = _rule.EndpointStarts(mapper);
        var count = _flows.Starts.Collect(_flows.RootOf(pair), from, to, ref _found);
        for (var i = 0; i < count; i++) Update(_found[i], Shown(_found[i]));
    }

    /// <summary>Decides again how sure the contact's direction is, and publishes what has changed of it since it was published.</summary>
    private void Update(int contact, in AdministrationContact published)
    {
        ref var flow = ref _flows[contact];
        ref var told = ref _ids[flow.Activity];
        var (before, now) = (told.Said, DirectionOf(flow));
        if (IdOf(flow) is var id && id != told.Id)
        {
            // An earlier sighting makes another id.
            if (before != DirectionConfidence.Refuted) Publish(ActivityChangeKind.Withdrawn, published);
            (told.Id, before) = (id, DirectionConfidence.Refuted);
        }

        told.Said = now;
        if (flow.IsRefused)
            _flows.Mark(contact, now == DirectionConfidence.Refuted ? flow.Marks & ~FlowMarks.Reported : flow.Marks | FlowMarks.Reported);
        if (now == DirectionConfidence.Refuted)
        {
            if (before != DirectionConfidence.Refuted) Publish(ActivityChangeKind.Withdrawn, published);
            return;
        }

        var shown = Shown(contact);
        if (before == DirectionConfidence.Refuted) Publish(ActivityChangeKind.Added, shown);
        else if (shown != published) Publish(ActivityChangeKind.Revised, shown);
    }

    // What others carried is not refused, and what is shown between its true ends is none between these.
    private DirectionConfidence DirectionOf(in FlowRow flow) => _refusals.IsCarried(flow) || IsHidden(flow)
        ? DirectionConfidence.Refuted
        : _orientation.OfContact(flow, _pairs.ClientOf(flow.Pair), _pairs.ServerOf(flow.Pair));

    private bool IsHidden(in FlowRow contact) =>
        !_translations.IsEmpty && _translations.HidesContact(_pairs.EndsOf(contact), contact.Start);

    private long IdOf(in FlowRow flow) => ActivityId.Of(
        _pairs.ClientOf(flow.Pair), _pairs.ServerOf(flow.Pair), flow.ClientPort, flow.ServerPort, _witnesses.FirstSeen(flow));

    private DirectionConfidence SaidOf(int contact) => _ids[_flows[contact].Activity].Said;

    /// <summary>
    /// When there are too many, drops the pair's earliest contact or the one not seen for longest; returns whether any may have been
    /// dropped.
    /// </summary>
    private bool MakeRoom(int pair, uint clock)
    {
        if (_flows.NumberOf(pair) < _maxPerPair && _flows.Count < _max) return false;

        // What is due anyway is not evicted. The pair may go with it, and has none then.
        AdvanceTo(clock, leaps: false);
        if (_flows.NumberOf(pair) >= _maxPerPair) Evict(_flows.Earliest(pair));
        else if (_flows.Count >= _max) Evict(_flows.OldestOfAll(clock));
        return true;
    }

    private void Evict(int contact)
    {
        Volatile.Write(ref _evicted, _evicted + 1);
        Release(contact);
    }

    private void Release(int contact)
    {
        _refusals.Leave(_flows[contact]);
        _ids.Remove(_flows[contact].Activity);
        _flows.Remove(contact);
    }

    private void Publish(ActivityChangeKind kind, in AdministrationContact contact) => _sink.Publish(new ContactChange(kind, contact));

    private AdministrationContact Shown(int contact)
    {
        ref var flow = ref _flows[contact];
        ref readonly var seenBy = ref _witnesses[flow.Witnesses];
        return new AdministrationContact
        {
            Id = _ids[flow.Activity].Id,
            Client = _pairs.ClientOf(flow.Pair),
            Server = _pairs.ServerOf(flow.Pair),
            Flow = _witnesses.Shown(flow),
            Exporters = seenBy.Exporters,
            SamplingInterval = seenBy.IntervalOf(flow),
            Traffic = flow.Traffic with { Direction = SaidOf(contact) },
            Translated = _translations.IsEmpty ? null : _translations.EndsOf(_pairs.EndsOf(flow), flow.Start),
        };
    }
}
