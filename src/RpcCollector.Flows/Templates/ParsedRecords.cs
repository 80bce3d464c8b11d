using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// A cache of parsed Template Records for all exporters, whatever their Template IDs: a flood of Templates that alternate between layouts
/// is parsed once.
/// </summary>
/// <remarks>Used without a lock, as <see cref="ParsedSets"/> is.</remarks>
internal sealed class ParsedRecords(PlanPool plans)
{
    private const int Places = 1024;
    private const int LongestRecord = 512;

    private readonly RecordLayout?[] _layouts = new RecordLayout?[Places];

    /// <summary>The layout of a record that was parsed lately; null when it must be parsed.</summary>
    /// <param name="octets">Those behind its Template ID.</param>
    public RecordLayout? Find(ReadOnlySpan<byte> octets, int version, bool isOptions)
    {
        if (octets.Length > LongestRecord) return null;
        return Volatile.Read(ref PlaceOf(octets)) is { } known && known.Is(octets, version, isOptions) ? known : null;
    }

    /// <summary>Keeps the fields that were read from a record.</summary>
    /// <param name="octets">Those behind its Template ID.</param>
    public RecordLayout Add(ReadOnlySpan<byte> octets, int version, bool isOptions, FieldSpecifier[] fields)
    {
        var layout = new RecordLayout(octets.ToArray(), version, isOptions, fields, plans);
        if (octets.Length <= LongestRecord) Volatile.Write(ref PlaceOf(octets), layout);
        return layout;
    }

    private ref RecordLayout? PlaceOf(ReadOnlySpan<byte> octets)
    {
        var hash = default(HashCode);
        hash.AddBytes(octets);
        return ref _layouts[hash.ToHashCode() & (Places - 1)];
    }
}

/// <summary>What a Template Record says of its fields, whatever its Template ID is.</summary>
internal sealed class RecordLayout(byte[] octets, int version, bool isOptions, FieldSpecifier[] fields, PlanPool pool)
{
    private RecordPlan? _plan;

    public FieldSpecifier[] Fields { get; } = fields;

    /// <summary>Octets of the record, its Template ID included.</summary>
    public int Length => octets.Length + sizeof(ushort);

    /// <summary>How to read its records, made when it is first asked for.</summary>
    public RecordPlan Plan => _plan ??= pool.Of(Fields);

    public bool IsSameAs(RecordLayout other) => ReferenceEquals(this, other) || other.Is(octets, version, isOptions);

    public bool Is(ReadOnlySpan<byte> others, int ofVersion, bool ofOptions) =>
        version == ofVersion && isOptions == ofOptions && others.SequenceEqual(octets);
}

/// <summary>One record of a Template Set.</summary>
internal readonly record struct ParsedRecord(ushort TemplateId, RecordLayout Layout);
