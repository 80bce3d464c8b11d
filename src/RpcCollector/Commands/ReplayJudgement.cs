using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Commands;

/// <summary>Judges the activity of a replay as it comes, in capture time, and collects it.</summary>
internal sealed class ReplayJudgement(JudgementOptions options, ExporterDirectory exporters) : IActivitySink, IOperationSink
{
    private readonly ActivityCollection _activities = new();
    private readonly FindingCollection _findings = new();
    private Judge? _judge;
    private long _arrivalUnixMilliseconds;

    public IReadOnlyList<RpcActivity> Activities => _activities.InOrder();

    public IReadOnlyList<Finding> Findings => _findings.InOrder();

    /// <summary>What has been learned about endpoints so far; null when judging is disabled.</summary>
    public IKnownEndpoints? KnownEndpoints => Judge?.KnownEndpoints;

    private Judge? Judge => options.Enabled ? _judge ??= new Judge(options, _findings, exporters, isCaptureTime: true) : null;

    public void Publish(in ActivityChange change)
    {
        _activities.Publish(change);
        Judge?.Take(change, _arrivalUnixMilliseconds);
    }

    public void Publish(in ContactChange change) => Judge?.Take(change, _arrivalUnixMilliseconds);

    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds) => Judge?.Take(operation, arrivalUnixMilliseconds);

    public void Offer(in AddressLease lease, long arrivalUnixMilliseconds) => Judge?.Take(lease, arrivalUnixMilliseconds);

    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
        _arrivalUnixMilliseconds = Math.Max(_arrivalUnixMilliseconds, arrivalUnixMilliseconds);
        Judge?.AdvanceTo(_arrivalUnixMilliseconds);
    }

    public void Complete() => Judge?.Complete();
}
