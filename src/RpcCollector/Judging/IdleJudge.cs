using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Judging;

/// <summary>The judge of an appliance that is not to judge: learns nothing and finds nothing.</summary>
internal sealed class IdleJudge : IJudge
{
    public IKnownEndpoints KnownEndpoints { get; } = new CurrentEndpoints();

    public JudgeCounts Counts => default;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
    }

    public void Take(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
    }

    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
    }

    public void SetBackTo(long arrivalUnixMilliseconds)
    {
    }

    public void Apply(Verdict verdict)
    {
    }

    public void Save(Stream stream)
    {
    }

    public void Load(Stream stream)
    {
    }

    public HostProfile? Host(HostAddress address) => null;

    public IReadOnlyList<HostProfile> Hosts(HostRole? role) => [];

    public IReadOnlyList<EdgeProfile> Edges(HostAddress host) => [];
}
