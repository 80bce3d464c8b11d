using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// The connections of one kind that a shard holds: found by pair and ports, ordered by start within a pair and by arrival in all.
/// </summary>
/// <remarks>
/// Most pairs have one flow of a kind, and the pair's row refers to it. The hash index holds only the flows of pairs with several.
/// </remarks>
internal sealed class FlowTable
{
    private const int None = FlowRow.None;

    // Far enough ahead that a row is in the cache when it is used.
    private const int RowsAhead = 16;

    private readonly FlowKind _kind;
    private readonly HostPairs _pairs;
    private readonly Witnesses _witnesses;
    private readonly RowStore<FlowRow> _rows = new();
    private readonly HashIndex<FlowRow> _crowded;
    private readonly Comparison<int> _byStart;
    private int[] _ended = new int[16];

    public FlowTable(FlowKind kind, HostPairs pairs, Witnesses witnesses)
    {
        (_kind, _pairs, _witnesses) = (kind, pairs, witnesses);
        _crowded = new HashIndex<FlowRow>(_rows);
        Starts = new StartTree(_rows, isAskedAlways: kind == FlowKind.Mapper);
        Arrivals = new ArrivalList(_rows);
        Ended = new ArrivalList(_rows);
        _byStart = (one, other) => _rows[one].Key < _rows[other].Key ? -1 : _rows[other].Key < _rows[one].Key ? 1 : 0;
    }

    public StartTree Starts { get; }

    public ArrivalList Arrivals { get; }

    /// <summary>Contacts that have ended: less is expected of them, so that they are in an order of their own.</summary>
    public ArrivalList Ended { get; }

    /// <summary>Those that are held.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are <see cref="FlowMarks.OfOtherShard"/>.</summary>
    public int NumOfOtherShard { get; private set; }

    /// <summary>How many of them are refused.</summary>
    public int NumRefused { get; private set; }

    public long Bytes => _rows.Bytes + _crowded.Bytes;

    public ref FlowRow this[int index] => ref _rows[index];

    /// <summary>How many of them a pair has, which may be none.</summary>
    public int NumberOf(int pair) => pair == None ? 0 : _pairs[pair].NumberOf(_kind);

    /// <summary>The root of the tree of a pair's flows (<see cref="StartTree.Order"/>); none when negative.</summary>
    public int RootOf(int pair) => Starts.Order(ref _pairs[pair].Root(_kind));

    /// <summary>The held connection that a row is a sighting of, apart from one that is left out; none when negative.</summary>
    /// <param name="gap">How much time may lie between them, in milliseconds.</param>
    /// <param name="skew">How much more when several clocks timed them.</param>
    public int Find(in FlowRow sought, long gap, long skew, int otherThan = None)
    {
        ref var pair = ref _pairs[sought.Pair];
        if (pair.NumberOf(_kind) > 1) return _crowded.FindFirst(new ConnectionKey(sought, _witnesses, gap, skew, otherThan));
        var only = pair.Root(_kind);
        return only != None && only != otherThan && new ConnectionKey(sought, _witnesses, gap, skew, otherThan).Is(only, _rows[only])
            ? only
            : None;
    }

    /// <summary>The same among those that have a mark, of a pair that holds another flow besides.</summary>
    public int FindMarked(in FlowRow sought, long gap, long skew, FlowMarks mark) => _pairs[sought.Pair].NumberOf(_kind) > 1
        ? _crowded.FindFirst(new MarkedKey(new ConnectionKey(sought, _witnesses, gap, skew, None), mark))
        : None;

    /// <summary>A connection of these ends, at whatever time; none when negative.</summary>
    public int Find(int pair, ushort clientPort, ushort serverPort)
    {
        var key = new EndsKey(pair, clientPort, serverPort);
        if (_pairs[pair].NumberOf(_kind) > 1) return _crowded.Find(key);
        var only = _pairs[pair].Root(_kind);
        return only != None && key.Is(only, _rows[only]) ? only : None;
    }

