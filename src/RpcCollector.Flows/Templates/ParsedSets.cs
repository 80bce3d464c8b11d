namespace RpcCollector.Flows.Templates;

/// <summary>
/// A cache of parsed Template Sets for all exporters: thousands of devices of one kind send the same octets, which need to be parsed
/// only once.
/// </summary>
/// <remarks>
/// Used without a lock: each slot holds one immutable Set, and a newer one replaces it. Forged Sets can do no more than evict others.
/// </remarks>
internal sealed class ParsedSets(PlanPool plans)
{
    /// <summary>The longest Set, in octets, that is parsed as a whole; the records of a longer one would need large objects.</summary>
    public const int LongestSet = 2048;

    private const int Places = 256;
    private const int MostRecords = 32;

    private readonly ParsedSet?[] _sets = new ParsedSet?[Places];

    /// <summary>Reads a Template Set, or an Options Template Set, to its end or to what is malformed.</summary>
    /// <param name="content">Of <see cref="LongestSet"/> octets at most.</param>
    public ParsedSet Read(ReadOnlySpan<byte> content, int version, bool isOptions)
    {
        var hash = default(HashCode);
        hash.AddBytes(content);
        ref var place = ref _sets[hash.ToHashCode() & (Places - 1)];
        if (Volatile.Read(ref place) is { } known && known.Is(content, version, isOptions)) return known;
        var set = new ParsedSet(content.ToArray(), version, isOptions, plans);
        if (set.Records.Length is > 0 and <= MostRecords) Volatile.Write(ref place, set);
        return set;
    }
}

/// <summary>The records of one Template Set.</summary>
internal sealed class ParsedSet
{
    private readonly int _version;
    private readonly bool _isOptions;

    public ParsedSet(byte[] content, int version, bool isOptions, PlanPool pool)
    {
        (Content, _version, _isOptions) = (content, version, isOptions);
        var reader = new TemplateReader(version, isOptions, content);
        var records = new List<ParsedRecord>();
        while (reader.TryRead(out var record)) records.Add(new ParsedRecord(record, pool));
        Records = [.. records];
    }

    public byte[] Content { get; }

    /// <summary>The last may be malformed; then nothing behind it can be read.</summary>
    public ParsedRecord[] Records { get; }

    public bool Is(ReadOnlySpan<byte> content, int version, bool isOptions) =>
        version == _version && isOptions == _isOptions && content.SequenceEqual(Content);
}

/// <summary>One record of a Template Set.</summary>
internal sealed class ParsedRecord(TemplateRecord record, PlanPool pool)
{
    private RecordPlan? _plan;

    public TemplateRecord Record { get; } = record;

    /// <summary>The plan of a record that has fields, made when it is first asked for.</summary>
    public RecordPlan Plan => _plan ??= pool.Of(Record.Fields!);
}
