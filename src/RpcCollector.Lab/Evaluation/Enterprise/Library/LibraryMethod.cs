using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>A tool of the library; each time it writes its flows anew.</summary>
internal sealed class LibraryMethod(IAttackTool tool) : IAttackMethod
{
    public string Name => tool.Name;

    public string Technique => tool.Technique;

    public AttackSource Source => AttackSource.Library;

    public IReadOnlyList<TargetKind> Targets => tool.Targets;

    public bool RunsCode => tool.RunsCode;

    public (int Least, int Most) Hosts => tool.Hosts;

    public PlacedMove Place(PlacedFlows flows, SimulatedDay day, AttackParties parties, int at, SeededRandom random)
    {
        var script = new FlowScript(random, TargetKinds.Of(parties.Victim.Kind));
        tool.Write(script);
        return new PlacedMove(
            flows.Place(day, script.Flows, parties, at),
            script.Flows.Any(flow => flow.Basis == JoinBasis.Car),
            [.. script.Flows.Where(flow => flow.From == Party.Victim).Select(flow => parties[flow.To]).Distinct()]);
    }
}