    /// <summary>
    /// The latest connection of these ends that a clock saw begin before a moment, and last seen not too long before it; none when
    /// negative.
    /// </summary>
    /// <param name="reach">How long before, at most, in milliseconds.</param>
    public int Find(int pair, ushort clientPort, ushort serverPort, ulong clockKey, long end, long reach)
    {
        var key = new EndedKey(pair, clientPort, serverPort, clockKey, end, reach, _witnesses);
        var only = _pairs[pair].Root(_kind);
        if (_pairs[pair].NumberOf(_kind) <= 1) return only != None && key.Is(only, _rows[only]) ? only : None;

        // Several where a port was used again: in which order the index has them would differ from process to process.
        var (latest, count) = (None, _crowded.Collect(key, ref _ended));
        foreach (var found in _ended.AsSpan(0, count))
        {
            if (latest == None || IsLater(_rows[found], _rows[latest])) latest = found;
        }

        return latest;
    }

    /// <summary>All connections of these ends that begin within a time, in the order of their starts; returns how many.</summary>
    public int Collect(int pair, in FlowEnds ends, long from, long to, ref int[] found)
    {
        if (pair == None) return 0;
        var key = new BeginningKey(pair, ends.SourcePort, ends.DestinationPort, from, to);
        if (_pairs[pair].NumberOf(_kind) > 1)
        {
            var count = _crowded.Collect(key, ref found);
            if (count > 1) found.AsSpan(0, count).Sort(_byStart);
            return count;
        }

        var only = _pairs[pair].Root(_kind);
        if (only == None || !key.Is(only, _rows[only])) return 0;
        found[0] = only;
        return 1;
    }

    /// <summary>Prefetches the index bucket of a connection, if its pair has several.</summary>
    public void FetchBucket(int pair, ushort clientPort, ushort serverPort)
    {
        if (_pairs[pair].NumberOf(_kind) > 1) _crowded.Fetch(FlowRow.HashOf(pair, clientPort, serverPort));
    }

    /// <summary>Prefetches the connections of a pair that may have these ports, and the overflow bucket.</summary>
    public void FetchRows(int pair, ushort clientPort, ushort serverPort)
    {
        if (_pairs[pair].NumberOf(_kind) > 1) _crowded.FetchRows(FlowRow.HashOf(pair, clientPort, serverPort));
    }

    /// <summary>Prefetches a row that is likely to be needed soon after another: rows lie mostly in the order of arrival.</summary>
    public void FetchAhead(int index)
    {
        if (index + RowsAhead < _rows.NumEver) CacheLines.Fetch(in _rows[index + RowsAhead]);
    }

    /// <summary>Prefetches the flows that were seen just before and after a flow.</summary>
    public void FetchNeighbours(int index)
    {
        ref var row = ref _rows[index];
        if (row.Older != None) CacheLines.FetchRow(in _rows[row.Older]);
        if (row.Newer != None) CacheLines.FetchRow(in _rows[row.Newer]);
    }

    /// <summary>A new row for a sighting; the caller must either add it or drop it.</summary>
    public ref FlowRow Open(out int index) => ref _rows.Add(out index);

    /// <summary>Forgets a row that was not added.</summary>
    public void Drop(int index) => _rows.Remove(index);

    /// <summary>Holds the flow of a row that was opened.</summary>
    public void Add(int index, uint arrival)
    {
        Enter(index);
        ListOf(index).Append(index, arrival);
    }

    /// <summary>Holds the flow of a row that was opened, which was seen before all others.</summary>
    public void AddOldest(int index, uint arrival)
    {
        Enter(index);
        ListOf(index).Prepend(index, arrival);
    }

    /// <summary>Of two that began together, and of which one was refused, the other counts.</summary>
    private static bool IsLater(in FlowRow row, in FlowRow than) =>
        row.Start > than.Start || (row.Start == than.Start && than.IsRefused && !row.IsRefused);

    private ArrivalList ListOf(int index) => _kind == FlowKind.Contact && _rows[index].HasEnded ? Ended : Arrivals;

    private void Unlink(int index) => (Ended.IsAtEnd(index) ? Ended : Arrivals).Unlink(index);

    private void Enter(int index)
    {
        ref var row = ref _rows[index];
        ref var pair = ref _pairs[row.Pair];
        var others = pair.NumberOf(_kind);
        if (others == 1) _crowded.Add(pair.Root(_kind));
        if (others >= 1) _crowded.Add(index);
        Count++;
        if (_kind == FlowKind.Mapper && row.Has(FlowMarks.OfOtherShard)) NumOfOtherShard++;
        if (row.IsRefused) NumRefused++;
        pair.Count(_kind, 1);
        if (_kind != FlowKind.Mapper && row.StandsForMirror) pair.HasMirrors = true;
        Starts.Insert(ref pair.Root(_kind), index);
    }

