using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// What devices that translate addresses state of connections: which flows are another one's other side, and belong to no client of their
/// own.
/// </summary>
/// <remarks>
/// A device's record is taken as a flow between the true ends: the client before, and the server after translation. What others see between
/// the ends that it had elsewhere is hidden, as long as the same device shows the connection between the true ends. It goes to all shards
/// that hold any of these ends, and a shard decides by it alone, so that all decide alike. An alias is one connection's: of these ports,
/// begun at that time. Where aliases of a flow contradict each other, run in a circle, or one device would tell of a chain, they hide
/// nothing.
/// </remarks>
internal sealed class Translations
{
    private const int None = FlowRow.None;

    // Ends are translated once or twice, and stated by few devices. Whoever states more of them displaces the earliest.
    private const int MostOfEnds = 8;
    private const int MostOfPair = 512;

    private const byte FirstIsClient = 1;
    private const byte SecondIsClient = 2;

    private readonly TranslationTable _table = new();
    private readonly JoinRule _rule;
    private readonly KnownEndpoints _known;
    private readonly HopCounters _counters;
    private readonly long _gap;
    private readonly long _skew;
    private readonly long _window;
    private readonly long _hold;
    private readonly int _most;

    public Translations(JoinOptions options, int numShards, JoinRule rule, KnownEndpoints known, HopCounters counters)
    {
        (_rule, _known, _counters) = (rule, known, counters);
        _gap = (long)options.SameConnectionGap.TotalMilliseconds;
        _skew = (long)options.ExporterSkew.TotalMilliseconds;
        _window = (long)options.Window.TotalMilliseconds;
        _hold = (long)new[] { options.MapperHold, options.EndpointHold, options.ContactHold }.Max().TotalMilliseconds;
        _most = Math.Max(1, options.MaxMapperFlows / numShards);
    }

    public bool IsEmpty => _table.Count == 0;

    public int Count => _table.Count;

    public int NumRows => _table.NumRows;

    public long Bytes => _table.Bytes;

    /// <summary>How far apart a flow and a translation of it may begin, in milliseconds.</summary>
    private long Reach => _gap + _skew;

    /// <summary>The starts of the flows that a statement may concern, together with what was stated before.</summary>
    public (long From, long To) StartsOf(in FlowStart start)
    {
        var (from, to) = (start.StartUnixMilliseconds, start.StartUnixMilliseconds);
        var key = KeyOf(start);
        for (var i = FirstOfSeen(key.Seen); i != None; i = _table[i].NextOfSeen)
        {
            if (!IsOf(i, key, start.ExporterId)) continue;
            (from, to) = (Math.Min(from, _table[i].Start), Math.Max(to, _table[i].Start));
        }

        return (from - Reach, to + Reach);
    }

    /// <summary>Takes a statement; returns false when it tells nothing new.</summary>
    /// <param name="counts">True when this shard counts what is contested.</param>
    public bool Take(in FlowStart start, uint clock, bool counts)
    {
        // 1. What the exporter stated of the connection before. Where that closes a gap, several statements become one.
        var key = KeyOf(start);
        var clients = start.Direction != DirectionConfidence.Stated ? (byte)0 : key.IsTurned ? SecondIsClient : FirstIsClient;
        var (first, last) = (start.StartUnixMilliseconds, Math.Max(start.StartUnixMilliseconds, start.EndUnixMilliseconds));
        var known = FindNear(key, start.ExporterId, first, last, otherThan: None);
        if (known != None)
        {
            var changed = Include(known, first, last, clients, start.ClockKey, start.ResolutionMilliseconds);
            while (FindNear(key, start.ExporterId, _table[known].Start, _table[known].End, known) is not None and var other)
            {
                ref readonly var row = ref _table[other];
                changed |= Include(known, row.Start, row.End, row.Clients, row.ClockKey, row.ResolutionMilliseconds);
                _table.Remove(other);
            }

            _table.Touch(known, clock);
            return changed;
        }

        // 2. A new one.
        MakeRoom(key);
        ref var added = ref _table.Add(key.Seen, key.Connection, key.IsCrossed, clock, out _);
        (added.Start, added.End, added.ClockKey) = (first, last, start.ClockKey);
        (added.ResolutionMilliseconds, added.ExporterId, added.Clients) =
            (Math.Max(0, start.ResolutionMilliseconds), start.ExporterId, clients);
        if (counts && (IsContested(key.Seen, first) || IsContested(key.Connection, first)))
            _counters.Note(Irregularity.TranslationContested);
        return true;
    }

