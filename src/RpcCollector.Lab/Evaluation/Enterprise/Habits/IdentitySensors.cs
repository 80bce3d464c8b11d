using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// A security product on the domain controllers asks the mapper of machines that logged on who they are; most firewalls drop it.
/// </summary>
internal sealed class IdentitySensors : IHabit
{
    public string Name => "identity sensors";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.Workers)
        {
            if (!random.Chance(0.2)) continue;
            var controller = day.Network.ControllerFor(machine, random);
            var answer = random.Chance(0.3) ? Answer.Answered : Answer.Silent;
            day.MapperOnly(controller, machine, day.WorkingMoment(machine), answer);
        }
    }
}
