using System.Buffers.Binary;
using Kaitai;
using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>Reads Template Records through the generated parsers. No other file knows a generated type.</summary>
internal static class TemplateReader
{
    /// <summary>The fields of one record, of as many octets as its <see cref="TemplateOutline"/> says; null when it is malformed.</summary>
    /// <param name="octets">Those behind its Template ID.</param>
    public static FieldSpecifier[]? Read(ushort templateId, ReadOnlySpan<byte> octets, int version, bool isOptions)
    {
        var record = new byte[sizeof(ushort) + octets.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, templateId);
        octets.CopyTo(record.AsSpan(sizeof(ushort)));
        return Read(new KaitaiStream(record), version, isOptions).Fields;
    }

    /// <summary>The next record of a stream.</summary>
    /// <exception cref="EndOfStreamException">It states more fields than there are.</exception>
    public static TemplateRecord Read(KaitaiStream stream, int version, bool isOptions) => (version, isOptions) switch
    {
        (ExportMessage.NetFlowV9, false) => Read(new NetflowV9.TemplateRecord(stream)),
        (ExportMessage.NetFlowV9, true) => Read(new NetflowV9.OptionsTemplateRecord(stream)),
        (_, false) => Read(new Ipfix.TemplateRecord(stream)),
        (_, true) => Read(new Ipfix.OptionsTemplateRecord(stream)),
    };

    private static TemplateRecord Read(NetflowV9.TemplateRecord record) =>
        new(record.TemplateId, [.. record.Fields.Select(field => new FieldSpecifier(field.FieldType, 0, field.LenField))],
            IsWithdrawal: false);

    private static TemplateRecord Read(NetflowV9.OptionsTemplateRecord record) =>
        record.LenScopeFields % 4 != 0 || record.LenOptionFields % 4 != 0
            ? default
            : new(
                record.TemplateId,
                [
                    .. record.ScopeFields.Select(field => new FieldSpecifier((ushort)field.ScopeType, 0, field.LenField, IsScope: true)),
                    .. record.OptionFields.Select(field => new FieldSpecifier(field.FieldType, 0, field.LenField)),
                ],
                IsWithdrawal: false);

    private static TemplateRecord Read(Ipfix.TemplateRecord record) =>
        new(record.TemplateId, [.. record.Fields.Select(field => Read(field, isScope: false))], record.IsWithdrawal);

    private static TemplateRecord Read(Ipfix.OptionsTemplateRecord record) =>
        record.NumScopeFields > record.NumFields
            ? default
            : new(
                record.TemplateId,
                [.. record.ScopeFields.Select(field => Read(field, isScope: true)),
                    .. record.OptionFields.Select(field => Read(field, isScope: false))],
                record.IsWithdrawal);

    private static FieldSpecifier Read(Ipfix.FieldSpecifier field, bool isScope) =>
        new((ushort)field.InformationElementId, field.EnterpriseNumber ?? 0, field.LenField, isScope);
}

/// <summary>A Template Record as it stood in its Set.</summary>
/// <param name="Fields">Null when the record is malformed.</param>
/// <param name="IsWithdrawal">IPFIX: the Template is withdrawn (RFC 7011, 8.1).</param>
internal readonly record struct TemplateRecord(ushort TemplateId, FieldSpecifier[]? Fields, bool IsWithdrawal);
