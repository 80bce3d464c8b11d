namespace RpcCollector.Detection.State;

/// <summary>What a flow start can be in the join.</summary>
internal enum FlowKind : byte
{
    Mapper,
    Endpoint,

    /// <summary>Neither; it needs no state.</summary>
    Other,
}