    /// <summary>True when a statement concerns a flow, whatever follows from it.</summary>
    public bool Knows(in FlowEnds flow, long start) => !IsEmpty && TryFind(flow, start, out _);

    /// <summary>True when a contact is shown between other ends.</summary>
    public bool HidesContact(in FlowEnds flow, long start) => Hides(FlowKind.Contact, flow, start, out _);

    /// <summary>True when a mapper flow is shown between other ends.</summary>
    public bool HidesMapper(in FlowEnds flow, long start) => Hides(FlowKind.Mapper, flow, start, out _);

    /// <summary>
    /// True when an endpoint flow is joined between other ends: a device has told of a mapper flow between them too, which it fits.
    /// </summary>
    public bool HidesJoined(in FlowEnds flow, long start) =>
        Hides(FlowKind.Endpoint, flow, start, out var found) && HasMapperFlow(found);

    /// <summary>
    /// True when an endpoint flow may stand without a mapper flow between other ends, because its endpoint is known there.
    /// </summary>
    public bool HidesKnownEndpoint(in FlowEnds flow, long start) =>
        Hides(FlowKind.Endpoint, flow, start, out var found)
        && _known.Knows(found.Connection.Destination, found.Connection.DestinationPort, start)
        && !_known.Knows(found.Connection.Source, found.Connection.SourcePort, start);

    /// <summary>What the ends of a flow are called elsewhere; null when nothing is known of that.</summary>
    public TranslatedEnds? EndsOf(in FlowEnds flow, long start)
    {
        var sorted = flow.Sorted(out var isTurned);
        var ends = _table.Find(sorted);
        if (ends == None) return null;
        var other = sorted;
        for (var i = _table.Ends(ends).FirstOfSeen; i != None; i = _table[i].NextOfSeen)
        {
            if (IsNear(_table[i].Start, start)) Note(_table.ConnectionOf(_table[i]), sorted, ref other);
        }

        for (var i = _table.Ends(ends).FirstOfConnection; i != None; i = _table[i].NextOfConnection)
        {
            if (IsNear(_table[i].Start, start)) Note(_table.SeenAsConnection(_table[i]), sorted, ref other);
        }

        if (other == sorted) return null;
        if (other.HasSourceOf(sorted)) other = other with { Source = default, SourcePort = 0 };
        if (other.HasDestinationOf(sorted)) other = other with { Destination = default, DestinationPort = 0 };
        if (isTurned) other = other.Turn();
        return new TranslatedEnds(other.Source, other.SourcePort, other.Destination, other.DestinationPort);
    }

    /// <summary>
    /// The ends at which endpoint flows are seen that a statement of a mapper flow, now that it has been taken, may hide, or no longer
    /// hides; returns how many.
    /// </summary>
    public int EndpointsOf(in FlowStart start, ref FlowEnds[] found)
    {
        // 1. What is known of the mapper flow by now: a late statement may have changed the clock of all of it, or joined its parts.
        if (!IsMapperFlow(start.Connection)) return 0;
        var mapper = FindNear(
            KeyOf(start), start.ExporterId, start.StartUnixMilliseconds, start.StartUnixMilliseconds, otherThan: None);
        if (mapper == None) return 0;
        ref readonly var told = ref _table[mapper];
        ref readonly var pair = ref _table.Ends(told.Pair);

        // 2. The endpoint flows at times that may fit. The coarsest statement of any exporter says how close a time must be.
        var coarsest = 0;
        for (var i = pair.FirstOfPair; i != None; i = _table[i].NextOfPair)
            coarsest = Math.Max(coarsest, _table[i].ResolutionMilliseconds);
        var (from, to) = (told.Start - _skew - coarsest, told.End + _window + _skew + coarsest);
        var count = 0;
        if (found.Length < pair.NumOfPair) Array.Resize(ref found, Math.Max(16, 2 * pair.NumOfPair));
        for (var i = pair.FirstOfPair; i != None; i = _table[i].NextOfPair)
        {
            ref readonly var row = ref _table[i];
            if (row.Start >= from && row.Start <= to && MayFollow(_table.ConnectionOf(row), start.Connection))
                found[count++] = _table.SeenOf(row);
        }

        return count;
    }

