using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// One desktop in twenty-five has a second user, of another department, who logs on beside the first: her own tickets, files and
/// applications from the same address.
/// </summary>
internal sealed class SharedDesks : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "second sessions";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.Workers)
        {
            if (machine.SecondGroup is not { } group || !random.Chance(0.6)) continue;
            var from = day.WorkingMoment(machine);
            var controller = day.Network.ControllerFor(machine, random);
            for (var i = random.Poisson(4); i >= 0; i--) day.Contact(machine, controller, 88, from + random.Below(60_000), 0.1);
            for (var i = random.Poisson(2); i >= 0; i--) day.Contact(machine, controller, 389, from + random.Below(90_000), 2);
            day.Authority(machine, controller, from + random.Below(60_000));
            day.Contact(machine, controller, WellKnownPort.Smb, from + random.Below(90_000), 20, octets: Octets.PolicyRead);
            for (var i = random.Poisson(4); i > 0; i--)
                day.Contact(
                    machine, day.Network.FileServerOf(group, day.Number), WellKnownPort.Smb, from + random.Below(3 * Hour), 600,
                    octets: FileShares.Draw(random));
            foreach (var server in day.Network.ApplicationsOf(group, day.Number))
                if (random.Chance(0.5))
                    day.Rpc(machine, server, RpcService.Application, from + random.Below(3 * Hour), octets: 20_000, ratio: 1.6);
        }
    }
}
