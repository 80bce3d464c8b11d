using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Which fact counts the mapper flows of a few seconds that are beyond the bound; unique by an edge's hour and the seconds.
/// </summary>
internal struct TallyRow : ITableRow
{
    public int Open;

    /// <summary>A <see cref="Learned.Fact"/> that is a tally.</summary>
    public int Fact;

    /// <summary>As <see cref="OpenFacts.SliceOf"/> says.</summary>
    public long Slice;

    public int Next { get; set; }

    public readonly ulong Hash() => HashOf(Open, Slice);

    public static ulong HashOf(int open, long slice) => TableHash.Of(((ulong)(uint)open << 32) ^ (ulong)slice);
}
