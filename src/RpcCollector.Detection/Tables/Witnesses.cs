using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tables;

/// <summary>All ways in which the held flows were seen; flows refer to theirs by index, and a few rows serve millions of flows.</summary>
internal sealed class Witnesses
{
    private const int None = FlowRow.None;
    private const int FewestLatest = 256;
    private const int MostLatest = 1 << 16;

    // Keys are as if drawn by chance: with so many places for each, one clock in sixteen shares its own.
    private const int PlacesPerClock = 8;

    private readonly RowStore<WitnessRow> _rows = new();
    private readonly HashIndex<WitnessRow> _index;
    private readonly RowStore<SpreadRow> _spreads = new();

    // Those by which the latest sightings of each clock came. They are looked at before anything is hashed, and stay while anything is
    // held, though no flow be named by them: where several exporters see the same flows, each sighting is of one of them, and each flow
    // is named by all together.
    private int[] _latest = NoneOf(FewestLatest);
    private int _numHeld;

    /// <param name="exporters">Tells the addresses by which exporters are put in order; null to order them by number.</param>
    public Witnesses(ExporterDirectory? exporters = null) => (Exporters, _index) = (exporters, new HashIndex<WitnessRow>(_rows));

    public ExporterDirectory? Exporters { get; }

    /// <summary>The clocks of these witnesses.</summary>
    public Clocks Clocks { get; } = new();

    public int Count => _rows.Count + _spreads.Count;

    public long Bytes => _rows.Bytes + _index.Bytes + _spreads.Bytes + Clocks.Bytes + ((long)_latest.Length * sizeof(int));

    /// <summary>Resolution of the coarsest clock that has timed any flow so far, in milliseconds.</summary>
    public int CoarsestResolutionMilliseconds { get; private set; }

    /// <summary>Who went before had a clock as coarse as this.</summary>
    public void RestoreCoarsest(int resolutionMilliseconds) =>
        CoarsestResolutionMilliseconds = Math.Max(CoarsestResolutionMilliseconds, resolutionMilliseconds);

    public ref readonly WitnessRow this[int index] => ref _rows[index];

    /// <summary>The index of a flow start's witness; counts one more flow that uses it.</summary>
    public int RetainOf(in FlowStart start)
    {
        var latest = LatestOf(start.ClockKey);
        var resolution = Math.Max(start.ResolutionMilliseconds, 0);
        if (latest != None && _rows[latest].IsOnly(start.ExporterId, start.ClockKey, start.SamplingInterval,
            resolution)) return Retain(latest);
        var index = Retain(new WitnessRow
        {
            Exporters = ExporterSet.Of(start.ExporterId),
            SamplingInterval = start.SamplingInterval,
            CountedBy = start.ExporterId,
            CountedInterval = start.SamplingInterval,
            ResolutionMilliseconds = resolution,
            ClockKey = start.ClockKey,
        });
        ref var place = ref LatestOf(start.ClockKey);
        Forget(ref place);
        return place = index;
    }

    /// <summary>The index of a way in which flows were seen by another process, for one more flow.</summary>
    public int Retain(in SavedWitness saved)
    {
        var index = Retain(saved.Row);
        Clocks.Observe(_rows[index].Clock, saved.ClockExporterId, saved.CorrectionMilliseconds);
        return index;
    }

    public SavedWitness Save(int index)
    {
        ref readonly var clock = ref Clocks[_rows[index].Clock];
        return new SavedWitness(_rows[index] with { Clock = 0, References = 0 }, clock.ExporterId, clock.CorrectionMilliseconds);
    }

    public (long Lead, long Trail) SpreadOf(in FlowRow flow) =>
        flow.Spread == FlowRow.None ? default : (_spreads[flow.Spread].Lead, _spreads[flow.Spread].Trail);

    public int Retain(int index)
    {
        if (_rows[index].References++ == 0) _numHeld++;
        return index;
    }

    public void Release(int index)
    {
        ref var row = ref _rows[index];
        if (--row.References > 0) return;
        if (LatestOf(row.ClockKey) != index) Remove(index);
        if (--_numHeld > 0) return;
        foreach (ref var latest in _latest.AsSpan()) Forget(ref latest);
        if (_latest.Length > FewestLatest) _latest = NoneOf(FewestLatest);
    }

