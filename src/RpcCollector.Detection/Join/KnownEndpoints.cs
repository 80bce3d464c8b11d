using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>What has been learned of the endpoints of servers: the latest snapshot, and what it says of an endpoint flow.</summary>
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
        Snapshot is { } snapshot && snapshot.TryFind(server, endpoint.ServerPort, endpoint.Start, out var interfaces) ? interfaces : RpcInterfaces.None;

    /// <summary>True when the server end of a flow has been an endpoint before, and where no record tells which end that is, the client end has not.</summary>
    public bool Knows(in FlowRow endpoint)
    {
        if (Snapshot is not { } snapshot || !snapshot.TryFind(pairs.ServerOf(endpoint.Pair), endpoint.ServerPort, endpoint.Start, out _)) return false;
        return endpoint.Direction != DirectionConfidence.Uncertain || !snapshot.TryFind(pairs.ClientOf(endpoint.Pair), endpoint.ClientPort, endpoint.Start, out _);
    }
}
