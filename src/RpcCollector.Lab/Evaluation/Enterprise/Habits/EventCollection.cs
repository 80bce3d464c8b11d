using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Event collectors by WinRM: workstations and servers push what they log; from a tenth of the servers and a few workstations the
/// collector fetches it.
/// </summary>
internal sealed class EventCollection : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "event collection";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var collectors = day.Network.Of(MachineKind.EventCollector);
        foreach (var machine in day.WorkstationsOn.Concat(day.Servers))
        {
            var collector = collectors[machine.Number % collectors.Count];
            if (machine == collector) continue;
            var (presence, isFetched) = (day.Of(machine), machine.Number % (machine.IsWorkstation ? 50 : 10) == 3);
            var period = isFetched && !machine.IsWorkstation ? Hour / 2 : 4 * Hour;
            for (var at = presence.OnFrom + random.Below(period); at < presence.OnUntil; at += period)
            {
                if (isFetched) day.Contact(collector, machine, WellKnownPort.WinRmHttp, at, 60, octets: new Octets(6_000, 60_000, 1.2));
                else day.Contact(machine, collector, WellKnownPort.WinRmHttp, at, 900, octets: Octets.Events);
            }
        }
    }
}
