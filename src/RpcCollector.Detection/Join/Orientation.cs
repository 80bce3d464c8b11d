using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Decides by mapper flows which end of a flow is the client, where its records do not: the fourth and fifth rank of
/// <see cref="DirectionConfidence"/>.
/// </summary>
/// <remarks>
/// Such a flow is offered in both orientations, each to the shard of the host that would be its client. Both shards see the same records of
/// it and the mapper flows between the two hosts, so both reach the same decision on their own, and one of them keeps the activity. A shard
/// may use only evidence that the other has too. That rules out other clients of the server, which would show that its port listens: only
/// their own shards know them.
/// </remarks>
internal sealed class Orientation(HostPairs pairs, FlowTable mappers, JoinRule rule, MapperSearch search, KnownEndpoints known)
{
    private const int None = FlowRow.None;

    // On Windows 10, Server 2016 and later, services that start before the network take these ports, so no client gets them. The ports
    // after them may be a client's: on a host that has just started, 49668 and 49669 are seen as client ports.
    private const ushort FirstEarlyPort = 49_664;
    private const ushort LastEarlyPort = 49_667;

    /// <summary>True when an endpoint flow that fits a mapper flow is more likely an endpoint flow in the opposite direction.</summary>
    public bool IsTurned(in FlowRow endpoint, in JoinMatch match)
    {
        // 1. The other host must have asked this one's mapper too, at a time that fits.
        var opposite = FindOtherWay(endpoint, out var turnedMatch);
        if (opposite == None) return false;

        // 2. Whose first packet came first.
        if (RowDirection.OrderOf(endpoint) is not 0 and var precedence) return precedence < 0;

        // 3. What may be feigned turns nothing; then the flow may be told both ways.
        if (MayBeFeigned(mappers[opposite])) return false;

        // 4. A port that only servers have. Who chose it as a client turns nothing by it against a known endpoint.
        var (isServerKnown, isClientKnown) = (known.KnowsServer(endpoint), known.KnowsClient(endpoint));
        var (isServerEarly, isClientEarly) = (IsEarlyPort(endpoint.ServerPort), IsEarlyPort(endpoint.ClientPort));
        if (isServerEarly && !isClientEarly) return false;
        if (isClientEarly && !isServerEarly && (isClientKnown || !isServerKnown)) return true;

        // 5. Of two mapper flows that fit alike, the one to the end that alone is a known endpoint.
        if (match.FitsLike(turnedMatch) && isServerKnown != isClientKnown) return isClientKnown;

        // 6. The better match wins: a client connects to the endpoint within milliseconds of learning the port.
        if (match.IsBetterThan(turnedMatch)) return false;
        if (turnedMatch.IsBetterThan(match)) return true;

        // 7. Nothing tells the two apart. Both shards only have to choose the same one.
        var order = pairs.ClientOf(endpoint.Pair).CompareTo(pairs.ServerOf(endpoint.Pair));
        return order > 0 || (order == 0 && endpoint.ClientPort > endpoint.ServerPort);
    }

    /// <summary>
    /// True when a mapper flow from the server of an endpoint flow to its client says that it went the other way: that outranks what is
    /// known of its server's port.
    /// </summary>
    public bool IsOutranked(in FlowRow endpoint) =>
        FindOtherWay(endpoint, out _) is not None and var opposite && !MayBeFeigned(mappers[opposite]);

    /// <summary>How sure the direction of a contact is, after the mapper flows between the two hosts; refuted: it is none.</summary>
    public DirectionConfidence OfContact(in FlowRow contact, HostAddress client, HostAddress server)
    {
        // 1. The other way round it must be a flow that mapper flows tell of, and no record may tell.
        var direction = contact.Direction;
        if (direction is not (DirectionConfidence.Uncertain or DirectionConfidence.ServerPort)) return direction;
        if (contact.Has(FlowMarks.WasJoined)) return DirectionConfidence.Refuted;
        var isFamilyPort = WellKnownPort.IsFamily(contact.ClientPort);
        if (!isFamilyPort && !rule.IsEndpointPort(contact.ClientPort)) return direction;
        if (direction == DirectionConfidence.ServerPort && known.Knows(client, contact.ClientPort, contact.Start))
            direction = DirectionConfidence.Uncertain;

        // 2. Which host had asked the other's mapper.
        var turnedBy = FindTurned(contact, pairs.Find(server, client), out _);
        if (turnedBy == None && !isFamilyPort) return direction;
        var isFollowing = Follows(contact, pairs.Find(client, server));

        // 3. Where both ends have ports of the family only the mapper flow tells. A mapper flow of the other host outweighs a port:
        // this is its endpoint flow then, and no contact, if a record shows that one's direction, or that the other host began this
        // one. Otherwise the mapper flow may be feigned, and the contact real.
        if (isFollowing) return isFamilyPort && turnedBy == None ? DirectionConfidence.MapperFlow : DirectionConfidence.Uncertain;
        if (turnedBy == None || isFamilyPort) return DirectionConfidence.Uncertain;
        var isShown = IsShown(mappers[turnedBy]) || RowDirection.OrderOf(contact) < 0;
        return isShown ? DirectionConfidence.Refuted : DirectionConfidence.Uncertain;
    }

