using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>What has been learned about the endpoints of servers: holds the latest snapshot and looks endpoint flows up in it.</summary>
internal sealed class KnownEndpoints(HostPairs pairs)
{
    private IKnownEndpoints? _snapshot;

    /// <summary>Replaced by any thread, read by the shard's.</summary>
    public IKnownEndpoints? Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set => Volatile.Write(ref _snapshot, value);
    }

    /// <summary>What the endpoint of a flow is known to carry.</summary>
    public RpcInterfaces InterfacesOf(HostAddress server, in FlowRow endpoint) =>
        Snapshot is { } snapshot && snapshot.TryFind(server, endpoint.ServerPort, endpoint.Start, out var interfaces)
            ? interfaces
            : RpcInterfaces.None;

    /// <summary>False when no host is known to serve RPC on a port: asked before the host is looked up.</summary>
    public bool MayKnow(ushort port) => Snapshot is { } snapshot && snapshot.MayKnow(port);

    /// <summary>True when a host serves RPC on a port, as far as is known at a time.</summary>
    public bool Knows(HostAddress server, ushort port, long at) =>
        Snapshot is { } snapshot && snapshot.MayKnow(port) && snapshot.TryFind(server, port, at, out _);

    public bool KnowsServer(in FlowRow flow) => MayKnow(flow.ServerPort) && Knows(pairs.ServerOf(flow.Pair), flow.ServerPort, flow.Start);

    public bool KnowsClient(in FlowRow flow) => MayKnow(flow.ClientPort) && Knows(pairs.ClientOf(flow.Pair), flow.ClientPort, flow.Start);

    /// <summary>
    /// True when the server end of a flow is a known endpoint. When no record says which end is the server, the client end must not be one
    /// too, nor have a port of the family.
    /// </summary>
    public bool Knows(in FlowRow endpoint)
    {
        if (IsUnlikely(endpoint) || !KnowsServer(endpoint)) return false;
        return endpoint.Direction != DirectionConfidence.Uncertain || !KnowsClient(endpoint);
    }

    /// <summary>
    /// True when a flow goes the other way, or nothing but a known port speaks against the port of the family at its client.
    /// </summary>
    public static bool IsUnlikely(in FlowRow endpoint) => endpoint.Direction switch
    {
        DirectionConfidence.Refuted => true,
        DirectionConfidence.Uncertain => WellKnownPort.IsFamily(endpoint.ClientPort),
        _ => false,
    };
}
