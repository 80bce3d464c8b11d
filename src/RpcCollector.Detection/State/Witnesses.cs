using RpcCollector.Flows;

namespace RpcCollector.Detection.State;

/// <summary>All ways in which the held flows were seen; flows name theirs by index, and few indexes serve millions of flows.</summary>
internal sealed class Witnesses
{
    // Where one sighting was seen most are: looked at before anything is hashed.
    private const int NumLatest = 256;

    private readonly RowStore<WitnessRow> _rows = new();
    private readonly HashIndex<WitnessRow> _index;
    private readonly RowStore<SpreadRow> _spreads = new();
    private readonly int[] _latest = new int[NumLatest];

    public Witnesses() => _index = new HashIndex<WitnessRow>(_rows);

    /// <summary>The clocks that these witnesses go by.</summary>
    public Clocks Clocks { get; } = new();

    public int Count => _rows.Count + _spreads.Count;

    public long Bytes => _rows.Bytes + _index.Bytes + _spreads.Bytes + Clocks.Bytes;

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
            _rows.Add(out index) = wanted with { References = 0 };
            _index.Add(index);
            Clocks.Retain(wanted.ClockId);
        }

        latest = index;
        return Retain(index);
    }

    /// <summary>The index of a flow start's witness, for one more flow.</summary>
    public int RetainOf(in FlowStart start)
    {
        var resolution = Math.Max(start.ResolutionMilliseconds, 0);
        var index = _latest[start.ClockId & (NumLatest - 1)];
        if (index < _rows.NumEver && _rows[index].References > 0 && _rows[index].IsOnly(start.ExporterId, start.ClockId, start.SamplingInterval, resolution)) return Retain(index);
        return Retain(new WitnessRow
        {
            Exporters = ExporterSet.Of(start.ExporterId),
            SamplingInterval = start.SamplingInterval,
            ResolutionMilliseconds = resolution,
            ClockId = start.ClockId,
        });
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

    /// <summary>The earliest time that any clock told of a flow, in Unix milliseconds.</summary>
    public long FirstSeen(in FlowRow flow) => flow.Spread == FlowRow.None ? flow.Start : flow.Start - _spreads[flow.Spread].Lead;

    /// <summary>The latest time that any clock told of a flow, in Unix milliseconds.</summary>
    public long LastSeen(in FlowRow flow) => flow.Spread == FlowRow.None ? flow.End : flow.End + _spreads[flow.Spread].Trail;

    /// <summary>Sets the times that the reference clock told, and those between which any clock saw a flow.</summary>
    public void SetTimes(ref FlowRow flow, long start, long end, long firstSeen, long lastSeen)
    {
        flow.SetTimes(start, end);
        var lead = (uint)Math.Min(start - firstSeen, uint.MaxValue);
        var trail = (uint)Math.Clamp(lastSeen - flow.End, 0, uint.MaxValue);
        if ((lead | trail) == 0)
        {
            ForgetSpread(ref flow);
            return;
        }

        if (flow.Spread == FlowRow.None) _spreads.Add(out flow.Spread) = default;
        ref var spread = ref _spreads[flow.Spread];
        (spread.Lead, spread.Trail) = (lead, trail);
    }

    /// <summary>Lets go of what other clocks saw of a flow.</summary>
    public void ForgetSpread(ref FlowRow flow)
    {
        if (flow.Spread == FlowRow.None) return;
        _spreads.Remove(flow.Spread);
        flow.Spread = FlowRow.None;
    }

    public FlowSpan Shown(in FlowRow flow) => Shown(flow.ClientPort, flow.ServerPort, flow.Start, flow.End, flow.Witnesses);

    /// <summary>A flow for people: its times by the best that is known of its clock now. Ids and joins go by the times as they came, which do not move.</summary>
    public FlowSpan Shown(ushort clientPort, ushort serverPort, long start, long end, int seenBy)
    {
        long correction = Clocks[_rows[seenBy].ClockId].CorrectionMilliseconds;
        return new FlowSpan(
            clientPort, serverPort, Math.Clamp(start + correction, 0, FlowRow.LatestTime), Math.Clamp(end + correction, 0, FlowRow.LatestTime));
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
