using System.Runtime.CompilerServices;
using RpcCollector.Flows.Exporters;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// Turns a flow record into flow starts: says which end is the client, by the ranking of <see cref="DirectionConfidence"/>.
/// </summary>
/// <param name="lowestEndpointPort">A server port below it that is none of the family belongs to no flow that matters.</param>
/// <remarks>
/// A record can state the initiator, show a SYN without ACK, or have a port of the family. The shards compare records and mapper flows.
/// </remarks>
internal sealed class FlowOrienter(IFlowStartSink sink, int lowestEndpointPort)
{
    private const byte InitiatorIsSource = 1;
    private const byte InitiatorIsDestination = 2;

    public void Orient(in FlowRecord record)
    {
        if (record.IsRefused)
        {
            OrientRefused(record);
            return;
        }

        var sourceIsServer = WellKnownPort.IsFamily(record.SourcePort);
        var destinationIsServer = WellKnownPort.IsFamily(record.DestinationPort);

        // 1. What the exporter states, and what the flags show, whatever the ports are.
        if (TryFindInitiator(record, out var clientIsSource))
        {
            Offer(record, clientIsSource, DirectionConfidence.Stated, isMirror: false);
            if (clientIsSource ? NeedsMirror(record.SourcePort, sourceIsServer, record.DestinationPort)
                : NeedsMirror(record.DestinationPort, destinationIsServer, record.SourcePort))
                Offer(record, !clientIsSource, DirectionConfidence.Refuted, isMirror: true);
            return;
        }

        // 2. A port of the family at one end says that this end is the server, unless a mapper flow says that it is the client.
        if (sourceIsServer != destinationIsServer)
        {
            Offer(record, clientIsSource: destinationIsServer, DirectionConfidence.ServerPort, isMirror: false);
            if (destinationIsServer ? NeedsMirror(record.SourcePort, false, record.DestinationPort)
                : NeedsMirror(record.DestinationPort, false, record.SourcePort))
                Offer(record, clientIsSource: sourceIsServer, DirectionConfidence.Uncertain, isMirror: true);
            return;
        }

        // 3. Nothing in the record says which end is the client: offer both orientations alike.
        Offer(record, clientIsSource: true, DirectionConfidence.Uncertain, isMirror: false);
        Offer(record, clientIsSource: false, DirectionConfidence.Uncertain, isMirror: true);
    }

    /// <summary>
    /// Whose packets were dropped is the one who tried, unless the exporter states otherwise: such a record shows no other that it is a
    /// client. It is joined with nothing and teaches nothing of a direction, so that the other orientation is of no use.
    /// </summary>
    private void OrientRefused(in FlowRecord record)
    {
        if (TryFindInitiator(record, out var clientIsSource))
        {
            Offer(record, clientIsSource, DirectionConfidence.Stated, isMirror: false);
            return;
        }

        var isToServer = WellKnownPort.IsFamily(record.DestinationPort) && !WellKnownPort.IsFamily(record.SourcePort);
        Offer(record, clientIsSource: true, isToServer ? DirectionConfidence.ServerPort : DirectionConfidence.Uncertain, isMirror: false);
    }

    /// <summary>
    /// Turns a record of a device that translated addresses into the flow start between the true ends, and says of the ends seen on either
    /// side of the device that they are that connection's.
    /// </summary>
    /// <param name="record">As it was before translation.</param>
    /// <param name="after">The ends behind the device.</param>
    public void OrientTranslated(FlowRecord record, in FlowEnds after)
    {
        var before = new FlowEnds(record.Source, record.SourcePort, record.Destination, record.DestinationPort);
        (record.Destination, record.DestinationPort) = (after.Destination, after.DestinationPort);
        Orient(in record);
        var connection = before with { Destination = record.Destination, DestinationPort = record.DestinationPort };
        if (before != connection) State(record, before, connection);
        if (after != connection) State(record, after, connection);
    }

    private void State(in FlowRecord record, FlowEnds seen, FlowEnds connection)
    {
        var isStated = TryFindInitiator(record, out var clientIsSource);
        if (isStated && !clientIsSource) (seen, connection) = (seen.Turn(), connection.Turn());
        sink.Offer(new FlowStart
        {
            Client = seen.Source,
            ClientPort = seen.SourcePort,
            Server = seen.Destination,
            ServerPort = seen.DestinationPort,
            IsTranslation = true,
            Connection = connection,
            StartUnixMilliseconds = record.StartUnixMilliseconds,
            EndUnixMilliseconds = record.EndUnixMilliseconds,
            ArrivalUnixMilliseconds = record.ArrivalUnixMilliseconds,
            ResolutionMilliseconds = record.ResolutionMilliseconds,
            ClockKey = record.ClockKey,
            ClockCorrectionMilliseconds = record.ClockCorrectionMilliseconds,
            ExporterId = record.ExporterId,
            SamplingInterval = record.SamplingInterval,
            Direction = isStated ? DirectionConfidence.Stated : DirectionConfidence.Uncertain,
            Half = FlowHalf.Both,
            IsMirror = true,
        });
    }

