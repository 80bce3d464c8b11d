namespace RpcCollector.Flows.Interpretation;

/// <summary>Turns a flow record into a flow start: says which end is the client, and how sure that is.</summary>
internal sealed class FlowOrienter(FlowOptions options, IFlowStartSink sink)
{
    private const ushort Syn = 0x02;
    private const ushort Ack = 0x10;
    private const byte InitiatorIsSource = 1;
    private const byte InitiatorIsDestination = 2;

    private readonly ushort _lowestEndpointPort = (ushort)options.LowestEndpointPort;

    /// <summary>True when a TCP flow between these ports can be part of Windows remote administration.</summary>
    public bool IsRelevant(ushort sourcePort, ushort destinationPort) =>
        (sourcePort >= _lowestEndpointPort && destinationPort >= _lowestEndpointPort)
        || WellKnownPort.IsRemoteAdministration(destinationPort) || WellKnownPort.IsRemoteAdministration(sourcePort);

    public void Orient(in FlowRecord record)
    {
        // 1. A port of the family at one end makes that end the server.
        var sourceIsServer = WellKnownPort.IsRemoteAdministration(record.SourcePort);
        var destinationIsServer = WellKnownPort.IsRemoteAdministration(record.DestinationPort);
        if (sourceIsServer != destinationIsServer)
        {
            Offer(record, clientIsSource: destinationIsServer, DirectionConfidence.ServerPort, isMirror: false);
            return;
        }

        // 2. What the exporter states: biflowDirection, and security events, whose source is the initiator.
        if (record.BiflowDirection is InitiatorIsSource or InitiatorIsDestination || record.FirewallEvent != 0)
        {
            Offer(record, clientIsSource: record.BiflowDirection != InitiatorIsDestination, DirectionConfidence.Stated, isMirror: false);
            return;
        }

        // 3. A SYN without ACK is the initiator's alone. Flags are OR-ed over the flow, so an answered client shows both and proves nothing.
        if (IsSynAlone(record.TcpFlags) || IsSynAlone(record.ReverseTcpFlags))
        {
            Offer(record, clientIsSource: IsSynAlone(record.TcpFlags), DirectionConfidence.Stated, isMirror: false);
            return;
        }

        // 4. Nothing tells: both orientations, and the mapper flow decides.
        Offer(record, clientIsSource: true, DirectionConfidence.Uncertain, isMirror: false);
        Offer(record, clientIsSource: false, DirectionConfidence.Uncertain, isMirror: true);
    }

    private static bool IsSynAlone(ushort flags) => (flags & (Syn | Ack)) == Syn;

    private void Offer(in FlowRecord record, bool clientIsSource, DirectionConfidence direction, bool isMirror)
    {
        var start = new FlowStart
        {
            StartUnixMilliseconds = record.StartUnixMilliseconds,
            EndUnixMilliseconds = record.EndUnixMilliseconds,
            ArrivalUnixMilliseconds = record.ArrivalUnixMilliseconds,
            ResolutionMilliseconds = record.ResolutionMilliseconds,
            ExporterId = record.ExporterId,
            SamplingInterval = record.SamplingInterval,
            Direction = direction,
            IsMirror = isMirror,
        };
        if (clientIsSource)
        {
            (start.Client, start.Server) = (record.Source, record.Destination);
            (start.ClientPort, start.ServerPort) = (record.SourcePort, record.DestinationPort);
            (start.ClientTcpFlags, start.ServerTcpFlags) = (record.TcpFlags, record.ReverseTcpFlags);
            (start.ClientOctets, start.ServerOctets) = (record.Octets, record.ReverseOctets);
            (start.ClientPackets, start.ServerPackets) = (record.Packets, record.ReversePackets);
            start.Half = record.HasReverse ? FlowHalf.Both : FlowHalf.FromClient;
        }
        else
        {
            (start.Client, start.Server) = (record.Destination, record.Source);
            (start.ClientPort, start.ServerPort) = (record.DestinationPort, record.SourcePort);
            (start.ClientTcpFlags, start.ServerTcpFlags) = (record.ReverseTcpFlags, record.TcpFlags);
            (start.ClientOctets, start.ServerOctets) = (record.ReverseOctets, record.Octets);
            (start.ClientPackets, start.ServerPackets) = (record.ReversePackets, record.Packets);
            start.Half = record.HasReverse ? FlowHalf.Both : FlowHalf.FromServer;
        }

        sink.Offer(start);
    }
}
