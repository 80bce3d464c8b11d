namespace RpcCollector.Detection.Join;

/// <summary>What a sighting changed of a connection.</summary>
internal enum MergeChange : byte
{
    None,

    /// <summary>Counters, flags or halves, which people are shown and the join does not ask for.</summary>
    Traffic,

    /// <summary>When, by whom or which way round: it may be joined otherwise now.</summary>
    Join,
}
