using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>The translations that a shard holds: found by the ends that are seen, by the true ends, and by the hosts of these.</summary>
internal sealed class TranslationTable
{
    private const int None = FlowRow.None;

    private readonly RowStore<TranslationRow> _rows = new();
    private readonly RowStore<EndsRow> _ends = new();
    private readonly HashIndex<EndsRow> _index;
    private long _nextSequence;

    public TranslationTable() => _index = new HashIndex<EndsRow>(_ends);

    public int Count => _rows.Count;

    public int NumRows => _rows.Count + _ends.Count;

    public long Bytes => _rows.Bytes + _ends.Bytes + _index.Bytes;

    /// <summary>The one that was stated longest ago; none when negative.</summary>
    public int Oldest { get; private set; } = None;

    public int Newest { get; private set; } = None;

    public ref TranslationRow this[int index] => ref _rows[index];

    public ref EndsRow Ends(int index) => ref _ends[index];

    /// <summary>Sorted ends of which translations tell; none when negative.</summary>
    public int Find(in FlowEnds sorted) => Count == 0 ? None : _index.Find(new EndsRow.Key(sorted));

    public FlowEnds SeenOf(in TranslationRow row) => _ends[row.Seen].Ends;

    /// <summary>The true ends in the order of those that are seen.</summary>
    public FlowEnds ConnectionOf(in TranslationRow row) =>
        row.IsCrossed ? _ends[row.Connection].Ends.Turn() : _ends[row.Connection].Ends;

    /// <summary>The ends that are seen, in the order of the true ones.</summary>
    public FlowEnds SeenAsConnection(in TranslationRow row) => row.IsCrossed ? _ends[row.Seen].Ends.Turn() : _ends[row.Seen].Ends;

    /// <summary>The hosts of two ends.</summary>
    public static FlowEnds PairOf(in FlowEnds ends) => new FlowEnds(ends.Source, 0, ends.Destination, 0).Sorted(out _);

    /// <summary>A new row; times, clock, exporter and clients are the caller's to fill in.</summary>
    public ref TranslationRow Add(in FlowEnds sortedSeen, in FlowEnds sortedConnection, bool isCrossed, uint arrival, out int index)
    {
        ref var row = ref _rows.Add(out index);
        row = default;
        (row.Seen, row.Connection, row.Pair) = (FindOrAdd(sortedSeen), FindOrAdd(sortedConnection), FindOrAdd(PairOf(sortedConnection)));
        (row.IsCrossed, row.Sequence) = (isCrossed, _nextSequence++);
        ref var first = ref _ends[row.Seen].FirstOfSeen;
        (row.NextOfSeen, first) = (first, index);
        first = ref _ends[row.Connection].FirstOfConnection;
        (row.NextOfConnection, first) = (first, index);
        first = ref _ends[row.Pair].FirstOfPair;
        (row.NextOfPair, first) = (first, index);
        _ends[row.Pair].NumOfPair++;
        Append(index, arrival);
        return ref row;
    }

    public void Remove(int index)
    {
        ref var row = ref _rows[index];
        ref var link = ref _ends[row.Seen].FirstOfSeen;
        while (link != index) link = ref _rows[link].NextOfSeen;
        link = row.NextOfSeen;
        link = ref _ends[row.Connection].FirstOfConnection;
        while (link != index) link = ref _rows[link].NextOfConnection;
        link = row.NextOfConnection;
        link = ref _ends[row.Pair].FirstOfPair;
        while (link != index) link = ref _rows[link].NextOfPair;
        link = row.NextOfPair;
        _ends[row.Pair].NumOfPair--;
        Unlink(index);
        var (seen, connection, pair) = (row.Seen, row.Connection, row.Pair);
        _rows.Remove(index);
        Release(seen);
        if (connection != seen) Release(connection);
        if (pair != seen && pair != connection) Release(pair);
    }

    public void Touch(int index, uint arrival)
    {
        Unlink(index);
        Append(index, arrival);
    }

    private int FindOrAdd(in FlowEnds sorted)
    {
        var found = _index.Find(new EndsRow.Key(sorted));
        if (found != None) return found;
        ref var row = ref _ends.Add(out found);
        row = new EndsRow { Ends = sorted, FirstOfSeen = None, FirstOfConnection = None, FirstOfPair = None };
        _index.Add(found);
        return found;
    }

    private void Release(int ends)
    {
        if (!_ends[ends].IsUnused) return;
        _index.Remove(ends);
        _ends.Remove(ends);
    }

    private void Append(int index, uint arrival)
    {
        ref var row = ref _rows[index];
        (row.Arrival, row.Older, row.Newer) = (arrival, Newest, None);
        if (Newest != None) _rows[Newest].Newer = index;
        else Oldest = index;
        Newest = index;
    }

    private void Unlink(int index)
    {
        ref var row = ref _rows[index];
        if (row.Older != None) _rows[row.Older].Newer = row.Newer;
        else Oldest = row.Newer;
        if (row.Newer != None) _rows[row.Newer].Older = row.Older;
        else Newest = row.Older;
    }
}
