using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Controllers that are clients of their members: in half of the networks a security product on them asks machines for their local
/// groups (samr over SMB), in a third a management product on one of them opens workstations at night; now and then somebody who sits at
/// a controller looks into a member server.
/// </summary>
internal sealed class ControllerQueries : IHabit
{
    private const int Hour = 3_600_000;

    private readonly bool _asksForGroups;
    private readonly Machine? _manager;

    public ControllerQueries(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "products on controllers");
        _asksForGroups = random.Chance(0.5);
        _manager = random.Chance(1 / 3.0) ? random.Pick(network.Of(MachineKind.DomainController)) : null;
    }

    public string Name => "queries by controllers";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (_asksForGroups)
        {
            foreach (var machine in day.Workers.Concat(day.Servers))
            {
                if (!random.Chance(0.05) || machine.Kind == MachineKind.DomainController) continue;
                var (controller, at) = (day.Network.ControllerFor(machine, random), MomentOf(machine));
                if (random.Chance(0.8)) day.Contact(controller, machine, WellKnownPort.Smb, at, 10, octets: Octets.PipeCalls);
                else day.Authority(controller, machine, at);
            }
        }

        if (_manager is not null)
        {
            foreach (var machine in day.WorkstationsOn.Where(machine => machine.StaysOn))
            {
                if (random.Chance(0.1))
                    day.Contact(_manager, machine, WellKnownPort.Smb, Hour + random.Below(4 * Hour), 30, octets: Octets.Browsing);
            }
        }

        if (day.IsWeekend) return;
        foreach (var controller in day.Network.Of(MachineKind.DomainController))
        {
            for (var i = random.Poisson(0.15); i > 0; i--)
            {
                var (server, at) = (random.Pick(day.Servers), (9 * Hour) + random.Below(8 * Hour));
                if (server.Kind == MachineKind.DomainController) continue;
                if (random.Chance(0.5))
                    day.Rpc(controller, server, random.Pick([RpcService.Wmi, RpcService.EventLog, RpcService.ServiceControl]), at,
                        ratio: 3);
                else day.Contact(controller, server, WellKnownPort.Smb, at, 120, octets: Octets.Browsing);
            }
        }

        int MomentOf(Machine machine) =>
            day.Of(machine).HasUser ? day.WorkingMoment(machine) : random.Below(Presence.Whole);
    }
}
