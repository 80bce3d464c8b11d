using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>An RPC activity or a contact of an hour that is still open; unique by its key.</summary>
internal struct Fact : ITableRow
{
    // What has no flow has no start of one: there this says that it is a tally.
    private const uint TallyMark = 1;

    /// <summary>The id, and in the lowest bit whether it is a contact.</summary>
    public long Key;
    public long Start;
    public int Open;
    public int NextOfOpen;
    public int PreviousOfOpen;

    /// <summary>Milliseconds from <see cref="Start"/>.</summary>
    public uint MapperStart;
    public uint MapperEnd;
    public uint FlowStart;
    public uint FlowEnd;
    public uint ClientOctets;
    public uint ServerOctets;
    public uint SamplingInterval;
    public ExporterSet Exporters;

    /// <summary>0 when there is no mapper flow.</summary>
    public ushort MapperClientPort;

    /// <summary>0 when there is no flow but the mapper flow.</summary>
    public ushort ClientPort;
    public ushort ServerPort;
    public JoinBasis Basis;
    public FactMarks Marks;

    public int Next { get; set; }

    public readonly bool HasMapper => (Marks & FactMarks.Mapper) != FactMarks.None;

    public readonly bool HasFlow => (Marks & FactMarks.Flow) != FactMarks.None;

    /// <summary>When its flow to the endpoint, or the contact, began; and its mapper flow.</summary>
    public readonly long FlowAt => Start + FlowStart;

    public readonly long MapperAt => Start + MapperStart;

    /// <summary>
    /// True when something but chance says which end the client is, were it a mapper flow that its endpoint flow followed.
    /// </summary>
    public readonly bool IsSure => (Marks & FactMarks.Uncertain) == FactMarks.None || Basis is JoinBasis.Car or JoinBasis.Extended;

    public readonly bool IsContact => (Key & 1) != 0;

    /// <summary>True for a contact of which nothing but its time is notable.</summary>
    public readonly bool IsPlain => IsContact && (Marks & (FactMarks.Shaped | FactMarks.Upload)) == FactMarks.None;

    public readonly bool IsUpload => (Marks & FactMarks.Upload) != FactMarks.None;

    /// <summary>True for a session of SMB that carried calls and was over soon (<see cref="BriefSessions"/>).</summary>
    public readonly bool AreBriefCalls => (Marks & FactMarks.Shaped) != FactMarks.None && IsContact;

    /// <summary>
    /// True for a mapper flow that stands for others of its few seconds, which are only counted (<see cref="OpenFacts"/>).
    /// </summary>
    public readonly bool IsTally => (Marks & (FactMarks.Mapper | FactMarks.Flow)) == FactMarks.Mapper && FlowStart == TallyMark;

    /// <summary>Of a tally: how many others.</summary>
    public readonly uint NumOthers => FlowEnd;

    public readonly bool IsUnanswered => (Marks & FactMarks.Unanswered) != FactMarks.None;

    public readonly bool IsRefused => (Marks & FactMarks.Refused) != FactMarks.None;

    /// <summary>True when it says something of its server: it was answered, and it is sure which end that is.</summary>
    public readonly bool IsAnswered => !IsUnanswered && IsSure;

    public readonly ulong Hash() => TableHash.Of((ulong)Key);

    /// <summary>This as a tally of mapper flows, of which it is the first.</summary>
    public readonly Fact AsTally() => this with
    {
        Marks = Marks & ~(FactMarks.Flow | FactMarks.Shaped | FactMarks.Upload),
        Basis = JoinBasis.MapperOnly,
        ClientPort = 0,
        ServerPort = 0,
        FlowStart = TallyMark,
        FlowEnd = 0,
        ClientOctets = 0,
        ServerOctets = 0,
    };
}

/// <summary>What a fact says besides its numbers.</summary>
[Flags]
internal enum FactMarks : byte
{
    None = 0,
    Mapper = 1,

    /// <summary>An endpoint flow, or the contact itself.</summary>
    Flow = 2,

    /// <summary>The client asked for a connection and none came about.</summary>
    Unanswered = 4,

    /// <summary>The server's answer is shaped like directory replication; of SMB: brief calls.</summary>
    Shaped = 8,

    /// <summary>No record says who the client is.</summary>
    Uncertain = 16,

    /// <summary>A firewall, or a router's access list, did not let the connection through. It is unanswered too.</summary>
    Refused = 32,

    /// <summary>
    /// The client sent much and got little, by SMB; of an endpoint flow: both sent much in the shape of small calls and small answers.
    /// </summary>
    Upload = 64,

    /// <summary>The mapper's answer is as large as its whole list of endpoints.</summary>
    Listed = 128,
}
