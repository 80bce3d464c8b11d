namespace RpcCollector.Detection.State;

/// <summary>All ways in which the held flows were seen; flows name theirs by index, and few indexes serve millions of flows.</summary>
internal sealed class Witnesses
{
    // Where one sighting was seen most are: looked at before anything is hashed.
    private const int NumLatest = 256;

    private readonly RowStore<WitnessRow> _rows = new();
    private readonly HashIndex<WitnessRow, OwnHash<WitnessRow>> _index;
    private readonly int[] _latest = new int[NumLatest];

    public Witnesses() => _index = new HashIndex<WitnessRow, OwnHash<WitnessRow>>(_rows, int.MaxValue);

    /// <summary>The clocks that these witnesses go by.</summary>
    public Clocks Clocks { get; } = new();

    public int Count => _rows.Count;

    public long Bytes => _rows.Bytes + _index.Bytes + Clocks.Bytes;

    /// <summary>The coarsest clock that any flow so far was told by, in milliseconds.</summary>
    public int CoarsestResolutionMilliseconds { get; private set; }

    public ref readonly WitnessRow this[int index] => ref _rows[index];

    /// <summary>The index of these witnesses for one more flow.</summary>
    public int Retain(in WitnessRow wanted)
    {
        ref var latest = ref _latest[wanted.ClockId & (NumLatest - 1)];
        var index = latest;
        if (index < _rows.NumEver && _rows[index].References > 0 && _rows[index].SameAs(wanted)) return Retain(index);
        index = _index.Find(new WitnessRow.Key(wanted));
        if (index < 0)
        {
            CoarsestResolutionMilliseconds = Math.Max(CoarsestResolutionMilliseconds, wanted.ResolutionMilliseconds);
            index = _rows.Add(wanted with { References = 0 });
            _index.Add(index);
            Clocks.Retain(wanted.ClockId);
        }

        latest = index;
        return Retain(index);
    }

    public int Retain(int index)
    {
        _rows[index].References++;
        return index;
    }

    public void Release(int index)
    {
        if (--_rows[index].References > 0) return;
        Clocks.Release(_rows[index].ClockId);
        _index.Remove(index);
        _rows.Remove(index);
    }

    /// <summary>Lets a flow's witnesses be joined by others; returns whether that made a difference.</summary>
    public bool Unite(ref int index, int with)
    {
        if (index == with) return false;
        var union = _rows[index].UnionWith(_rows[with]);
        if (union.SameAs(_rows[index])) return false;
        var united = Retain(union);
        Release(index);
        index = united;
        return true;
    }
}
