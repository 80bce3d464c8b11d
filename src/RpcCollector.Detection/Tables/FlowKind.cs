namespace RpcCollector.Detection.Tables;

/// <summary>What a flow start can be to a shard.</summary>
internal enum FlowKind : byte
{
    Mapper,
    Endpoint,

    /// <summary>To another port of the family, or to one that marks a domain controller.</summary>
    Contact,

    /// <summary>None of these; it needs no state.</summary>
    Other,
}