    private static bool TryFindInitiator(in FlowRecord record, out bool isSource)
    {
        // What the exporter states comes before what flags show: biflowDirection, and security events, whose source is the initiator.
        isSource = record.BiflowDirection != InitiatorIsDestination;
        if (record.FirewallEvent != 0) return true;
        if (record.BiflowDirection is InitiatorIsSource or InitiatorIsDestination && !MissedHandshake(record)) return true;

        // Only the initiator sends a SYN without ACK. Flags are OR-ed over the flow, so an answered client shows both and proves nothing.
        isSource = IsSynAlone(record.TcpFlags);
        return isSource != IsSynAlone(record.ReverseTcpFlags);
    }

    /// <summary>
    /// True when the connection, with its client taken for the server, may be held by somebody. A mapper flow needs no mirror for that: it
    /// goes to its server's shard anyway, which can turn it itself.
    /// </summary>
    private bool NeedsMirror(ushort clientPort, bool isFamily, ushort serverPort) =>
        isFamily || (serverPort != WellKnownPort.EndpointMapper && clientPort >= lowestEndpointPort);

    /// <summary>
    /// True when the exporter met the connection after its handshake. biflowDirection is its best effort (RFC 5103, 6.3), and then hardly
    /// more than which end it saw first.
    /// </summary>
    private static bool MissedHandshake(in FlowRecord record) =>
        (record.TcpFlags | record.ReverseTcpFlags) is not 0 and var flags && (flags & Syn) == 0;

    private static bool IsSynAlone(ushort flags) => (flags & (Syn | Ack)) == Syn;

    private void Offer(in FlowRecord record, bool clientIsSource, DirectionConfidence direction, bool isMirror)
    {
        // Every field is written below: clearing them all first would cost as much again.
        Unsafe.SkipInit(out FlowStart start);
        start.StartUnixMilliseconds = record.StartUnixMilliseconds;
        start.EndUnixMilliseconds = record.EndUnixMilliseconds;
        start.ArrivalUnixMilliseconds = record.ArrivalUnixMilliseconds;
        start.ResolutionMilliseconds = record.ResolutionMilliseconds;
        start.ClockKey = record.ClockKey;
        start.ClockCorrectionMilliseconds = record.ClockCorrectionMilliseconds;
        start.ExporterId = record.ExporterId;
        start.SamplingInterval = record.SamplingInterval;
        start.Direction = direction;
        start.ArrivalEra = 0;
        start.IsMirror = isMirror;
        start.HasMirror = false;
        start.IsEndAlone = record.IsEndAlone;
        start.IsTranslation = false;
        if (clientIsSource)
        {
            start.Client = record.Source;
            start.Server = record.Destination;
            start.ClientPort = record.SourcePort;
            start.ServerPort = record.DestinationPort;
            start.ClientTcpFlags = record.TcpFlags;
            start.ServerTcpFlags = record.ReverseTcpFlags;
            start.ClientOctets = record.Octets;
            start.ServerOctets = record.ReverseOctets;
            start.ClientPackets = record.Packets;
            start.ServerPackets = record.ReversePackets;
            start.Half = HalfOf(record, FlowHalf.FromClient, FlowHalf.FromServer);
        }
        else
        {
            start.Client = record.Destination;
            start.Server = record.Source;
            start.ClientPort = record.DestinationPort;
            start.ServerPort = record.SourcePort;
            start.ClientTcpFlags = record.ReverseTcpFlags;
            start.ServerTcpFlags = record.TcpFlags;
            start.ClientOctets = record.ReverseOctets;
            start.ServerOctets = record.Octets;
            start.ClientPackets = record.ReversePackets;
            start.ServerPackets = record.Packets;
            start.Half = HalfOf(record, FlowHalf.FromServer, FlowHalf.FromClient);
        }

        sink.Offer(in start);
    }

    private static FlowHalf HalfOf(in FlowRecord record, FlowHalf source, FlowHalf destination)
    {
        if (record.IsRefused) return FlowHalf.None;
        return !record.HasReverse ? source : IsSilent(record) ? destination : FlowHalf.Both;
    }

    /// <summary>True when a bidirectional record saw nothing of its source.</summary>
    private static bool IsSilent(in FlowRecord record) => (record.Octets | record.Packets | record.TcpFlags) == 0;
}
