using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>What became of a simulated connection attempt.</summary>
internal enum Answer : byte
{
    Answered,

    /// <summary>The port is closed: SYN, then RST.</summary>
    Refused,

    /// <summary>A firewall drops it, or nobody has the address: SYN only.</summary>
    Silent,
}

/// <summary>A simulated contact, or a simulated RPC activity (mapper and endpoint connection), as the collector gets to know it.</summary>
internal struct SimulatedConnection
{
    private const byte Closed = 0x1B; // SYN, ACK, PSH, FIN
    private const byte Reset = 0x1E; // SYN, RST, PSH, ACK
    private const byte SynOnly = 0x02;
    private const byte ResetAck = 0x14;

    /// <summary>When the collector publishes it, in Unix milliseconds.</summary>
    public long Arrival;

    /// <summary>In Unix milliseconds; of an activity, the mapper connection's (the endpoint connection's when there is none).</summary>
    public long Start;

    public int DurationMilliseconds;

    /// <summary>From the mapper connection's start to the endpoint connection's.</summary>
    public int EndpointDelayMilliseconds;

    public int EndpointDurationMilliseconds;

    public EndAddress Client;
    public EndAddress Server;
    public uint ClientOctets;
    public uint ServerOctets;
    public ushort ClientPort;

    /// <summary>The contact's port, or the endpoint's.</summary>
    public ushort ServerPort;

    /// <summary>0 for a contact.</summary>
    public JoinBasis Basis;

    public Answer Answer;
    public byte ClientSite;
    public byte ServerSite;

    /// <summary>1 + the index of the placed flow that it stands for (see <see cref="PlacedFlows"/>); 0 for none.</summary>
    public int Placed;

    /// <summary>Which habit causes it, as an index into the habits of the enterprise.</summary>
    public byte Habit;

    public readonly bool IsContact => Basis == default;

    public readonly AdministrationContact ToContact(long id) => new()
    {
        Id = id,
        Client = Client.Host,
        Server = Server.Host,
        Flow = new FlowSpan(ClientPort, ServerPort, Start, Start + DurationMilliseconds),
        Exporters = Exporters,
        SamplingInterval = 1,
        Traffic = Traffic,
    };

    public readonly RpcActivity ToActivity(long id)
    {
        var endpointStart = Start + EndpointDelayMilliseconds;
        return new RpcActivity
        {
            Id = id,
            Basis = Basis,
            Client = Client.Host,
            Server = Server.Host,
            Mapper = Basis == JoinBasis.KnownEndpoint
                ? null
                : new FlowSpan(ClientPort, WellKnownPort.EndpointMapper, Start, Start + DurationMilliseconds),
            Endpoint = Basis == JoinBasis.MapperOnly
                ? null
                : new FlowSpan((ushort)(ClientPort + 1), ServerPort, endpointStart, endpointStart + EndpointDurationMilliseconds),
            Exporters = Exporters,
            SamplingInterval = 1,
            Traffic = Traffic,
        };
    }

    private readonly ExporterSet Exporters
    {
        get
        {
            var exporters = ExporterSet.Of(ClientSite);
            exporters.Add(ServerSite);
            return exporters;
        }
    }

    // Windows ends idle sessions of SMB, and many of LDAP and Kerberos, by a reset; the client's port says by chance which.
    private readonly byte Sent => ServerPort == WellKnownPort.Smb && ClientPort % 10 < 8 ? Reset : Closed;

    private readonly byte Answered => ServerPort is 88 or 389 && ClientPort % 10 < 8 ? Reset : Closed;

    private readonly FlowTraffic Traffic => Answer switch
    {
        Answer.Answered => new FlowTraffic(ClientOctets, ServerOctets, Sent, Answered, FlowHalf.Both, DirectionConfidence.Stated),
        Answer.Refused => new FlowTraffic(ClientOctets, ServerOctets, SynOnly, ResetAck, FlowHalf.Both, DirectionConfidence.Stated),
        _ => new FlowTraffic(ClientOctets, 0, SynOnly, 0, FlowHalf.FromClient, DirectionConfidence.Stated),
    };
}
