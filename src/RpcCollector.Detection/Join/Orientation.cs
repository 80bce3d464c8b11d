using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Decides which end of an endpoint flow is the client when no record says so and each host has a mapper flow to the other.
/// </summary>
/// <remarks>
/// Such a flow is offered in both orientations, each to the shard of the host that would be its client. Both shards see the same records of
/// it and the mapper flows between the two hosts, so both reach the same decision on their own, and one of them keeps the activity. A shard
/// may use only evidence that the other has too. That rules out other clients of the server, which would show that its port listens: only
/// their own shards know them.
/// </remarks>
internal sealed class Orientation(HostPairs pairs, JoinRule rule, MapperSearch search)
{
    // On Windows 10, Server 2016 and later, services that start before the network take these ports, so no client gets them. The ports
    // after them may be a client's: on a host that has just started, 49668 and 49669 are seen as client ports.
    private const ushort FirstEarlyPort = 49_664;
    private const ushort LastEarlyPort = 49_667;

    /// <summary>True when an endpoint flow that fits a mapper flow is more likely an endpoint flow in the opposite direction.</summary>
    public bool IsTurned(in FlowRow endpoint, in JoinMatch match)
    {
        // 1. The other host must have asked this one's mapper too, at a time that fits.
        if (!FitsOtherWay(endpoint, out var turnedMatch)) return false;

        // 2. A port that only servers have.
        if (IsEarlyPort(endpoint.ServerPort) != IsEarlyPort(endpoint.ClientPort)) return IsEarlyPort(endpoint.ClientPort);

        // 3. The better match wins: a client connects to the endpoint within milliseconds of learning the port.
        if (match.IsBetterThan(turnedMatch)) return false;
        if (turnedMatch.IsBetterThan(match)) return true;

        // 4. Nothing tells the two apart. Both shards only have to choose the same one.
        var order = pairs.ClientOf(endpoint.Pair).CompareTo(pairs.ServerOf(endpoint.Pair));
        return order > 0 || (order == 0 && endpoint.ClientPort > endpoint.ServerPort);
    }

    /// <summary>
    /// True when an endpoint flow could go in the opposite direction and a mapper flow from its server to its client fits that.
    /// </summary>
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
