using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// What a machine does when it has started anew, whoever logs on or not: its own tickets, its policy, its secure channel. Machines that
/// people switch on in the morning do it with their logon.
/// </summary>
internal sealed class StartUp : IHabit
{
    private const int Minute = 60_000;

    public string Name => "restarts";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.Number == 0) return;
        foreach (var machine in day.WorkstationsOn.Where(machine => machine.StaysOn).Concat(day.Servers))
        {
            if (day.Network.Restarts.On(machine, day.Number) is not { } restart) continue;
            var (controller, at) = (day.Network.ControllerFor(machine, random), restart + (4 * Minute) + random.Below(Minute));
            if (controller == machine) continue;
            for (var i = random.Poisson(5); i >= 0; i--) day.Contact(machine, controller, 88, at + random.Below(Minute), 0.1);
            for (var i = random.Poisson(3); i >= 0; i--) day.Contact(machine, controller, 389, at + random.Below(Minute), 2);
            for (var i = random.Poisson(1); i >= 0; i--) day.Authority(machine, controller, at + random.Below(Minute), isCached: 0);
            day.Contact(machine, controller, WellKnownPort.Smb, at + random.Below(Minute), 20, octets: Octets.PolicyRead);
        }
    }
}
