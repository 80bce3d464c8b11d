using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Who saw a flow, by which clock and how well: unique by all of these, shared by all flows that were seen in the same way.
/// </summary>
internal struct WitnessRow : IKeyedRow
{
    public ExporterSet Exporters;

    /// <summary>The coarsest sampling, one packet in this many; 1 is unsampled, 0 unknown.</summary>
    public uint SamplingInterval;

    /// <summary>The coarsest clock.</summary>
    public int ResolutionMilliseconds;

    /// <summary>
    /// Whose counters are told: of those that do not sample, or of all where everybody does, the exporter with the lowest address.
    /// </summary>
    public int CountedBy;

    /// <summary>The sampling of what it counted.</summary>
    public uint CountedInterval;

    /// <summary>
    /// The reference clock, by which start and end are told: the one with the lowest key of those that saw it unsampled, or of all where
    /// nobody did.
    /// </summary>
    public ulong ClockKey;

    /// <summary>True when other clocks than the reference clock saw it too.</summary>
    public bool HasSeveralClocks;

    /// <summary>The reference clock's index in <see cref="Clocks"/>, once the row is held; it is not part of the key.</summary>
    public int Clock;

    public int References;

    public int NextFree
    {
        readonly get => (int)ClockKey;
        set => ClockKey = (uint)value;
    }

    public readonly bool SameAs(in WitnessRow other) =>
        Exporters == other.Exporters && SamplingInterval == other.SamplingInterval && ResolutionMilliseconds == other.ResolutionMilliseconds
        && ClockKey == other.ClockKey && HasSeveralClocks == other.HasSeveralClocks
        && CountedBy == other.CountedBy && CountedInterval == other.CountedInterval;

    /// <summary>True when this exporter alone saw it, by this clock, with this sampling and resolution.</summary>
    public readonly bool IsOnly(int exporterId, ulong clockKey, uint samplingInterval, int resolutionMilliseconds) =>
        Exporters.IsOnly(exporterId) && ClockKey == clockKey && SamplingInterval == samplingInterval
            && ResolutionMilliseconds == resolutionMilliseconds && !HasSeveralClocks && CountedInterval == samplingInterval;

    public readonly ulong Hash()
    {
        var hash = TableHash.Of((ulong)SamplingInterval << 32 | (uint)ResolutionMilliseconds) ^ (HasSeveralClocks ? ~ClockKey : ClockKey);
        for (var i = 0; i < ExporterSet.Capacity; i += 2)
            hash = TableHash.Of(hash ^ ((ulong)(uint)Exporters[i] << 32 | (uint)Exporters[i + 1]));
        return hash;
    }

    /// <summary>True when more than one clock timed the two.</summary>
    public readonly bool IsToldByOtherClocksThan(in WitnessRow other) =>
        HasSeveralClocks || other.HasSeveralClocks || ClockKey != other.ClockKey;

    /// <summary>Whose counters come first: negative for these, zero where they are one exporter's and add up.</summary>
    public readonly int CompareCounters(in WitnessRow other, ExporterDirectory? directory)
    {
        var order = IsSampled.CompareTo(other.IsSampled);
        return order != 0 ? order : ExporterSet.Compare(CountedBy, other.CountedBy, directory);
    }

    /// <summary>Whose clock is the reference clock: negative for these, zero where it is one.</summary>
    public readonly int CompareClocks(in WitnessRow other)
    {
        var order = IsSampled.CompareTo(other.IsSampled);
        return order != 0 ? order : ClockKey.CompareTo(other.ClockKey);
    }

    /// <summary>
    /// How coarsely what is told of a flow was seen: of one that somebody saw whole and unsampled it says nothing that others sample.
    /// </summary>
    public readonly uint IntervalOf(in FlowRow flow) => flow.IsCountedWhole ? CountedInterval : SamplingInterval;

    private readonly bool IsSampled => CountedInterval > 1;

    /// <param name="directory">Tells the addresses by which exporters are put in order.</param>
    public readonly WitnessRow UnionWith(in WitnessRow other, ExporterDirectory? directory)
    {
        var union = this;
        union.Exporters.UnionWith(other.Exporters, directory);
        union.SamplingInterval = Math.Max(SamplingInterval, other.SamplingInterval);
        union.ResolutionMilliseconds = Math.Max(ResolutionMilliseconds, other.ResolutionMilliseconds);
        if (CompareClocks(other) > 0) union.ClockKey = other.ClockKey;
        var order = CompareCounters(other, directory);
        if (order > 0) (union.CountedBy, union.CountedInterval) = (other.CountedBy, other.CountedInterval);
        else if (order == 0) union.CountedInterval = Math.Max(CountedInterval, other.CountedInterval);
        union.HasSeveralClocks = IsToldByOtherClocksThan(other);
        return union;
    }

    /// <summary>Matches witnesses by everything that makes them unique.</summary>
    public readonly struct Key(in WitnessRow wanted) : IRowKey<WitnessRow>
    {
        private readonly WitnessRow _wanted = wanted;

        public ulong Hash() => _wanted.Hash();

        public bool Is(int index, in WitnessRow row) => row.SameAs(_wanted);
    }
}