    /// <summary>How sure the direction of a mapper flow is, after those of the opposite direction.</summary>
    public DirectionConfidence OfMapper(in FlowRow mapper)
    {
        var direction = mapper.Direction;
        if (direction != DirectionConfidence.ServerPort || !rule.IsEndpointPort(mapper.ClientPort)) return direction;
        if (known.KnowsClient(mapper)) return DirectionConfidence.Uncertain;
        var found = FindTurned(mapper, pairs.Turned(mapper.Pair), out _);

        // Of two that could be each other's endpoint flow the earlier is what it seems.
        return found != None && mappers[found].Start < mapper.Start && IsTrusted(mappers[found])
            ? DirectionConfidence.Uncertain
            : direction;
    }

    /// <summary>
    /// The mapper flow that another, of the opposite direction, follows as its endpoint flow, whose client took port 135; none when it is
    /// what it seems.
    /// </summary>
    /// <remarks>
    /// Hosts that ask each other's mapper at one time are no rarity between domain controllers, so that it takes more than that: its server
    /// must have spoken first.
    /// </remarks>
    public int FindTurning(in FlowRow mapper)
    {
        if (RowDirection.IsStated(mapper)) return None;
        if (WellKnownPort.IsFamily(mapper.ClientPort) || !rule.IsEndpointPort(mapper.ClientPort)) return None;
        return mapper.Direction == DirectionConfidence.Refuted || RowDirection.OrderOf(mapper) < 0
            ? FindTurned(mapper, pairs.Turned(mapper.Pair), out _)
            : None;
    }

    /// <summary>A flow with client and server in each other's place, of the pair in that order.</summary>
    public static FlowRow Turn(in FlowRow flow, int pair)
    {
        var turned = flow;
        turned.Pair = pair;
        (turned.ClientPort, turned.ServerPort) = (flow.ServerPort, flow.ClientPort);
        (turned.ClientOctets, turned.ServerOctets) = (flow.ServerOctets, flow.ClientOctets);
        (turned.ClientTcpFlags, turned.ServerTcpFlags) = (flow.ServerTcpFlags, flow.ClientTcpFlags);
        (turned.For, turned.Against) = (flow.Against, flow.For);
        (turned.Half, turned.Timed, turned.First) = (flow.Half.Turn(), flow.Timed.Turn(), flow.First.Turn());
        return turned;
    }

    /// <summary>
    /// The mapper flow that an endpoint flow fits best in the opposite direction, if it could go that way; none when negative.
    /// </summary>
    private int FindOtherWay(in FlowRow endpoint, out JoinMatch match)
    {
        match = default;
        if (RowDirection.IsStated(endpoint) || !rule.IsEndpointPort(endpoint.ClientPort)) return None;
        return FindTurned(endpoint, pairs.Turned(endpoint.Pair), out match);
    }

    /// <summary>The mapper flow that a flow fits best when it is turned; none when negative.</summary>
    private int FindTurned(in FlowRow flow, int turnedPair, out JoinMatch match)
    {
        match = default;
        if (turnedPair == None || pairs[turnedPair].MapperRoot == None) return None;
        var found = search.FindBest(Turn(flow, turnedPair), out match);
        return match.Qualifies ? found : None;
    }

    private bool Follows(in FlowRow flow, int pair)
    {
        if (pair == None || pairs[pair].MapperRoot == None) return false;
        var placed = flow;
        placed.Pair = pair;
        search.FindBest(placed, out var match);
        return match.Qualifies;
    }

    /// <summary>
    /// True when a mapper flow is hardly one that its server feigned by connecting to an open port of the other from its own port 135.
    /// </summary>
    private bool IsTrusted(in FlowRow mapper) => IsShown(mapper)
        || (mapper.Direction == DirectionConfidence.ServerPort && rule.IsEndpointPort(mapper.ClientPort) && !known.KnowsClient(mapper));

    /// <summary>True when more than port 135 shows who asked.</summary>
    private static bool IsShown(in FlowRow mapper) => mapper.Direction is DirectionConfidence.Stated or DirectionConfidence.FirstPacket;

    /// <summary>
    /// True when nothing but port 135 says that a flow is a mapper flow, and its client end is a known endpoint: its server may have
    /// connected to that from its own port 135.
    /// </summary>
    private bool MayBeFeigned(in FlowRow mapper) =>
        mapper.Direction is DirectionConfidence.ServerPort or DirectionConfidence.Uncertain && known.KnowsClient(mapper);

    private static bool IsEarlyPort(ushort port) => port is >= FirstEarlyPort and <= LastEarlyPort;
}
