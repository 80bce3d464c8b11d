using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Interpretation;

namespace RpcCollector.Flows.Zeek;

/// <summary>Turns lines of conn.log into flow records and passes them on as flow starts, as happens with Data Records.</summary>
/// <remarks>Zeek writes a connection when it has ended, sees both directions, and names the end that it takes for the one
/// that started it (see <see cref="ConnInitiator"/>).</remarks>
public sealed class ConnDecoder(FlowOptions options, HopCounters counters, IFlowStartSink sink)
{
    private const byte Tcp = 6;

    private readonly FlowOrienter _orienter = new(sink, options.LowestEndpointPort);
    private readonly PortRelevance _ports = new(options.LowestEndpointPort);

    /// <summary>Reads a line of conn.log.</summary>
    /// <param name="flow">The flow. Its arrival is its end, the earliest time at which Zeek could have reported it.</param>
    /// <returns>False when the line is not used; the reason is counted.</returns>
    public bool TryRead(ZeekLine line, ZeekSensor sensor, out FlowRecord flow)
    {
        flow = default;

        // 1. Addresses and ports.
        if (!ZeekValue.TryReadAddress(line[ZeekField.OriginatorHost], out flow.Source)
            || !ZeekValue.TryReadAddress(line[ZeekField.ResponderHost], out flow.Destination)
            || !ZeekValue.TryReadPort(line[ZeekField.OriginatorPort], out flow.SourcePort)
                || !ZeekValue.TryReadPort(line[ZeekField.ResponderPort], out flow.DestinationPort))
        {
            counters.Reject(Hop.ZeekLine, Rejection.NotATransportFlow);
            return false;
        }

        counters.Use(Hop.ZeekLine);
        counters.Receive(Hop.FlowRecord);

        // 2. Protocol and ports rule out most lines.
        if (!ZeekValue.IsTcp(line[ZeekField.Protocol])) return Reject(Rejection.NotTcp);
        if (!_ports.IsRelevant(flow.SourcePort, flow.DestinationPort)) return Reject(Rejection.IrrelevantPorts);
        if (!flow.IsBetweenEndpoints) return Reject(Rejection.NotATransportFlow);

        // 3. When.
        if (!ZeekValue.TryReadTime(line[ZeekField.Time], out var start)) return Reject(Rejection.NoStartTime);
        flow.StartUnixMilliseconds = start / 1000;
        flow.EndUnixMilliseconds =
            flow.ArrivalUnixMilliseconds =
            Math.Min(start + ZeekValue.ReadDuration(line[ZeekField.Duration]), ZeekValue.LatestMicroseconds) / 1000;
        flow.ResolutionMilliseconds = 1;
        flow.ClockKey = sensor.ClockKey;

        // 4. How much.
        flow.Protocol = Tcp;
        flow.Octets = Octets(line, ZeekField.OriginatorIPBytes, ZeekField.OriginatorBytes);
        flow.ReverseOctets = Octets(line, ZeekField.ResponderIPBytes, ZeekField.ResponderBytes);
        flow.Packets = ZeekValue.ReadCount(line[ZeekField.OriginatorPackets]);
        flow.ReversePackets = ZeekValue.ReadCount(line[ZeekField.ResponderPackets]);
        var flags = ConnFlags.Of(line[ZeekField.History], line[ZeekField.ConnState]);
        (flow.TcpFlags, flow.ReverseTcpFlags) = (flags.Originator, flags.Responder);
        flow.HasReverse = (flow.ReverseOctets | flow.ReversePackets | flow.ReverseTcpFlags) != 0;

        // 5. The sensor that saw it, and which end is the client.
        flow.ExporterId = sensor.ExporterId;
        flow.SamplingInterval = 1;
        flow.BiflowDirection = ConnInitiator.Of(line[ZeekField.History], line[ZeekField.ConnState]);
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

    /// <summary>Exporters count octets of the IP layer (octetDeltaCount), and so does Zeek where it writes orig_ip_bytes.</summary>
    private static ulong Octets(ZeekLine line, ZeekField ipBytes, ZeekField payloadBytes) =>
        ZeekValue.ReadCount(line[line.Has(ipBytes) ? ipBytes : payloadBytes]);
}