    /// <summary>Drops what has not been stated for so long that no flow of it is held.</summary>
    public void AdvanceTo(uint clock, bool leaps)
    {
        while (_table.Oldest is not None and var oldest && (leaps || clock - _table[oldest].Arrival > _hold)) _table.Remove(oldest);
    }

    /// <summary>Those whose first end belongs to one of several shards.</summary>
    public IEnumerable<SavedTranslation> HeldOldestFirst(uint clock, int number, int numShards)
    {
        for (var i = _table.Oldest; i != None; i = _table[i].Newer)
        {
            if (ClientShard.Of(_table.SeenOf(_table[i]).Source, numShards) == number) yield return Saved(i, clock);
        }
    }

    /// <summary>All, in the order in which they were added, and where each stands in that of arrival.</summary>
    public List<(SavedTranslation Translation, int Rank)> HeldAsAdded(uint clock)
    {
        var held = new List<(int Index, int Rank)>();
        for (var i = _table.Oldest; i != None; i = _table[i].Newer) held.Add((i, held.Count));
        held.Sort((one, other) => _table[one.Index].Sequence.CompareTo(_table[other.Index].Sequence));
        return [.. held.Select(one => (Saved(one.Index, clock), one.Rank))];
    }

    /// <summary>The one at an index was stated last of all so far.</summary>
    public void Touch(int index, uint arrival) => _table.Touch(index, arrival);

    /// <summary>Holds again what another process held; such rows come with the oldest first.</summary>
    /// <returns>Its index; none when there is no room.</returns>
    public int Restore(in SavedTranslation saved, uint arrival)
    {
        if (_table.Count >= _most) return None;
        var connection = saved.Connection.Sorted(out var isCrossed);
        ref var row = ref _table.Add(saved.Seen, connection, isCrossed, arrival, out var index);
        (row.Start, row.End, row.ClockKey) = (saved.Start, saved.End, saved.ClockKey);
        (row.ResolutionMilliseconds, row.ExporterId, row.Clients) = (saved.ResolutionMilliseconds, saved.ExporterId, saved.Clients);
        return index;
    }

    private SavedTranslation Saved(int index, uint clock)
    {
        ref readonly var row = ref _table[index];
        return new SavedTranslation(
            clock - row.Arrival, _table.SeenOf(row), _table.ConnectionOf(row), row.Start, row.End, row.ClockKey,
            row.ResolutionMilliseconds, row.ExporterId, row.Clients);
    }

    private bool Hides(FlowKind kind, in FlowEnds flow, long start, out KnownTranslation found)
    {
        found = default;
        return !IsEmpty && TryFind(flow, start, out found) && _rule.KindOf(found.Connection.DestinationPort) == kind;
    }

    /// <summary>
    /// True when a flow can be an endpoint flow of a mapper flow between the same hosts. A flow from port 135 can be one too: it is then a
    /// mapper flow the other way round.
    /// </summary>
    private bool MayFollow(in FlowEnds flow, in FlowEnds mapper) =>
        (mapper.DestinationPort == WellKnownPort.EndpointMapper && HasEndpointAt(flow, mapper.Destination))
        || (mapper.SourcePort == WellKnownPort.EndpointMapper && HasEndpointAt(flow, mapper.Source));

    private bool HasEndpointAt(in FlowEnds flow, HostAddress server) =>
        (flow.Destination == server && _rule.IsEndpointPort(flow.DestinationPort))
        || (flow.Source == server && _rule.IsEndpointPort(flow.SourcePort));

