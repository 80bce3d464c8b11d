using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows;

/// <summary>The first sight of a TCP flow between a client and a server (CAR flow/start), as one record told it; unique by the four ends and its start.</summary>
/// <remarks>It says how far its orientation can be believed: an uncertain one is offered in both orientations, and only that which has a mapper flow joins.</remarks>
public struct FlowStart
{
    public HostAddress Client;
    public HostAddress Server;
    public ushort ClientPort;
    public ushort ServerPort;

    /// <summary>OR of the TCP flags that the client sent; 0 when unseen.</summary>
    public ushort ClientTcpFlags;

    /// <summary>OR of the TCP flags that the server sent; 0 when unseen.</summary>
    public ushort ServerTcpFlags;

    /// <summary>Unix milliseconds of the first packet, as the exporter gave it.</summary>
    public long StartUnixMilliseconds;

    /// <summary>Unix milliseconds of the last packet known so far.</summary>
    public long EndUnixMilliseconds;

    /// <summary>Unix milliseconds when the record arrived: the clock by which state is kept and let go.</summary>
    public long ArrivalUnixMilliseconds;

    public ulong ClientOctets;
    public ulong ServerOctets;
    public ulong ClientPackets;
    public ulong ServerPackets;

    /// <summary>How coarse the times are, in milliseconds.</summary>
    public int ResolutionMilliseconds;

    /// <summary>
    /// Names the clock behind the times, by value and so the same in every process: times of one clock keep their order to the millisecond,
    /// those of two may be seconds apart.
    /// </summary>
    public ulong ClockKey;

    /// <summary>To be added to the times for people: how far the clock's anchor is from its best estimate. Within one clock it changes nothing.</summary>
    public int ClockCorrectionMilliseconds;

    /// <summary>Index of the exporter in <see cref="ExporterDirectory"/>.</summary>
    public int ExporterId;

    /// <summary>One packet in so many was sampled; 1 is unsampled, 0 unknown.</summary>
    public uint SamplingInterval;

    public DirectionConfidence Direction;

    /// <summary>Which half of the connection the record covers.</summary>
    public FlowHalf Half;

    /// <summary>The era of the clock of arrivals when the record arrived; 0 where the clock is a capture's.</summary>
    public byte ArrivalEra;

    /// <summary>True for the second of the two orientations in which an uncertain flow start is offered: it is not counted again.</summary>
    public bool IsMirror;

    public readonly ArrivalTime Arrival => new(ArrivalEra, ArrivalUnixMilliseconds);

    /// <summary>True for a flow start to the endpoint mapper, TCP 135 (CAR rpc_mapper).</summary>
    public readonly bool IsMapperFlow => ServerPort == WellKnownPort.EndpointMapper;
}

/// <summary>How far the orientation of a <see cref="FlowStart"/> can be believed.</summary>
public enum DirectionConfidence : byte
{
    /// <summary>Nothing in the record tells the client: it is offered in both orientations.</summary>
    Uncertain,

    /// <summary>One end has a well-known server port.</summary>
    ServerPort,

    /// <summary>The exporter says who initiated, or one half shows a SYN without ACK.</summary>
    Stated,
}

/// <summary>Which half of a connection a record covers.</summary>
public enum FlowHalf : byte
{
    FromClient = 1,
    FromServer = 2,
    Both = 3,
}
