using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>A held flow by value: what it takes to hold it again in another process, in whichever shard its client belongs to.</summary>
internal struct SavedFlow
{
    /// <summary>Milliseconds since it was last seen.</summary>
    public long Age;
    public HostAddress Client;
    public HostAddress Server;
    public ushort ClientPort;
    public ushort ServerPort;
    public long Start;
    public uint Duration;

    /// <summary>How far other clocks than the reference clock saw it beyond its start and end, in milliseconds.</summary>
    public long Lead;
    public long Trail;
    public uint ClientOctets;
    public uint ServerOctets;
    public byte ClientTcpFlags;
    public byte ServerTcpFlags;
    public FlowHalf Half;
    public DirectionEvidence For;
    public DirectionEvidence Against;
    public FlowHalf Timed;
    public FlowHalf First;
    public FlowMarks Marks;

    /// <summary>True when several clocks told of the flows of its pair.</summary>
    public bool PairHasSeveralClocks;
    public SavedWitness Witness;

    /// <summary>The activity or contact as it was published; null when none was.</summary>
    public long? ActivityId;

    /// <summary>Of a contact: how it was published last.</summary>
    public DirectionConfidence Said;

    /// <summary>Of an endpoint flow that has an activity; default else.</summary>
    public JoinBasis Basis;

    /// <summary>When it is joined: what is known of the mapper flow. Its witnesses are in <see cref="MapperWitness"/>.</summary>
    public MapperFacts Mapper;
    public SavedWitness MapperWitness;

    /// <summary>When it is joined: where its shard holds the mapper flow; none when that was let go.</summary>
    public int MapperIndex;

    /// <summary>Where its shard holds it.</summary>
    public int Index;
}
