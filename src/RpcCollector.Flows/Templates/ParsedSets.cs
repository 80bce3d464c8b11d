namespace RpcCollector.Flows.Templates;

/// <summary>
/// A cache of parsed Template Sets for all exporters: thousands of devices of one kind send the same octets, which need to be parsed
/// only once.
/// </summary>
/// <remarks>
/// Used without a lock: each slot holds one immutable Set, and a newer one replaces it. Forged Sets can do no more than evict others.
/// </remarks>
internal sealed class ParsedSets
{
    /// <summary>The longest Set, in octets, that is kept as a whole.</summary>
    public const int LongestSet = 2048;

    private const int Places = 256;
    private const int MostRecords = 32;

    private readonly ParsedSet?[] _sets = new ParsedSet?[Places];

    /// <summary>A Set that was added; null when it was not, or another has taken its place.</summary>
    public ParsedSet? Find(ReadOnlySpan<byte> content, int version, bool isOptions)
    {
        if (content.Length > LongestSet) return null;
        return Volatile.Read(ref PlaceOf(content)) is { } known && known.Is(content, version, isOptions) ? known : null;
    }

    /// <summary>Adds a Set whose records all are sound.</summary>
    public ParsedSet Add(ReadOnlySpan<byte> content, int version, bool isOptions, ReadOnlySpan<ParsedRecord> records)
    {
        var set = new ParsedSet(content.ToArray(), version, isOptions, records.ToArray());
        if (records.Length <= MostRecords) Volatile.Write(ref PlaceOf(content), set);
        return set;
    }

    private ref ParsedSet? PlaceOf(ReadOnlySpan<byte> content)
    {
        var hash = default(HashCode);
        hash.AddBytes(content);
        return ref _sets[hash.ToHashCode() & (Places - 1)];
    }
}

/// <summary>The records of one Template Set.</summary>
internal sealed class ParsedSet(byte[] content, int version, bool isOptions, ParsedRecord[] records)
{
    public byte[] Content { get; } = content;

    public ParsedRecord[] Records { get; } = records;

    public bool Is(ReadOnlySpan<byte> content, int ofVersion, bool ofOptions) =>
        version == ofVersion && isOptions == ofOptions && content.SequenceEqual(Content);
}
