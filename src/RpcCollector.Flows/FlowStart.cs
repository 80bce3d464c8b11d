using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows;

/// <summary>
/// The first sight of a TCP flow between a client and a server (CAR flow/start), as one record reports it; unique by both addresses,
/// both ports and its start.
/// </summary>
/// <remarks>
/// Its direction may be uncertain. Then it is offered in both orientations, and only the one that has a mapper flow is joined.
/// </remarks>
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

    /// <summary>Unix milliseconds when the record arrived: state is kept and dropped by this clock.</summary>
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

    /// <summary>
    /// What to add to the times when they are shown to people: the distance from the clock's anchor to its best estimate. Times of one
    /// clock can be compared without it.
    /// </summary>
    public int ClockCorrectionMilliseconds;

    /// <summary>Index of the exporter in <see cref="ExporterDirectory"/>.</summary>
    public int ExporterId;

    /// <summary>One packet in this many was sampled; 1 unsampled, 0 unknown.</summary>
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

/// <summary>How sure the orientation of a <see cref="FlowStart"/> is.</summary>
public enum DirectionConfidence : byte
{
    /// <summary>Nothing in the record says which end is the client: it is offered in both orientations.</summary>
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