    /// <summary>When any clock first saw a flow, in Unix milliseconds.</summary>
    public long FirstSeen(in FlowRow flow) => flow.Spread == FlowRow.None ? flow.Start : flow.Start - _spreads[flow.Spread].Lead;

    /// <summary>When any clock last saw a flow, in Unix milliseconds.</summary>
    public long LastSeen(in FlowRow flow) => flow.Spread == FlowRow.None ? flow.End : flow.End + _spreads[flow.Spread].Trail;

    /// <summary>Sets a flow's times by the reference clock, and when any clock first and last saw it.</summary>
    public void SetTimes(ref FlowRow flow, long start, long end, long firstSeen, long lastSeen)
    {
        flow.SetTimes(start, end);
        var (lead, trail) = (start - firstSeen, Math.Max(0, lastSeen - flow.End));
        if ((lead | trail) == 0)
        {
            ForgetSpread(ref flow);
            return;
        }

        if (flow.Spread == FlowRow.None) _spreads.Add(out flow.Spread) = default;
        ref var spread = ref _spreads[flow.Spread];
        (spread.Lead, spread.Trail) = (lead, trail);
    }

    /// <summary>Forgets when other clocks saw a flow.</summary>
    public void ForgetSpread(ref FlowRow flow)
    {
        if (flow.Spread == FlowRow.None) return;
        _spreads.Remove(flow.Spread);
        flow.Spread = FlowRow.None;
    }

    public FlowSpan Shown(in FlowRow flow) => Shown(flow.ClientPort, flow.ServerPort, flow.Start, flow.End, flow.Witnesses);

    /// <summary>
    /// A flow as people see it, its times corrected by what is known of its clock now. Ids and joins use the uncorrected times, which do
    /// not change.
    /// </summary>
    public FlowSpan Shown(ushort clientPort, ushort serverPort, long start, long end, int seenBy)
    {
        long correction = Clocks[_rows[seenBy].Clock].CorrectionMilliseconds;
        return new FlowSpan(
            clientPort, serverPort, Math.Clamp(start + correction, 0, FlowRow.LatestTime),
            Math.Clamp(end + correction, 0, FlowRow.LatestTime));
    }

    /// <summary>Adds other witnesses to those of a flow; returns whether that changed them.</summary>
    public bool Unite(ref int index, int with)
    {
        if (index == with) return false;
        var union = _rows[index].UnionWith(_rows[with], Exporters);
        if (union.SameAs(_rows[index])) return false;
        var united = Retain(union);
        Release(index);
        index = united;
        return true;
    }

    /// <summary>The index of these witnesses; counts one more flow that uses them.</summary>
    private int Retain(in WitnessRow wanted)
    {
        var index = _index.Find(new WitnessRow.Key(wanted));
        if (index < 0)
        {
            CoarsestResolutionMilliseconds = Math.Max(CoarsestResolutionMilliseconds, wanted.ResolutionMilliseconds);
            _rows.Add(out index) = wanted with { References = 0, Clock = Clocks.Retain(wanted.ClockKey) };
            _index.Add(index);
            if (PlacesPerClock * Clocks.Count > _latest.Length && _latest.Length < MostLatest) MoreLatest();
        }

        return Retain(index);
    }

    private ref int LatestOf(ulong clockKey) => ref _latest[(int)clockKey & (_latest.Length - 1)];

    private void MoreLatest()
    {
        // Clocks that shared no place before share none in the larger array.
        var latest = _latest;
        _latest = NoneOf(2 * latest.Length);
        foreach (var index in latest)
        {
            if (index != None) LatestOf(_rows[index].ClockKey) = index;
        }
    }

    private static int[] NoneOf(int count)
    {
        var places = new int[count];
        Array.Fill(places, None);
        return places;
    }

    private void Forget(ref int latest)
    {
        if (latest != None && _rows[latest].References == 0) Remove(latest);
        latest = None;
    }

    private void Remove(int index)
    {
        Clocks.Release(_rows[index].Clock);
        _index.Remove(index);
        _rows.Remove(index);
    }
}
