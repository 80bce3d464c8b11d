using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>Monitoring polls every server over WMI each ten minutes, and a few by WinRM.</summary>
internal sealed class Monitoring : IHabit
{
    private const int Period = 600_000;

    public string Name => "monitoring";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var own = day.Network.Of(MachineKind.MonitoringServer);
        foreach (var server in day.Servers.Where(server => server.Kind != MachineKind.MonitoringServer))
        {
            var (monitor, phase) = (own[server.Number % own.Count], server.Number * 7_919 % Period);
            for (var at = phase; at < Presence.Whole; at += Period)
            {
                if (server.Number % 5 == 0) day.Contact(monitor, server, 5985, at, 3);
                else day.Rpc(monitor, server, RpcService.Wmi, at + random.Below(2_000), octets: 8_000, ratio: 2.5);
            }
        }
    }
}
