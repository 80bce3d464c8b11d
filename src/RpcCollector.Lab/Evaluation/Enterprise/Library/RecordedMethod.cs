using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>A labelled scenario; each time one of its exports is placed.</summary>
/// <param name="exports">At least one, all of the same scenario.</param>
internal sealed class RecordedMethod(IReadOnlyList<RecordedAttack> exports) : IAttackMethod
{
    private readonly Scenario _scenario = exports[0].Scenario;

    public string Name => _scenario.Name;

    public string Technique => _scenario.Technique;

    public AttackSource Source => AttackSource.Recorded;

    // What was recorded on a workstation is done to servers and controllers the same way.
    public IReadOnlyList<TargetKind> Targets => _scenario.Target switch
    {
        ScenarioTarget.DomainController => AttackLibrary.Controllers,
        ScenarioTarget.Server =>
            [TargetKind.FileServer, TargetKind.PrintServer, TargetKind.ApplicationServer, TargetKind.OtherServer],
        _ => AttackLibrary.Any,
    };

    public bool RunsCode => _scenario.Target == ScenarioTarget.Workstation;

    public (int Least, int Most) Hosts => (1, 1);

    public PlacedMove Place(PlacedFlows flows, SimulatedDay day, AttackParties parties, int at, SeededRandom random)
    {
        var recorded = random.Pick(exports);
        var end = flows.Place(day, recorded, parties.Attacker, parties.Victim, at);
        return new PlacedMove(end, recorded.Activities.Any(activity => activity.Basis == JoinBasis.Car), []);
    }
}
