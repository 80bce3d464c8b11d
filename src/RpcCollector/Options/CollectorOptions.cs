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

    public ScaleOptions Scale { get; } = new();

    /// <summary>Who else is told: those whose kind is set.</summary>
    public SinkOptions[] Sinks { get; } = [.. Enumerable.Range(0, MaxSinks).Select(_ => new SinkOptions())];

    /// <summary>True where logs of Zeek or Suricata are to be followed.</summary>
    internal bool FollowsLogs => Zeek.Folders.Length + Suricata.Files.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, problem) in SinkNames.Taken(Sinks))
            yield return new ValidationResult(problem, [$"{nameof(Sinks)}:{index}:{nameof(SinkOptions.Name)}"]);
        if (Scale.Role is ScaleRole.All or ScaleRole.Sensor) yield break;
        if (Zeek.Folders.Length > 0)
            yield return new ValidationResult(
                "only a sensor, or a process with Scale:Role=all, follows logs", [$"{nameof(Zeek)}:{nameof(Zeek.Folders)}"]);
        if (Suricata.Files.Length > 0)
            yield return new ValidationResult(
                "only a sensor, or a process with Scale:Role=all, follows logs", [$"{nameof(Suricata)}:{nameof(Suricata.Files)}"]);
    }
}
