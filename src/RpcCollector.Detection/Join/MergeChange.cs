namespace RpcCollector.Detection.Join;

/// <summary>What a sighting changed of a connection.</summary>
internal enum MergeChange : byte
{
    None,

    /// <summary>Counters, flags, halves, or when other clocks first saw it: shown to people, not used by the join.</summary>
    Traffic,

    /// <summary>Times, exporters or direction: the join may change.</summary>
    Join,
}
