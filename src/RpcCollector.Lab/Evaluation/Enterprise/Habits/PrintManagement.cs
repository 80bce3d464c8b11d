using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>One of the administrators looks after the print queues, every second day or so: spooler, service control, drivers.</summary>
internal sealed class PrintManagement(IEnumerable<Machine> stations) : IHabit
{
    private readonly Machine? _station = stations.FirstOrDefault();

    public string Name => "print management";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (_station is null || day.IsWeekend || !random.Chance(0.5)) return;
        foreach (var server in day.Network.Of(MachineKind.PrintServer))
        {
            if (!random.Chance(0.8)) continue;
            var at = day.Of(_station).HasUser ? day.WorkingMoment(_station) : (9 * 3_600_000) + random.Below(7 * 3_600_000);
            day.Rpc(_station, server, RpcService.Spooler, at, octets: 9_000, ratio: 4);
            if (random.Chance(0.3)) day.Rpc(_station, server, RpcService.ServiceControl, at + 60_000, octets: 3_000, ratio: 1.5);
            if (random.Chance(0.2)) day.Contact(_station, server, WellKnownPort.Smb, at + 90_000, 60, octets: Octets.FileWrite);
        }
    }
}
