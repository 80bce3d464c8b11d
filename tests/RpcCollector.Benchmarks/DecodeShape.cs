using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Benchmarks;

/// <summary>Which records a benchmark decodes.</summary>
public enum Traffic
{
    /// <summary>To port 443: the ports decide, and nothing more is read.</summary>
    Irrelevant,

    /// <summary>Between dynamic ports: every record becomes a flow start.</summary>
    Relevant,

    /// <summary>One percent to the mapper, five between dynamic ports.</summary>
    Mixed,
}

/// <summary>How a benchmark's records are laid out.</summary>
public enum Layout
{
    NetFlowV5,
    NetFlowV9,
    Ipfix,
    IpfixVariableLength,
}

/// <summary>What datagrams a benchmark decodes.</summary>
public sealed record DecodeShape(Layout Layout, Traffic Traffic, int Exporters = 1, int Templates = 1, int Records = 20)
{
    internal ExportVersion Version => Layout switch
    {
        Layout.NetFlowV5 => ExportVersion.NetFlowV5,
        Layout.NetFlowV9 => ExportVersion.NetFlowV9,
        _ => ExportVersion.Ipfix,
    };

    internal double DynamicShare => Traffic switch { Traffic.Irrelevant => 0, Traffic.Relevant => 1, _ => 0.05 };

    internal double MapperShare => Traffic == Traffic.Mixed ? 0.01 : 0;

    public override string ToString() => $"{Exporters} exp {Templates} tpl {Records} rec";
}
