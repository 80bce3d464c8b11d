using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office.Habits;

/// <summary>An administrator manages many servers and a dozen workstations from his own, some of which intruders drive too.</summary>
internal sealed class BusyAdministrator(int number, OfficePlan.Draw plan) : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "busy administrator";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.Number != number) return;
        var (own, servers) = (plan.Of(day).Administrator, day.Servers.ToList());
        random.Shuffle(servers);
        servers.Remove(plan.Of(day).SharedFileServer);
        foreach (var server in servers.Take(12).Append(plan.Of(day).SharedFileServer))
        {
            var at = Moment();
            if (random.Chance(0.3)) day.Contact(own, server, WellKnownPort.WinRmHttp, at, 60);
            else Manage(server, at, random.Pick([RpcService.ServiceControl, RpcService.EventLog, RpcService.Tasks, RpcService.Wmi]));
        }

        foreach (var machine in plan.Of(day).Administered)
            Manage(machine, Moment(), random.Pick([RpcService.ServiceControl, RpcService.Wmi, RpcService.EventLog]));

        int Moment() => (9 * Hour) + random.Below(7 * Hour);

        void Manage(Machine machine, int at, RpcService service)
        {
            if (random.Chance(0.6)) day.Contact(own, machine, WellKnownPort.Smb, at, 300);
            day.Rpc(own, machine, service, at + 2_000, octets: 5_000, ratio: service == RpcService.EventLog ? 12 : 2);
        }
    }
}
