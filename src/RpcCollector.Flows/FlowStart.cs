using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows;

/// <summary>
/// The first sight of a TCP flow between a client and a server (CAR flow/start), as one record reports it; unique by both addresses,
/// both ports and its start.
/// </summary>
/// <remarks>
/// It is offered in both orientations wherever another record, or a mapper flow, may show that it goes the other way: what is known of the
/// direction must reach whoever holds either. Only one of the two is ever joined.
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
    /// True where this is no sight of a flow, but a device's statement: what is seen between these ends is <see cref="Connection"/>, whose
    /// addresses or ports it translated. It counts for no flow.
    /// </summary>
    public bool IsTranslation;

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

    /// <summary>Which half of the connection the record covers; none when it was refused.</summary>
    public FlowHalf Half;

    /// <summary>The era of the clock of arrivals when the record arrived; 0 where the clock is a capture's.</summary>
    public byte ArrivalEra;

    /// <summary>True when the record tells of a connection's end alone: its start is not known, and is stated as the end.</summary>
    public bool IsEndAlone;

    /// <summary>True for the second of the two orientations in which a flow start is offered: it is not counted again.</summary>
    public bool IsMirror;

    /// <summary>True when it stands for both orientations: <see cref="Mirror"/> is not handed over by itself.</summary>
    public bool HasMirror;

    /// <summary>
    /// Of a translation: the true ends, the client's or source's first, in the order of <see cref="Client"/> and <see cref="Server"/>.
    /// </summary>
    /// <remarks>A translation counts nothing: they are kept in the place of counters and flags, so that no flow start grows.</remarks>
    public FlowEnds Connection
    {
        readonly get => new(new(ClientOctets, ServerOctets), ClientTcpFlags, new(ClientPackets, ServerPackets), ServerTcpFlags);
        set
        {
            (ClientOctets, ServerOctets, ClientTcpFlags) = (value.Source.High, value.Source.Low, value.SourcePort);
            (ClientPackets, ServerPackets, ServerTcpFlags) = (value.Destination.High, value.Destination.Low, value.DestinationPort);
        }
    }

    /// <summary>The same flow start in the other orientation; a translation has none.</summary>
    public readonly FlowStart Mirror => this with
    {
        Client = Server,
        Server = Client,
        ClientPort = ServerPort,
        ServerPort = ClientPort,
        ClientTcpFlags = ServerTcpFlags,
        ServerTcpFlags = ClientTcpFlags,
        ClientOctets = ServerOctets,
        ServerOctets = ClientOctets,
        ClientPackets = ServerPackets,
        ServerPackets = ClientPackets,
        Direction = DirectionOfMirror,
        Half = Half.Turn(),
        IsMirror = true,
        HasMirror = false,
    };

    public readonly ArrivalTime Arrival => new(ArrivalEra, ArrivalUnixMilliseconds);

    /// <summary>True for a flow start to the endpoint mapper, TCP 135 (CAR rpc_mapper).</summary>
    public readonly bool IsMapperFlow => ServerPort == WellKnownPort.EndpointMapper && !IsTranslation;

    private readonly DirectionConfidence DirectionOfMirror =>
        Direction == DirectionConfidence.Stated ? DirectionConfidence.Refuted : DirectionConfidence.Uncertain;

    /// <summary>
    /// Lets those whose mirror is next stand for it, and closes the gaps; returns how many are left. All of them go to one shard.
    /// </summary>
    public static int JoinMirrors(Span<FlowStart> starts)
    {
        var count = 0;
        foreach (ref readonly var start in starts)
        {
            if (count > 0 && start.ArrivalEra == starts[count - 1].ArrivalEra && start.IsMirrorOf(starts[count - 1]))
                starts[count - 1].HasMirror = true;
            else starts[count++] = start;
        }

        return count;
    }

    /// <summary>
    /// True when this is <see cref="Mirror"/> of a flow start, to the last field but the era, which whoever hands it over knows. Neither
    /// may be a mapper flow: that goes to two shards, and is another thing to each.
    /// </summary>
    public readonly bool IsMirrorOf(in FlowStart start) =>
        IsMirror && !start.IsMirror && !IsTranslation && !start.IsTranslation && !start.HasMirror && !IsMapperFlow
        && !start.IsMapperFlow && IsEndAlone == start.IsEndAlone
        && ClientPort == start.ServerPort && ServerPort == start.ClientPort && Client == start.Server && Server == start.Client
        && ClientTcpFlags == start.ServerTcpFlags && ServerTcpFlags == start.ClientTcpFlags
        && ClientOctets == start.ServerOctets && ServerOctets == start.ClientOctets
        && ClientPackets == start.ServerPackets && ServerPackets == start.ClientPackets
        && StartUnixMilliseconds == start.StartUnixMilliseconds && EndUnixMilliseconds == start.EndUnixMilliseconds
        && ArrivalUnixMilliseconds == start.ArrivalUnixMilliseconds
        && ResolutionMilliseconds == start.ResolutionMilliseconds && ClockKey == start.ClockKey
        && ClockCorrectionMilliseconds == start.ClockCorrectionMilliseconds && ExporterId == start.ExporterId
        && SamplingInterval == start.SamplingInterval && Direction == start.DirectionOfMirror && Half == start.Half.Turn();
}

/// <summary>Which evidence says who the client is, of a record (<see cref="FlowStart"/>) or of all that was seen of a connection.</summary>
/// <remarks>
/// The ranking, the strongest first; each decides only where none above it speaks, and what contradicts itself says nothing.
/// <list type="number">
/// <item>The exporter states the initiator: biflowDirection, unless its flags show that it missed the handshake, a security event, Zeek's
/// originator: <see cref="Stated"/>.</item>
/// <item>One end sent a SYN and never an ACK: it is the client: <see cref="Stated"/>.</item>
/// <item>One clock saw the first packet of one half before that of the other: <see cref="FirstPacket"/>.</item>
/// <item>A mapper flow from one end to the other, which the flow follows: <see cref="MapperFlow"/>, or a join.</item>
/// <item>A port of the family at one end alone: <see cref="ServerPort"/>. Whoever owns the port chose it, so it takes packets of the other
/// end to it; and it decides nothing against the above, nor
/// against a known endpoint at the other end.</item>
/// <item>Nothing: <see cref="Uncertain"/>.</item>
/// </list>
/// A statement or SYN in one record beside others of the connection that show neither is enough to say who the client is, and not to
/// rule the other out: a forged record makes a direction less sure, and turns none. Of these only the first three cannot be had by
/// choosing a source port. The numbers are saved; their order means nothing.
/// </remarks>
public enum DirectionConfidence : byte
{
    /// <summary>Nothing says which end is the client, or what does contradicts itself: it is offered in both orientations.</summary>
    Uncertain = 0,

    /// <summary>Nothing but a well-known server port at one end says so.</summary>
    ServerPort = 1,

    /// <summary>The exporter says who initiated, or one half shows a SYN without ACK.</summary>
    Stated = 2,

    /// <summary>The client's first packet was seen before the server's, by one clock.</summary>
    FirstPacket = 3,

    /// <summary>Only a mapper flow from the client to the server, which it follows, tells the client.</summary>
    MapperFlow = 4,

    /// <summary>
    /// The other end is the client. Such a flow start is never shown: it is offered so that who holds the connection this way round learns
    /// of it.
    /// </summary>
    Refuted = 5,
}

/// <summary>Which half of a connection a record covers.</summary>
public enum FlowHalf : byte
{
    /// <summary>Neither: who reports it did not let the connection through.</summary>
    None = 0,
    FromClient = 1,
    FromServer = 2,
    Both = 3,
}
