namespace RpcCollector.Detection.Tables;

/// <summary>An activity as it was last published: its id, and its mapper flow as it was then, which may have been dropped since.</summary>
internal struct ActivityRow : IRow
{
    public long Id;
    public JoinBasis Basis;

    /// <summary>
    /// The mapper flow while it is held, then none. None for a mapper-only activity too: there the mapper flow refers to the activity.
    /// </summary>
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
