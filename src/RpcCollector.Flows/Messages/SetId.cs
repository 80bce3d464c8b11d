namespace RpcCollector.Flows.Messages;

/// <summary>What a Set ID says of its Set (RFC 3954, 5.2 and 6.1; RFC 7011, 3.3.2).</summary>
internal static class SetId
{
    public const ushort FirstData = 256;

    private const ushort NetFlowV9Templates = 0;
    private const ushort NetFlowV9OptionsTemplates = 1;
    private const ushort IpfixTemplates = 2;
    private const ushort IpfixOptionsTemplates = 3;

    public static SetKind KindOf(ushort setId, int version) => setId switch
    {
        >= FirstData => SetKind.Data,
        NetFlowV9Templates when version == ExportMessage.NetFlowV9 => SetKind.Templates,
        NetFlowV9OptionsTemplates when version == ExportMessage.NetFlowV9 => SetKind.OptionsTemplates,
        IpfixTemplates when version == ExportMessage.Ipfix => SetKind.Templates,
        IpfixOptionsTemplates when version == ExportMessage.Ipfix => SetKind.OptionsTemplates,
        _ => SetKind.Reserved,
    };
}

/// <summary>What a Set holds.</summary>
internal enum SetKind : byte
{
    Reserved,
    Templates,
    OptionsTemplates,
    Data,
}
