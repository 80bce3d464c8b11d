using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Software is pushed to workstations that are on at night: SMB, the mapper, service control. Clients fetch packages by day.
/// </summary>
internal sealed class SoftwareDeployment : IHabit
{
    public string Name => "software deployment";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var server in day.Network.Of(MachineKind.DeploymentServer))
        {
            foreach (var machine in day.WorkstationsOn.Where(machine => machine.StaysOn && IsServedBy(day, machine, server)))
            {
                if (!random.Chance(0.4)) continue;
                var at = (1 * 3_600_000) + random.Below(3 * 3_600_000);
                day.Contact(server, machine, 445, at, 90, octets: Octets.PushedPackage);
                day.Rpc(server, machine, RpcService.ServiceControl, at + 300);
                if (random.Chance(0.5)) day.Rpc(server, machine, RpcService.Wmi, at + 20_000);
            }

            // New machines get their agent on their first day, whatever the hour.
            foreach (var machine in day.Workers.Where(
                machine => machine.FirstDay == day.Number && day.Number > 0 && IsServedBy(day, machine, server)))
            {
                var at = day.WorkingMoment(machine);
                day.Contact(server, machine, 445, at, 90, octets: Octets.PushedPackage);
                day.Rpc(server, machine, RpcService.ServiceControl, at + 300);
            }

            foreach (var machine in day.Workers.Where(machine => IsServedBy(day, machine, server)))
            {
                if (random.Chance(0.3))
                    day.Contact(machine, server, 445, day.WorkingMoment(machine), 120, octets: Octets.Package);
            }
        }
    }

    private static bool IsServedBy(SimulatedDay day, Machine machine, Machine server)
    {
        var servers = day.Network.Of(MachineKind.DeploymentServer);
        return servers[machine.Site % servers.Count] == server;
    }
}
