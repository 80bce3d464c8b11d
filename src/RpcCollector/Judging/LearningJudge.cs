using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Judging;

/// <summary>The judge that learns.</summary>
internal sealed class LearningJudge(JudgementOptions options, IFindingSink sink, ExporterDirectory exporters) : IJudge
{
    private readonly Judge _judge = new(options, sink, exporters);

    public IKnownEndpoints KnownEndpoints => _judge.KnownEndpoints;

    public JudgeCounts Counts => _judge.Counts;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds) => _judge.Take(change, arrivalUnixMilliseconds);

    public void Take(in ContactChange change, long arrivalUnixMilliseconds) => _judge.Take(change, arrivalUnixMilliseconds);

    public void Take(in RpcOperation operation, long arrivalUnixMilliseconds) => _judge.Take(operation, arrivalUnixMilliseconds);

    public void AdvanceTo(long arrivalUnixMilliseconds) => _judge.AdvanceTo(arrivalUnixMilliseconds);

    public void SetBackTo(long arrivalUnixMilliseconds) => _judge.SetBackTo(arrivalUnixMilliseconds);

    public void Apply(Verdict verdict) => _judge.Apply(verdict);

    public void Save(Stream stream) => _judge.Save(stream);

    public void Load(Stream stream) => _judge.Load(stream);

    public HostProfile? Host(HostAddress address) => _judge.Host(address);

    public IReadOnlyList<HostProfile> Hosts(HostRole? role) => _judge.Hosts(role);

    public IReadOnlyList<EdgeProfile> Edges(HostAddress host) => _judge.Edges(host);
}
