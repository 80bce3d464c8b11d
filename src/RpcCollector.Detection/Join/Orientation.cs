using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Decides which end of an endpoint flow is the client where no record of it tells, and each of its hosts has a mapper flow to the other.</summary>
/// <remarks>
/// Such a flow is offered in both orientations, each to the shard of the host that would be its client. Both shards see the same records of it and the
/// mapper flows of both hosts to each other, so each comes to the verdict alone, and one of them keeps the activity. What a shard lets go by can only
/// be what the other has too: other clients of the server, which would show that its port listens, are known to their own shards alone.
/// </remarks>
internal sealed class Orientation(HostPairs pairs, JoinRule rule, MapperSearch search)
{
    // Services that start before the network take these on Windows 10, Server 2016 and later, so no client there gets them. Those that follow may be
    // a client's: on a host that has just started, 49668 and 49669 are seen as client ports.
    private const ushort FirstEarlyPort = 49_664;
    private const ushort LastEarlyPort = 49_667;

    /// <summary>True when an endpoint flow that qualifies with a mapper flow rather is an endpoint flow the other way round.</summary>
    public bool IsTurned(in FlowRow endpoint, in JoinMatch match)
    {
        // 1. The other host asked this one's mapper too, and that fits.
        if (!FitsOtherWay(endpoint, out var turnedMatch)) return false;

        // 2. A port that only servers have.
        if (IsEarlyPort(endpoint.ServerPort) != IsEarlyPort(endpoint.ClientPort)) return IsEarlyPort(endpoint.ClientPort);

        // 3. The mapper flow that fits better. A client goes to the endpoint within milliseconds after it was told the port.
        if (match.IsBetterThan(turnedMatch)) return false;
        if (turnedMatch.IsBetterThan(match)) return true;

        // 4. Nothing is left but to agree.
        var order = pairs.ClientOf(endpoint.Pair).CompareTo(pairs.ServerOf(endpoint.Pair));
        return order > 0 || (order == 0 && endpoint.ClientPort > endpoint.ServerPort);
    }

    /// <summary>True when an endpoint flow could be one the other way round, and a mapper flow of its server to its client fits that.</summary>
    public bool FitsOtherWay(in FlowRow endpoint, out JoinMatch match)
    {
        match = default;
        if (endpoint.Direction != DirectionConfidence.Uncertain || !rule.IsEndpointPort(endpoint.ClientPort)) return false;
        var turned = endpoint;
        (turned.Pair, turned.ClientPort, turned.ServerPort) = (pairs.Turned(endpoint.Pair), endpoint.ServerPort, endpoint.ClientPort);
        if (turned.Pair == FlowRow.None) return false;
        search.FindBest(turned, out match);
        return match.Qualifies;
    }

    private static bool IsEarlyPort(ushort port) => port is >= FirstEarlyPort and <= LastEarlyPort;
}
