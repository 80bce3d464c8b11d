using System.ComponentModel.DataAnnotations;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>All settings, one section for each part of the path; the configuration's root section is <see cref="RootSection"/>.</summary>
internal sealed class CollectorOptions : IValidatableObject
{
    public const string RootSection = "RpcCollector";

    /// <summary>Each is a label of metrics, and a task of its own.</summary>
    public const int MaxSinks = 8;

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

    /// <summary>Who else is told: those whose kind is set.</summary>
    public SinkOptions[] Sinks { get; } = [.. Enumerable.Range(0, MaxSinks).Select(_ => new SinkOptions())];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        SinkNames.Taken(Sinks).Select(taken => new ValidationResult(
            taken.Problem, [$"{nameof(Sinks)}:{taken.Index}:{nameof(SinkOptions.Name)}"]));
}
