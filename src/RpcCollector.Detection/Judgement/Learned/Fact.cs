using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>An RPC activity or a contact of an hour that is still open; unique by its key.</summary>
internal struct Fact : ITableRow
{
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

    public readonly bool IsUnanswered => (Marks & FactMarks.Unanswered) != FactMarks.None;

    public readonly bool IsRefused => (Marks & FactMarks.Refused) != FactMarks.None;

    /// <summary>
    /// True when it says something of its server: it was answered, and something but chance says which end that is, were it a mapper flow
    /// that its endpoint flow followed.
    /// </summary>
    public readonly bool IsAnswered => !IsUnanswered
        && ((Marks & FactMarks.Uncertain) == FactMarks.None || Basis is JoinBasis.Car or JoinBasis.Extended);

    public readonly ulong Hash() => TableHash.Of((ulong)Key);
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

    /// <summary>The server's answer is shaped like directory replication.</summary>
    Shaped = 8,

    /// <summary>No record says who the client is.</summary>
    Uncertain = 16,

    /// <summary>A firewall, or a router's access list, did not let the connection through. It is unanswered too.</summary>
    Refused = 32,

    /// <summary>The mapper's answer is as large as its whole list of endpoints.</summary>
    Listed = 128,
}
