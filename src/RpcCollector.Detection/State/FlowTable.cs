namespace RpcCollector.Detection.State;

/// <summary>The connections of one kind that a shard holds: found by pair and ports, ordered by start within a pair and by arrival in all.</summary>
internal sealed class FlowTable
{
    private readonly FlowKind _kind;
    private readonly HostPairs _pairs;
    private readonly Witnesses _witnesses;
    private readonly RowStore<FlowRow> _rows = new();
    private readonly HashIndex<FlowRow, ConnectionHash> _connections;

    public FlowTable(FlowKind kind, HostPairs pairs, Witnesses witnesses, int maxFlows)
    {
        (_kind, _pairs, _witnesses) = (kind, pairs, witnesses);
        _connections = new HashIndex<FlowRow, ConnectionHash>(_rows, maxFlows, new ConnectionHash(pairs));
        Starts = new StartTree(_rows);
        Arrivals = new ArrivalList(_rows);
    }

    public StartTree Starts { get; }

    public ArrivalList Arrivals { get; }

    public int Count => _rows.Count;

    /// <summary>How many of them are <see cref="FlowMarks.OtherShards"/>.</summary>
    public int NumOtherShards { get; private set; }

    public long Bytes => _rows.Bytes + _connections.Bytes;

    public ref FlowRow this[int index] => ref _rows[index];

    /// <summary>A connection of the same pair and ports as a row, other than one, that is the same connection; none when negative.</summary>
    /// <param name="gap">How much time may lie between them, in milliseconds.</param>
    /// <param name="skew">How much more where several clocks tell of them.</param>
    public int Find(in FlowRow sought, long gap, long skew, int otherThan = FlowRow.None) =>
        _connections.Find(new ConnectionKey(sought, _pairs[sought.Pair].Hash(), _witnesses, gap, skew, otherThan));

    /// <summary>Asks for the bucket that names a connection.</summary>
    public void FetchBucket(ulong hash) => _connections.Fetch(hash);

    /// <summary>Asks for the bucket that takes what does not fit in the first.</summary>
    public void FetchOverflow(ulong hash) => _connections.FetchOverflow(hash);

    /// <summary>Asks for the connections that a hash may mean.</summary>
    public void FetchRows(ulong hash) => _connections.FetchRows(hash);

    /// <summary>Asks for the connections that a hash may mean and that found no place in their bucket.</summary>
    public void FetchOverflowRows(ulong hash) => _connections.FetchOverflowRows(hash);

    /// <summary>A connection of these ends, at whatever time; none when negative.</summary>
    public int Find(int pair, ushort clientPort, ushort serverPort) =>
        _connections.Find(new EndsKey(_pairs[pair].Hash(), pair, clientPort, serverPort));

    /// <summary>Asks for those that were seen before and after a flow.</summary>
    public void FetchNeighbours(int index)
    {
        ref var row = ref _rows[index];
        if (row.Older != FlowRow.None) CacheLines.FetchRow(ref _rows[row.Older]);
        if (row.Newer != FlowRow.None) CacheLines.FetchRow(ref _rows[row.Newer]);
    }

    public int Add(in FlowRow flow, uint arrival)
    {
        var index = _rows.Add(flow);
        if (flow.Has(FlowMarks.OtherShards)) NumOtherShards++;
        _connections.Add(index);
        Arrivals.Append(index, arrival);
        ref var pair = ref _pairs[flow.Pair];
        pair.Count(_kind, 1);
        Starts.Insert(ref pair.Root(_kind), index);
        return index;
    }

    /// <summary>Lets a flow go, its witnesses with it, and its pair if it was the last.</summary>
    public void Remove(int index)
    {
        ref var row = ref _rows[index];
        ref var pair = ref _pairs[row.Pair];
        if (row.Has(FlowMarks.OtherShards)) NumOtherShards--;
        _connections.Remove(index);
        Starts.Remove(ref pair.Root(_kind), index);
        pair.Count(_kind, -1);
        if (pair.IsEmpty) _pairs.Remove(row.Pair);
        Arrivals.Unlink(index);
        _witnesses.ForgetSpread(ref row);
        _witnesses.Release(row.Witnesses);
        _rows.Remove(index);
    }

    public void Touch(int index, uint arrival)
    {
        if (_rows[index].Arrival == arrival) return;
        Arrivals.Unlink(index);
        Arrivals.Append(index, arrival);
    }

    public void Mark(int index, FlowMarks marks)
    {
        ref var row = ref _rows[index];
        if (row.Marks == marks) return;
        row.Marks = marks;
        Starts.Refresh(_pairs[row.Pair].Root(_kind), index);
    }

    /// <summary>Gives a flow other times.</summary>
    public void Move(int index, long start, long end, long firstSeen, long lastSeen)
    {
        ref var row = ref _rows[index];
        ref var root = ref _pairs[row.Pair].Root(_kind);
        Starts.Remove(ref root, index);
        _witnesses.SetTimes(ref row, start, end, firstSeen, lastSeen);
        Starts.Insert(ref root, index);
    }

    /// <summary>The flow of a pair that starts first; none when negative. No time lies before 1970.</summary>
    public int Earliest(int pair) => Starts.Next(_pairs[pair].Root(_kind), StartKey.Before(0));
}
