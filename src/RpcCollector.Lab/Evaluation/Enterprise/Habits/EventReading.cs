using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Monitoring without agents reads the event logs of the controllers twice an hour, and those of a tenth of the servers hourly.
/// </summary>
internal sealed class EventReading : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "event reading";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var own = day.Network.Of(MachineKind.MonitoringServer);
        foreach (var server in day.Servers)
        {
            var isController = server.Kind == MachineKind.DomainController;
            if (!isController && (server.Number % 10 != 6 || server.Kind == MachineKind.MonitoringServer)) continue;
            var period = isController ? Hour / 2 : Hour;
            for (var at = server.Number * 7_919 % period; at < Presence.Whole; at += period)
                day.Rpc(
                    own[server.Number % own.Count], server, RpcService.EventLog, at + random.Below(20_000), octets: 6_000,
                    ratio: random.Pick([2.0, 8.0, 20.0]));
        }
    }
}
