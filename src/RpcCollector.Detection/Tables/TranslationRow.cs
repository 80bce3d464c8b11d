using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// What one exporter stated: that what is seen between two ends is the connection between two others; unique by both, the exporter and
/// time.
/// </summary>
internal struct TranslationRow : IRow
{
    /// <summary>The ends as they are seen on one side of the device: an <see cref="EndsRow"/>, as are the two that follow.</summary>
    public int Seen;

    /// <summary>The true ends.</summary>
    public int Connection;

    /// <summary>The hosts of the true ends, without ports.</summary>
    public int Pair;

    // The next of those with the same ends, and neighbours in the order of arrival.
    public int NextOfSeen;
    public int NextOfConnection;
    public int NextOfPair;
    public int Older;
    public int Newer;

    /// <summary>Grows with every row that is added.</summary>
    public long Sequence;

    public long Start;
    public long End;
    public ulong ClockKey;
    public int ResolutionMilliseconds;
    public int ExporterId;
    public uint Arrival;

    /// <summary>True when the true ends are sorted the other way round.</summary>
    public bool IsCrossed;

    /// <summary>Which ends, as they are seen, records state to be the client: 1 the first, 2 the second.</summary>
    public byte Clients;

    public int NextFree
    {
        readonly get => Seen;
        set => Seen = value;
    }
}

/// <summary>Two ends of which translations tell; sorted, and unique.</summary>
internal struct EndsRow : IKeyedRow
{
    public FlowEnds Ends;

    // The translations of which they are what is seen, the connection, and its hosts.
    public int FirstOfSeen;
    public int FirstOfConnection;
    public int FirstOfPair;
    public int NumOfPair;

    public int NextFree
    {
        readonly get => FirstOfSeen;
        set => FirstOfSeen = value;
    }

    public readonly bool IsUnused => (FirstOfSeen & FirstOfConnection & FirstOfPair) == FlowRow.None;

    public readonly ulong Hash() => HashOf(Ends);

    public static ulong HashOf(in FlowEnds ends)
    {
        var hash = TableHash.Of(ends.Source.High);
        hash = TableHash.Of(hash ^ ends.Source.Low);
        hash = TableHash.Of(hash ^ ends.Destination.High);
        hash = TableHash.Of(hash ^ ends.Destination.Low);
        return TableHash.Of(hash ^ ((ulong)ends.SourcePort << 16 | ends.DestinationPort));
    }

    public readonly struct Key(in FlowEnds wanted) : IRowKey<EndsRow>
    {
        private readonly FlowEnds _wanted = wanted;

        public ulong Hash() => HashOf(_wanted);

        public bool Is(int index, in EndsRow row) => row.Ends == _wanted;
    }
}
