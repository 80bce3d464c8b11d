using System.Buffers.Text;
using RpcCollector.Flows.Interpretation;
using RpcCollector.Flows.Zeek;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Flows.Suricata;

/// <summary>Turns events of the kinds flow and netflow into flow records and passes them on as flow starts.</summary>
/// <remarks>
/// A flow is written when it has ended or was given up, and is about both directions; a netflow record is about one. Octets are counted
/// with the link layer's header, where exporters and Zeek count those of the IP layer.
/// </remarks>
public sealed class EveFlowDecoder(FlowOptions options, HopCounters counters, IFlowStartSink sink)
{
    private const byte Tcp = 6;
    private const byte InitiatorIsSource = 1;

    private readonly FlowOrienter _orienter = new(sink, options.LowestEndpointPort);
    private readonly PortRelevance _ports = new(options.LowestEndpointPort);

    /// <summary>Reads an event of the kind flow or netflow.</summary>
    /// <param name="flow">The flow. Its arrival is its end, the earliest time at which Suricata could have reported it.</param>
    /// <returns>False when the event is not used; the reason is counted.</returns>
    public bool TryRead(EveEvent read, EveEventKind kind, ZeekSensor sensor, out FlowRecord flow)
    {
        flow = default;

        // 1. Addresses and ports. An event about ICMP has no ports, and says which protocol it is about.
        var isTcp = ZeekValue.IsTcp(read[EveField.Protocol]);
        if (!ZeekValue.TryReadAddress(read[EveField.Source], out flow.Source)
            || !ZeekValue.TryReadAddress(read[EveField.Destination], out flow.Destination)
            || (isTcp && !(ZeekValue.TryReadPort(read[EveField.SourcePort], out flow.SourcePort)
                && ZeekValue.TryReadPort(read[EveField.DestinationPort], out flow.DestinationPort))))
        {
            counters.Reject(Hop.SuricataLine, Rejection.NotATransportFlow);
            return false;
        }

        counters.Use(Hop.SuricataLine);
        counters.Receive(Hop.FlowRecord);

        // 2. Protocol and ports rule out most events.
        if (!isTcp) return Reject(Rejection.NotTcp);
        if (!_ports.IsRelevant(flow.SourcePort, flow.DestinationPort)) return Reject(Rejection.IrrelevantPorts);

        if (!flow.IsBetweenEndpoints) return Reject(Rejection.NotATransportFlow);

        // 3. When.
        if (!ZeekValue.TryReadTime(read[EveField.Start], out var start)) return Reject(Rejection.NoStartTime);
        if (!ZeekValue.TryReadTime(read[EveField.End], out var end)) end = start;
        flow.StartUnixMilliseconds = start / 1000;
        flow.EndUnixMilliseconds = flow.ArrivalUnixMilliseconds = Math.Max(start, end) / 1000;
        flow.ResolutionMilliseconds = 1;
        flow.ClockKey = sensor.ClockKey;

        // 4. How much.
        flow.Protocol = Tcp;
        flow.Octets = ZeekValue.ReadCount(read[EveField.Octets]);
        flow.Packets = ZeekValue.ReadCount(read[EveField.Packets]);
        if (kind == EveEventKind.Flow)
        {
            flow.TcpFlags = Flags(read[EveField.TcpFlagsToServer]);
            flow.ReverseTcpFlags = Flags(read[EveField.TcpFlagsToClient]);
            flow.ReverseOctets = ZeekValue.ReadCount(read[EveField.ReverseOctets]);
            flow.ReversePackets = ZeekValue.ReadCount(read[EveField.ReversePackets]);
            flow.HasReverse = (flow.ReverseOctets | flow.ReversePackets | flow.ReverseTcpFlags) != 0;
        }
        else
        {
            flow.TcpFlags = Flags(read[EveField.TcpFlags]);
        }

        // 5. The sensor that saw it, and which end is the client.
        flow.ExporterId = sensor.ExporterId;
        flow.SamplingInterval = 1;
        flow.BiflowDirection = SawHandshake(flow) ? InitiatorIsSource : (byte)0;
        counters.Use(Hop.FlowRecord);
        return true;
    }

    /// <summary>Hands a flow on.</summary>
    public void Offer(in FlowRecord flow) => _orienter.Orient(flow);

    private bool Reject(Rejection reason)
    {
        counters.Reject(Hop.FlowRecord, reason);
        return false;
    }

    /// <summary>
    /// True when the source sent a SYN and the other end one with ACK: Suricata then followed the handshake, and takes for the client whose
    /// SYN was answered.
    /// </summary>
    /// <remarks>
    /// Of a connection that it met later, the source is only who spoke first. Flags are OR-ed over the connection: a SYN and an ACK from
    /// one end alone may be an unseen server's client, or a server whose client was not seen, and state nothing.
    /// </remarks>
    private static bool SawHandshake(in FlowRecord flow) =>
        (flow.TcpFlags & Syn) != 0 && (flow.ReverseTcpFlags & (Syn | Ack)) == (Syn | Ack);

    private static ushort Flags(ReadOnlySpan<byte> hexadecimal) =>
        Utf8Parser.TryParse(hexadecimal, out ushort flags, out var length, 'x') && length == hexadecimal.Length ? flags : (ushort)0;
}
