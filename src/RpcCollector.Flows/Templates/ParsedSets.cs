namespace RpcCollector.Flows.Templates;

/// <summary>Template Sets as they were parsed, for all exporters together: those of one kind send the same octets, and thousands of them shall not be parsed one by one.</summary>
/// <remarks>Used without a lock: each place holds one Set, which stays as it is, and the newest goes in. Forged Sets can only push others out.</remarks>
internal sealed class ParsedSets(PlanPool plans)
{
    private const int Places = 256;
    private const int LongestSet = 2048;
    private const int MostRecords = 32;

    private readonly ParsedSet?[] _sets = new ParsedSet?[Places];

    /// <summary>Reads a Template Set, or an Options Template Set, to its end or to what is malformed.</summary>
    public ParsedSet Read(ReadOnlySpan<byte> content, int version, bool isOptions)
    {
        var hash = default(HashCode);
        hash.AddBytes(content);
        ref var place = ref _sets[hash.ToHashCode() & (Places - 1)];
        if (Volatile.Read(ref place) is { } known && known.Is(content, version, isOptions)) return known;
        var set = new ParsedSet(content.ToArray(), version, isOptions, plans);
        if (content.Length <= LongestSet && set.Records.Length is > 0 and <= MostRecords) Volatile.Write(ref place, set);
        return set;
    }
}

/// <summary>The records of one Template Set, and the plans that read by them.</summary>
internal sealed class ParsedSet
{
    private readonly int _version;
    private readonly bool _isOptions;
    private readonly PlanPool _pool;
    private readonly RecordPlan?[] _plans;

    public ParsedSet(byte[] content, int version, bool isOptions, PlanPool pool)
    {
        (Content, _version, _isOptions, _pool) = (content, version, isOptions, pool);
        var reader = new TemplateReader(version, isOptions, content);
        var records = new List<TemplateRecord>();
        while (reader.TryRead(out var record)) records.Add(record);
        Records = [.. records];
        _plans = new RecordPlan?[Records.Length];
    }

    public byte[] Content { get; }

    /// <summary>The last may be malformed; then nothing behind it can be read.</summary>
    public TemplateRecord[] Records { get; }

    public bool Is(ReadOnlySpan<byte> content, int version, bool isOptions) => version == _version && isOptions == _isOptions && content.SequenceEqual(Content);

    /// <summary>The plan of a record that has fields, made when it is first asked for.</summary>
    public RecordPlan PlanOf(int record) => _plans[record] ??= _pool.Of(Records[record].Fields!);
}