    /// <summary>Removes a flow, releases its witnesses, and removes its pair if it was the last.</summary>
    public void Remove(int index)
    {
        ref var row = ref _rows[index];
        ref var pair = ref _pairs[row.Pair];
        var others = pair.NumberOf(_kind) - 1;
        Count--;
        if (_kind == FlowKind.Mapper && row.Has(FlowMarks.OfOtherShard)) NumOfOtherShard--;
        if (row.IsRefused) NumRefused--;
        if (others >= 1) _crowded.Remove(index);
        Starts.Remove(ref pair.Root(_kind), index);
        if (others == 1) _crowded.Remove(pair.Root(_kind));
        pair.Count(_kind, -1);
        if (pair.IsEmpty) _pairs.Remove(row.Pair);
        Unlink(index);
        _witnesses.ForgetSpread(ref row);
        _witnesses.Release(row.Witnesses);
        _rows.Remove(index);
    }

    /// <param name="hasEndedOrNot">A contact has ended, or it goes on after all.</param>
    public void Touch(int index, uint arrival, bool hasEndedOrNot = false)
    {
        if (_rows[index].Arrival == arrival && !hasEndedOrNot) return;
        Unlink(index);
        ListOf(index).Append(index, arrival);
    }

    /// <summary>The one not seen for longest; none when negative.</summary>
    public int OldestOfAll(uint clock)
    {
        var (oldest, ended) = (Arrivals.Oldest, Ended.Oldest);
        if (oldest == None || ended == None) return Math.Max(oldest, ended);
        return clock - _rows[ended].Arrival >= clock - _rows[oldest].Arrival ? ended : oldest;
    }

    /// <summary>Those that are held, the latest arrival first.</summary>
    public IEnumerable<int> LatestFirst(uint clock)
    {
        var (next, ended) = (Arrivals.Newest, Ended.Newest);
        while (next != None || ended != None)
        {
            var isNext = ended == None || (next != None && clock - _rows[next].Arrival <= clock - _rows[ended].Arrival);
            yield return isNext ? next : ended;
            if (isNext) next = _rows[next].Older;
            else ended = _rows[ended].Older;
        }
    }

    public void Mark(int index, FlowMarks marks)
    {
        ref var row = ref _rows[index];
        if (row.Marks == marks) return;
        row.Marks = marks;
        Starts.Refresh(_pairs[row.Pair].Root(_kind), index);
    }

    /// <summary>Changes the times of a flow.</summary>
    public void Move(int index, long start, long end, long firstSeen, long lastSeen)
    {
        ref var row = ref _rows[index];
        ref var root = ref _pairs[row.Pair].Root(_kind);
        Starts.Remove(ref root, index);
        _witnesses.SetTimes(ref row, start, end, firstSeen, lastSeen);
        Starts.Insert(ref root, index);
    }

    /// <summary>A flow stands for its mirror.</summary>
    public void LetStandForMirror(int index)
    {
        ref var row = ref _rows[index];
        row.StandsForMirror = _pairs[row.Pair].HasMirrors = true;
    }

    /// <summary>True when a connection of these ends is held and may stand for its mirror.</summary>
    public bool MayStandForMirror(int pair, ushort clientPort, ushort serverPort) =>
        pair != None && _pairs[pair].HasMirrors && Find(pair, clientPort, serverPort) != None;

    /// <summary>All flows of a pair of which one may stand for its mirror: none does from now on. Returns how many.</summary>
    public int CollectMirrored(int pair, ref int[] found)
    {
        if (pair == None || !_pairs[pair].HasMirrors) return 0;
        _pairs[pair].HasMirrors = false;
        return Starts.Collect(RootOf(pair), 0, FlowRow.LatestTime, ref found);
    }

    /// <summary>The flow of a pair that starts first; none when negative. No time lies before 1970.</summary>
    public int Earliest(int pair) => Starts.Next(RootOf(pair), StartKey.Before(0));
}
