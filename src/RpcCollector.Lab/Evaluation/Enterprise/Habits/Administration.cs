using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Administrators manage a stable set of servers, controllers among them, from a jump host or their own workstation, and now and then
/// one that they did not manage before.
/// </summary>
internal sealed class Administration : IHabit
{
    private readonly List<Administrator> _administrators = [];

    public Administration(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "administrators");
        var servers = network.Servers.Where(server => server.FirstDay == 0).ToList();
        var workstations = network.Workstations.Where(machine => machine is { FirstDay: 0, Site: 0, Kind: MachineKind.Desktop }).ToList();

        // In half of the networks another begins after the learning period.
        var joins = random.Chance(0.5) ? 1 : 0;
        for (var i = 0; i < network.Shape.Administrators + joins; i++)
        {
            var station = random.Chance(0.5) ? random.Pick(network.Of(MachineKind.JumpHost)) : random.Pick(workstations);
            station.GoneDay = int.MaxValue;
            random.Shuffle(servers);
            var firstDay = i < network.Shape.Administrators
                ? 0
                : network.Shape.LearningDays + random.Below(Math.Max(1, network.Shape.Days - network.Shape.LearningDays));
            _administrators.Add(new Administrator(station, [.. servers.Take(Math.Min(servers.Count, 8 + random.Below(8)))], firstDay));
        }
    }

    public string Name => "administration";

    /// <summary>Where administrators work from; none of them is an attacker's start.</summary>
    public IEnumerable<Machine> Stations => _administrators.Select(administrator => administrator.Station);

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.IsWeekend) return;
        foreach (var (station, servers, firstDay) in _administrators)
        {
            if (day.Number < firstDay || !random.Chance(0.9)) continue;
            for (var i = random.Poisson(6); i > 0; i--) Manage(station, day.Network.Current(random.Pick(servers), day.Number));
            if (random.Chance(0.1)) Manage(station, random.Pick(day.Servers));
        }

        void Manage(Machine station, Machine server)
        {
            if (station == server) return;
            var at = day.Of(station).HasUser ? day.WorkingMoment(station) : (9 * 3_600_000) + random.Below(8 * 3_600_000);
            var way = random.Uniform();
            if (way < 0.35)
            {
                for (var i = random.Poisson(2); i >= 0; i--)
                    day.Contact(station, server, WellKnownPort.WinRmHttp, at + random.Below(600_000), 30);
                return;
            }

            if (way > 0.5) day.Contact(station, server, WellKnownPort.Smb, at, 300, octets: FileShares.Draw(random));
            for (var i = random.Poisson(1.5); i >= 0; i--)
            {
                var service = random.Chance(0.03)
                    ? RpcService.Shutdown
                    : random.Pick(
                        [RpcService.ServiceControl, RpcService.EventLog, RpcService.Tasks, RpcService.Wmi, RpcService.Activation]);
                day.Rpc(station, server, service, at + random.Below(900_000), octets: 5_000,
                    ratio: service == RpcService.EventLog ? 12 : 2);
            }
        }
    }

    private sealed record Administrator(Machine Station, Machine[] Servers, int FirstDay);
}
