using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office.Habits;

/// <summary>A release: software is pushed to nine in ten workstations while people work; SMB, service control, and WMI to half.</summary>
internal sealed class DeploymentDay(int number) : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "deployment day";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.Number != number) return;
        var server = random.Pick(day.Network.Of(MachineKind.DeploymentServer));
        foreach (var machine in day.WorkstationsOn)
        {
            if (!random.Chance(0.9)) continue;
            var at = (9 * Hour) + random.Below(6 * Hour);
            if (!day.IsOnAt(machine, at)) continue;
            day.Contact(server, machine, WellKnownPort.Smb, at, 90);
            day.Rpc(server, machine, RpcService.ServiceControl, at + 300);
            if (random.Chance(0.5)) day.Rpc(server, machine, RpcService.Wmi, at + 20_000);
        }
    }
}
