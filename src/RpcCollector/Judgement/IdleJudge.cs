using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Judgement;

/// <summary>The judge of an appliance that is not to judge: learns nothing and finds nothing. What another one saved is left as it is.</summary>
internal sealed class IdleJudge : IJudge
{
    public IKnownEndpoints KnownEndpoints { get; } = new CurrentEndpoints();

    public JudgeFigures Figures { get; } = new(0, 0, 0, 0, IsLearning: false, EpochStartUnixMilliseconds: null);

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

    public void Complete()
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

    public HostView? Host(HostAddress address) => null;

    public IReadOnlyList<HostView> Hosts(HostQuery query) => [];

    public IReadOnlyList<EdgeView> Edges(EdgeQuery query) => [];
}
