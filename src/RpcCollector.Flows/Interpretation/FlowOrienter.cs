using System.Runtime.CompilerServices;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Turns a flow record into a flow start: says which end is the client, and how sure that is.</summary>
internal sealed class FlowOrienter(IFlowStartSink sink)
{
    private const ushort Syn = 0x02;
    private const ushort Ack = 0x10;
    private const byte InitiatorIsSource = 1;
    private const byte InitiatorIsDestination = 2;

    public void Orient(in FlowRecord record)
    {
        // 1. A port of the family at one end makes that end the server.
        var sourceIsServer = WellKnownPort.IsFamily(record.SourcePort);
        var destinationIsServer = WellKnownPort.IsFamily(record.DestinationPort);
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

        // 3. Only the initiator sends a SYN without ACK. Flags are OR-ed over the flow, so an answered client shows both and proves
        // nothing.
        if (IsSynAlone(record.TcpFlags) || IsSynAlone(record.ReverseTcpFlags))
        {
            Offer(record, clientIsSource: IsSynAlone(record.TcpFlags), DirectionConfidence.Stated, isMirror: false);
            return;
        }

        // 4. Nothing says which end is the client: offer both orientations, and let the mapper flow decide.
        Offer(record, clientIsSource: true, DirectionConfidence.Uncertain, isMirror: false);
        Offer(record, clientIsSource: false, DirectionConfidence.Uncertain, isMirror: true);
    }

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
        start.IsMirror = isMirror;
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
            start.Half = record.HasReverse ? FlowHalf.Both : FlowHalf.FromClient;
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
            start.Half = record.HasReverse ? FlowHalf.Both : FlowHalf.FromServer;
        }

        sink.Offer(in start);
    }
}
