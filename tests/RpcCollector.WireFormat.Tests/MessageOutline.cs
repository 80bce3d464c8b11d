namespace RpcCollector.WireFormat.Tests;

/// <summary>
/// A message as the generated parsers read it, in lines that can be compared with another decoder: Sets, Templates, field lengths.
/// </summary>
internal static class MessageOutline
{
    public static KaitaiStruct Read(byte[] datagram) => datagram[1] switch
    {
        5 => new NetflowV5(new KaitaiStream(datagram)),
        9 => new NetflowV9(new KaitaiStream(datagram)),
        10 => new Ipfix(new KaitaiStream(datagram)),
        var other => throw new InvalidDataException($"version {other}"),
    };

    public static IEnumerable<string> Of(KaitaiStruct message) => message switch
    {
        NetflowV9 v9 => (v9.FlowSets ?? []).Where(set => !set.IsFill).SelectMany(set => Set(set.FlowSetId, set.Body)),
        Ipfix ipfix => (ipfix.Sets ?? []).Where(set => !set.IsFill).SelectMany(set => Set(set.SetId, set.Body)),
        _ => [],
    };

    private static IEnumerable<string> Set(int id, object body) => Records(body).Prepend($"set {id}");

    private static IEnumerable<string> Records(object body) => body switch
    {
        NetflowV9.TemplateSet set => (set.Records ?? []).Where(record => !record.IsPadding)
            .SelectMany(record => Template(record.TemplateId, record.Fields.Select(field => field.LenField))),
        NetflowV9.OptionsTemplateSet set => (set.Records ?? []).Where(record => !record.IsPadding)
            .SelectMany(record => Template(record.TemplateId,
                record.ScopeFields.Select(field => field.LenField).Concat(record.OptionFields.Select(field => field.LenField)))),
        Ipfix.TemplateSet set => (set.Records ?? []).Where(record => !record.IsPadding)
            .SelectMany(record => Template(record.TemplateId, record.Fields.Select(field => field.LenField))),
        Ipfix.OptionsTemplateSet set => (set.Records ?? []).Where(record => !record.IsPadding)
            .SelectMany(
                record => Template(record.TemplateId, record.ScopeFields.Concat(record.OptionFields).Select(field => field.LenField))),
        _ => [],
    };

    private static IEnumerable<string> Template(int id, IEnumerable<ushort> lengths) =>
        lengths.Select(length => $"field {length}").Prepend($"template {id}");
}
