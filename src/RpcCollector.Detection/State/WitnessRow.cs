namespace RpcCollector.Detection.State;

/// <summary>Who saw a flow and how well: unique by exporters, sampling and resolution, shared by all flows that were seen alike.</summary>
internal struct WitnessRow : IRow
{
    public ExporterSet Exporters;

    /// <summary>The coarsest: one packet in so many; 1 unsampled, 0 unknown.</summary>
    public uint SamplingInterval;

    /// <summary>The coarsest clock.</summary>
    public int ResolutionMilliseconds;

    public int References;

    public int Next { get; set; }

    public readonly bool SameAs(in WitnessRow other) =>
        Exporters == other.Exporters && SamplingInterval == other.SamplingInterval && ResolutionMilliseconds == other.ResolutionMilliseconds;

    public readonly ulong Hash()
    {
        var hash = (ulong)SamplingInterval << 32 | (uint)ResolutionMilliseconds;
        for (var i = 0; i < ExporterSet.Capacity; i += 2) hash = TableHash.Of(hash ^ ((ulong)(uint)Exporters[i] << 32 | (uint)Exporters[i + 1]));
        return hash;
    }

    public readonly WitnessRow UnionWith(in WitnessRow other)
    {
        var union = this;
        union.Exporters.UnionWith(other.Exporters);
        union.SamplingInterval = Math.Max(SamplingInterval, other.SamplingInterval);
        union.ResolutionMilliseconds = Math.Max(ResolutionMilliseconds, other.ResolutionMilliseconds);
        return union;
    }
}
