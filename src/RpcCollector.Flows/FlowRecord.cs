using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows;

/// <summary>One Data Record read as a flow: unidirectional, or bidirectional (RFC 5103) when <see cref="HasReverse"/> is set.</summary>
public struct FlowRecord
{
    public HostAddress Source;
    public HostAddress Destination;
    public ushort SourcePort;
    public ushort DestinationPort;
    public byte Protocol;

    /// <summary>True when the record carries the reverse direction too.</summary>
    public bool HasReverse;

    /// <summary>OR of the TCP flags seen from source to destination (tcpControlBits).</summary>
    public ushort TcpFlags;

    /// <summary>OR of the TCP flags seen from destination to source.</summary>
    public ushort ReverseTcpFlags;

    /// <summary>Unix milliseconds of the first packet, as the exporter gave it.</summary>
    public long StartUnixMilliseconds;

    /// <summary>Unix milliseconds of the last packet; never before the start.</summary>
    public long EndUnixMilliseconds;

    /// <summary>Unix milliseconds when the datagram was received (live) or captured (replay).</summary>
    public long ArrivalUnixMilliseconds;

    /// <summary>True when the record tells of a connection's end alone: its start is not known, and is stated as the end.</summary>
    public bool IsEndAlone;

    public ulong Octets;
    public ulong Packets;
    public ulong ReverseOctets;
    public ulong ReversePackets;

    /// <summary>How coarse the times are, in milliseconds: 1 for millisecond clocks, 1000 for whole seconds.</summary>
    public int ResolutionMilliseconds;

    /// <summary>Names the clock behind the times, by value.</summary>
    public ulong ClockKey;

    /// <summary>What to add to the times when they are shown to people.</summary>
    public int ClockCorrectionMilliseconds;

    /// <summary>Index of the exporter in <see cref="ExporterDirectory"/>.</summary>
    public int ExporterId;

    public uint ObservationDomainId;

    /// <summary>One packet in this many was sampled; 1 unsampled, 0 unknown.</summary>
    public uint SamplingInterval;

    /// <summary>
    /// flowEndReason (IE 136): 1 idle timeout, 2 active timeout, 3 end detected, 4 forced end, 5 lack of resources; 0 not given.
    /// </summary>
    public byte EndReason;

    /// <summary>biflowDirection (IE 239): 1 initiator, 2 reverse initiator, 3 perimeter; 0 not given.</summary>
    public byte BiflowDirection;

    /// <summary>
    /// firewallEvent (IE 233) of a record that is about both directions: 1 created, 2 deleted, 3 denied, 4 alert, 5 update; 0 not given.
    /// </summary>
    public byte FirewallEvent;

    /// <summary>True when its addresses are those of two hosts that can talk to each other.</summary>
    public readonly bool IsBetweenEndpoints => HostAddress.CanConnect(Source, Destination);

    /// <summary>True when its exporter states that it dropped the packets: it carried nothing of the connection.</summary>
    public bool IsRefused;
}
