using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>All settings, one section for each part of the path; the configuration's root section is <see cref="RootSection"/>.</summary>
internal sealed class CollectorOptions
{
    public const string RootSection = "RpcCollector";

    public UdpOptions Udp { get; } = new();

    public TcpOptions Tcp { get; } = new();

    public ZeekOptions Zeek { get; } = new();

    public SuricataOptions Suricata { get; } = new();

    public NameOptions Names { get; } = new();

    public FlowOptions Flows { get; } = new();

    public DetectionOptions Detection { get; } = new();

    public JudgementOptions Judgement { get; } = new();

    public StoreOptions Store { get; } = new();

    public MetricsOptions Metrics { get; } = new();

    public HttpOptions Http { get; } = new();
}
