using Kaitai;
using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// Reads Template Sets and Options Template Sets record by record through the generated parsers. No other file knows a generated type.
/// </summary>
internal sealed class TemplateReader(int version, bool isOptions, byte[] content)
{
    // NetFlow v9: id and two lengths; IPFIX withdrawals end after id and count.
    private const int ShortestRecord = 4;
    private const int ShortestNetFlowV9OptionsRecord = 6;

    private readonly KaitaiStream _stream = new(content);

    private int ShortestLength => version == ExportMessage.NetFlowV9 && isOptions ? ShortestNetFlowV9OptionsRecord : ShortestRecord;

    /// <summary>The next record; false at the end of the Set or at its padding.</summary>
    /// <param name="record">
    /// What was read; its fields are null when the record is malformed, and then nothing behind it can be read.
    /// </param>
    public bool TryRead(out TemplateRecord record)
    {
        record = default;
        if (_stream.Size - _stream.Pos < ShortestLength) return false;
        try
        {
            record = (version, isOptions) switch
            {
                (ExportMessage.NetFlowV9, false) => Read(new NetflowV9.TemplateRecord(_stream)),
                (ExportMessage.NetFlowV9, true) => Read(new NetflowV9.OptionsTemplateRecord(_stream)),
                (_, false) => Read(new Ipfix.TemplateRecord(_stream)),
                (_, true) => Read(new Ipfix.OptionsTemplateRecord(_stream)),
            };
        }
        catch (EndOfStreamException)
        {
            // The record states more fields than its Set holds.
            _stream.Seek(_stream.Size);
            record = default;
            return true;
        }

        return record is not { TemplateId: 0, Fields.Length: 0 };
    }

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
