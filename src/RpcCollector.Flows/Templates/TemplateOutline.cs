using System.Buffers.Binary;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// What the next Template Record of a Set is and where it ends, found without reading its fields: most records repeat what is known, and
/// then comparing octets is enough.
/// </summary>
/// <remarks>
/// <code>
/// v9    Template          id, count, count * 4
/// v9    Options Template  id, octets of scopes, octets of options, both
/// IPFIX Template          id, count, count * (4, or 8 with the enterprise bit)
/// IPFIX Options Template  id, count, number of scopes, count * (4 or 8)
/// </code>
/// </remarks>
/// <param name="Length">Octets to the next record, this one's Template ID included.</param>
internal readonly record struct TemplateOutline(TemplateRecordKind Kind, int Length, int NumFields)
{
    // NetFlow v9: id and two lengths; IPFIX withdrawals end after id and count.
    private const int ShortestRecord = 4;
    private const int OptionsHeader = 6;
    private const int FieldOctets = 4;

    /// <summary>The record at the start of some octets.</summary>
    public static TemplateOutline Of(ReadOnlySpan<byte> octets, int version, bool isOptions)
    {
        var isNetFlowV9 = version == ExportMessage.NetFlowV9;
        if (octets.Length < (isNetFlowV9 && isOptions ? OptionsHeader : ShortestRecord)) return Rest(octets);
        int count = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (isNetFlowV9 && isOptions) return OfOptions(octets, count, BinaryPrimitives.ReadUInt16BigEndian(octets[4..]));
        if (count == 0) return Empty(octets, ShortestRecord, isNetFlowV9 ? TemplateRecordKind.Malformed : TemplateRecordKind.Withdrawal);
        if (isNetFlowV9) return Sound(octets, ShortestRecord + (count * FieldOctets), count);
        if (!isOptions) return Sound(octets, MeasureFields(octets, ShortestRecord, count), count);
        if (octets.Length < OptionsHeader) return new(TemplateRecordKind.Malformed, octets.Length, 0);
        int scopes = BinaryPrimitives.ReadUInt16BigEndian(octets[ShortestRecord..]);
        return scopes > count
            ? Sound(octets, MeasureFields(octets, OptionsHeader, scopes), scopes) with { Kind = TemplateRecordKind.Malformed }
            : Sound(octets, MeasureFields(octets, OptionsHeader, count), count);
    }

    private static TemplateOutline OfOptions(ReadOnlySpan<byte> octets, int scopes, int options)
    {
        var (numScopes, numOptions) = (scopes / FieldOctets, options / FieldOctets);
        var numFields = numScopes + numOptions;
        var isMalformed = scopes % FieldOctets != 0 || options % FieldOctets != 0;
        if (!isMalformed && numFields == 0) return Empty(octets, OptionsHeader, TemplateRecordKind.Malformed);
        var outline = Sound(octets, OptionsHeader + (numFields * FieldOctets), numFields);
        return isMalformed ? outline with { Kind = TemplateRecordKind.Malformed } : outline;
    }

    /// <summary>Too few octets for a record: padding, or a record that was cut behind its Template ID.</summary>
    private static TemplateOutline Rest(ReadOnlySpan<byte> octets) =>
        octets.Length >= sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(octets) >= SetId.FirstData
            ? new(TemplateRecordKind.Malformed, octets.Length, 0)
            : new(TemplateRecordKind.End, 0, 0);

    /// <summary>A record without fields: with Template ID 0 it is padding.</summary>
    private static TemplateOutline Empty(ReadOnlySpan<byte> octets, int length, TemplateRecordKind kind) =>
        (octets[0] | octets[1]) == 0 ? new(TemplateRecordKind.End, 0, 0) : new(kind, length, 0);

    /// <summary>A record that ends beyond its Set is malformed, and nothing behind it can be read.</summary>
    private static TemplateOutline Sound(ReadOnlySpan<byte> octets, int length, int numFields) =>
        length <= octets.Length
            ? new(TemplateRecordKind.Sound, length, numFields)
            : new(TemplateRecordKind.Malformed, octets.Length, numFields);

    private static int MeasureFields(ReadOnlySpan<byte> octets, int place, int count)
    {
        for (; count > 0 && place < octets.Length; count--) place += octets[place] >= 0x80 ? 2 * FieldOctets : FieldOctets;
        return count > 0 ? int.MaxValue : place;
    }
}

/// <summary>What a Template Record is.</summary>
internal enum TemplateRecordKind : byte
{
    /// <summary>The Set ends here, or its padding begins.</summary>
    End,

    /// <summary>It has fields, as many as it says.</summary>
    Sound,

    /// <summary>IPFIX: the Template is withdrawn (RFC 7011, 8.1).</summary>
    Withdrawal,

    /// <summary>It has no fields, contradicts itself, or ends beyond its Set.</summary>
    Malformed,
}