    /// <summary>True when devices tell of a mapper flow between the true ends that the connection fits.</summary>
    private bool HasMapperFlow(in KnownTranslation endpoint)
    {
        var ends = _table.Find(TranslationTable.PairOf(endpoint.Connection));
        for (var i = ends == None ? None : _table.Ends(ends).FirstOfPair; i != None; i = _table[i].NextOfPair)
        {
            ref readonly var row = ref _table[i];
            var connection = _table.ConnectionOf(row);
            var isClientFirst = connection.Source == endpoint.Connection.Source;
            if (!isClientFirst) connection = connection.Turn();
            if (connection.DestinationPort != WellKnownPort.EndpointMapper
                || row.Clients == (isClientFirst ? SecondIsClient : FirstIsClient)) continue;
            var tolerance = Math.Max(row.ResolutionMilliseconds, endpoint.ResolutionMilliseconds)
                + (endpoint.HasSeveralClocks || row.ClockKey != endpoint.ClockKey ? _skew : 0);
            if (endpoint.Start >= row.Start - tolerance && endpoint.Start <= row.End + _window + tolerance) return true;
        }

        return false;
    }

    /// <summary>
    /// The connection that a flow is elsewhere; false when none is stated, what is stated is contested, or it goes the other way.
    /// </summary>
    private bool TryFind(in FlowEnds flow, long start, out KnownTranslation found)
    {
        found = default;
        var sorted = flow.Sorted(out var isTurned);
        var ends = _table.Find(sorted);
        if (ends == None || _table.Ends(ends).FirstOfSeen == None || IsContested(ends, start)) return false;
        var clients = 0;
        for (var i = _table.Ends(ends).FirstOfSeen; i != None; i = _table[i].NextOfSeen)
        {
            ref readonly var row = ref _table[i];
            if (!IsNear(row.Start, start)) continue;
            clients |= row.Clients;
            var connection = _table.ConnectionOf(row);
            var told = new KnownTranslation(
                isTurned ? connection.Turn() : connection, row.Start, row.End, row.ClockKey, row.ResolutionMilliseconds,
                HasSeveralClocks: false);
            if (found.Connection == told.Connection) found = found.With(told);
            else if (found == default || IsBefore(told.Connection, found.Connection)) found = told;
        }

        // Of two devices in a chain one may have translated the client and the other the server: either will do.
        return found != default && clients != (isTurned ? FirstIsClient : SecondIsClient);
    }

    private bool IsContested(in FlowEnds sorted, long start) => _table.Find(sorted) is not None and var ends && IsContested(ends, start);

    /// <summary>
    /// True when what is stated of a flow cannot all be true, or may be one device's tale: two clients or servers behind it, two flows that
    /// are each other's other side, or one exporter on both of its sides.
    /// </summary>
    private bool IsContested(int ends, long start)
    {
        ref readonly var row = ref _table.Ends(ends);
        for (var i = row.FirstOfSeen; i != None; i = _table[i].NextOfSeen)
        {
            if (!IsNear(_table[i].Start, start)) continue;
            var connection = _table.ConnectionOf(_table[i]);
            for (var j = _table[i].NextOfSeen; j != None; j = _table[j].NextOfSeen)
            {
                if (IsNear(_table[j].Start, start) && Contradict(connection, _table.ConnectionOf(_table[j]), row.Ends)) return true;
            }

            for (var j = row.FirstOfConnection; j != None; j = _table[j].NextOfConnection)
            {
                if (IsNear(_table[j].Start, start)
                    && (_table[j].ExporterId == _table[i].ExporterId || _table[j].Seen == _table[i].Connection)) return true;
            }
        }

        return false;
    }

    private static bool Contradict(in FlowEnds one, in FlowEnds other, in FlowEnds seen) =>
        (!one.HasSourceOf(seen) && !other.HasSourceOf(seen) && !one.HasSourceOf(other))
        || (!one.HasDestinationOf(seen) && !other.HasDestinationOf(seen) && !one.HasDestinationOf(other));

    /// <summary>True for the ends of a mapper flow, whichever of them is the server.</summary>
    public static bool IsMapperFlow(in FlowEnds ends) =>
        ends.SourcePort == WellKnownPort.EndpointMapper || ends.DestinationPort == WellKnownPort.EndpointMapper;

    private static bool IsBefore(in FlowEnds one, in FlowEnds other)
    {
        var order = one.Source.CompareTo(other.Source);
        if (order == 0) order = one.SourcePort.CompareTo(other.SourcePort);
        if (order == 0) order = one.Destination.CompareTo(other.Destination);
        return order == 0 ? one.DestinationPort < other.DestinationPort : order < 0;
    }

