namespace RpcCollector.Detection.Tables;

/// <summary>An activity as it was last published: its id, and its mapper flow as it then was, which may have been let go since.</summary>
internal struct ActivityRow : IRow
{
    public long Id;
    public JoinBasis Basis;

    /// <summary>The mapper flow while it is held, then none; none for a mapper-only activity, whose mapper flow names it.</summary>
    public int Mapper;

    /// <summary>When <see cref="Basis"/> is a join: what is known of the mapper flow.</summary>
    public MapperFacts MapperFacts;

    public int NextFree
    {
        readonly get => Mapper;
        set => Mapper = value;
    }
}

/// <summary>What a join needs to know of a mapper flow.</summary>
internal readonly record struct MapperFacts(long Start, long End, int Witnesses, ushort ClientPort);
