using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Office.Habits;

/// <summary>
/// From one workstation he drives four; from one of these he goes on to two, from one of those to a third and to a file server. The
/// flows are those of recorded attacks, and simulated ones where there are none.
/// </summary>
internal sealed class FirstIntruder(
    int number, OfficePlan.Draw plan, IReadOnlyList<RecordedAttack> recorded, PlacedFlows flows) : IHabit
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;

    public string Name => "first intruder";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.Number != number) return;
        var (own, driven) = (plan.Of(day).FirstIntruder, plan.Of(day).Driven);
        var at = (9 * Hour) + (30 * Minute) + random.Below(Hour);
        foreach (var victim in (Machine[])[driven[0], own[1], driven[1], driven[2]]) Move(own[0], victim);

        at += (20 * Minute) + random.Below(Hour);
        foreach (var victim in (Machine[])[driven[3], own[2]]) Move(own[1], victim);

        at += (20 * Minute) + random.Below(Hour);
        Move(own[2], driven[4]);
        flows.Place(day, SimulatedAttacks.ServiceControl, own[2], plan.Of(day).SharedFileServer, at);

        void Move(Machine from, Machine to)
        {
            flows.Place(day, OnWorkstation(recorded, random), from, to, at);
            at += (4 * Minute) + random.Below(15 * Minute);
        }
    }

    /// <summary>A scenario first, then one of its exports.</summary>
    public static RecordedAttack OnWorkstation(IReadOnlyList<RecordedAttack> recorded, SeededRandom random)
    {
        var usable = recorded.Where(attack => !attack.IsEmpty && attack.Scenario.Target == ScenarioTarget.Workstation).ToList();
        if (usable.Count == 0) return random.Pick([SimulatedAttacks.ServiceControl, SimulatedAttacks.Rpc, SimulatedAttacks.WinRm]);
        var name = random.Pick(usable.Select(attack => attack.Scenario.Name).Distinct(StringComparer.Ordinal).ToList());
        return random.Pick(usable.Where(attack => attack.Scenario.Name.Equals(name, StringComparison.Ordinal)).ToList());
    }
}
