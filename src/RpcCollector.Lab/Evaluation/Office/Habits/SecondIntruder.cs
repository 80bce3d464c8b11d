using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office.Habits;

/// <summary>
/// He looks into twenty workstations within minutes, two in five of which answer, then drives one of them, another, and the file server
/// that the first intruder reaches too.
/// </summary>
internal sealed class SecondIntruder(
    int number, OfficePlan.Draw plan, IReadOnlyList<RecordedAttack> recorded, PlacedFlows flows) : IHabit
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;

    public string Name => "second intruder";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.Number != number) return;
        var (own, at) = (plan.Of(day).SecondIntruder, (10 * Hour) + random.Below(2 * Hour));
        foreach (var machine in plan.Of(day).Swept)
        {
            day.Contact(own, machine, WellKnownPort.Smb, at, 1, random.Chance(0.4) ? Answer.Answered : Answer.Silent);
            at += 500 + random.Below(10_000);
        }

        at += (10 * Minute) + random.Below(40 * Minute);
        flows.Place(day, FirstIntruder.OnWorkstation(recorded, random), own, plan.Of(day).Swept[0], at);
        at += (10 * Minute) + random.Below(90 * Minute);
        flows.Place(day, FirstIntruder.OnWorkstation(recorded, random), own, plan.Of(day).DrivenBySecond, at);
        at += (10 * Minute) + random.Below(30 * Minute);
        flows.Place(day, SimulatedAttacks.ServiceControl, own, plan.Of(day).SharedFileServer, at);
    }
}