    /// <summary>Of several names of an end the least is kept, so that the order of the statements does not matter.</summary>
    private static void Note(in FlowEnds told, in FlowEnds own, ref FlowEnds other)
    {
        if (!told.HasSourceOf(own) && (other.HasSourceOf(own) || IsLess(told.Source, told.SourcePort, other.Source, other.SourcePort)))
            other = other with { Source = told.Source, SourcePort = told.SourcePort };
        if (!told.HasDestinationOf(own) && (other.HasDestinationOf(own)
            || IsLess(told.Destination, told.DestinationPort, other.Destination, other.DestinationPort)))
            other = other with { Destination = told.Destination, DestinationPort = told.DestinationPort };
    }

    private static bool IsLess(HostAddress one, ushort onePort, HostAddress other, ushort otherPort) =>
        one.CompareTo(other) is var order && (order == 0 ? onePort < otherPort : order < 0);

    private bool IsNear(long one, long other) => Math.Abs(one - other) <= Reach;

    private static StatementKey KeyOf(in FlowStart start)
    {
        var seen = new FlowEnds(start.Client, start.ClientPort, start.Server, start.ServerPort).Sorted(out var isTurned);
        var connection = start.Connection.Sorted(out var isConnectionTurned);
        return new StatementKey(seen, connection, isTurned, isTurned != isConnectionTurned);
    }

    private int FirstOfSeen(in FlowEnds sorted) =>
        _table.Find(sorted) is not None and var ends ? _table.Ends(ends).FirstOfSeen : None;

    private bool IsOf(int index, in StatementKey key, int exporterId)
    {
        ref readonly var row = ref _table[index];
        return row.ExporterId == exporterId && row.IsCrossed == key.IsCrossed && _table.Ends(row.Connection).Ends == key.Connection;
    }

    private int FindNear(in StatementKey key, int exporterId, long start, long end, int otherThan)
    {
        for (var i = FirstOfSeen(key.Seen); i != None; i = _table[i].NextOfSeen)
        {
            if (i == otherThan || !IsOf(i, key, exporterId)) continue;
            if (Math.Max(start - _table[i].End, _table[i].Start - end) <= _gap) return i;
        }

        return None;
    }

    private bool Include(int index, long start, long end, byte clients, ulong clockKey, int resolution)
    {
        ref var row = ref _table[index];
        var before = row;
        (row.Start, row.End) = (Math.Min(row.Start, start), Math.Max(row.End, end));
        (row.ClockKey, row.ResolutionMilliseconds) = (Math.Min(row.ClockKey, clockKey), Math.Max(row.ResolutionMilliseconds, resolution));
        row.Clients |= clients;
        return (row.Start, row.End, row.ClockKey, row.ResolutionMilliseconds, row.Clients)
            != (before.Start, before.End, before.ClockKey, before.ResolutionMilliseconds, before.Clients);
    }

    private void MakeRoom(in StatementKey key)
    {
        if (_table.Count >= _most) _table.Remove(_table.Oldest);
        if (_table.Find(key.Seen) is not None and var seen)
            MakeRoom(_table.Ends(seen).FirstOfSeen, static (in TranslationRow row) => row.NextOfSeen, MostOfEnds);
        if (_table.Find(key.Connection) is not None and var connection)
            MakeRoom(_table.Ends(connection).FirstOfConnection, static (in TranslationRow row) => row.NextOfConnection, MostOfEnds);
        if (_table.Find(TranslationTable.PairOf(key.Connection)) is not None and var pair && _table.Ends(pair).NumOfPair >= MostOfPair)
            MakeRoom(_table.Ends(pair).FirstOfPair, static (in TranslationRow row) => row.NextOfPair, MostOfPair);
    }

    /// <summary>Removes the one that was added first, which is the last of its list, when there are too many.</summary>
    private void MakeRoom(int first, Next next, int most)
    {
        var (count, last) = (0, None);
        for (var i = first; i != None; i = next(_table[i])) (count, last) = (count + 1, i);
        if (count >= most) _table.Remove(last);
    }

    private delegate int Next(in TranslationRow row);

    /// <param name="IsTurned">True when the sorted ends are not in the order of the statement.</param>
    /// <param name="IsCrossed">True when sorting turned one of the two, and not the other.</param>
    private readonly record struct StatementKey(FlowEnds Seen, FlowEnds Connection, bool IsTurned, bool IsCrossed);
}
