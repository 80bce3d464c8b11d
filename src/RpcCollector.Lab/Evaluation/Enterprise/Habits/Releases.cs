using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Two developers in a thousand hosts copy what they have built to an application server, each to his own, every second day; about once
/// in two weeks somebody else does.
/// </summary>
internal sealed class Releases : IHabit
{
    private readonly List<(Machine Developer, Machine Server)> _pairs = [];

    public Releases(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "developers");
        var workstations = network.Workstations.Where(machine => machine.FirstDay == 0).ToList();
        var servers = network.Of(MachineKind.ApplicationServer).Where(server => server.Replaces is null).ToList();
        for (var i = Math.Max(1, network.Shape.Hosts / 500); i > 0; i--) _pairs.Add((random.Pick(workstations), random.Pick(servers)));
    }

    public string Name => "releases";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.IsWeekend) return;
        foreach (var (developer, server) in _pairs)
            if (day.Of(developer).HasUser && random.Chance(0.5)) Copy(developer, server);
        if (day.Workers.Count > 0 && random.Chance(0.07 * day.Network.Shape.Hosts / 1_000))
            Copy(random.Pick(day.Workers), random.Pick(_pairs).Server);

        void Copy(Machine machine, Machine server)
        {
            var at = day.WorkingMoment(machine);
            for (var i = random.Poisson(0.7); i >= 0; i--)
                day.Contact(
                    machine, day.Network.Current(server, day.Number), WellKnownPort.Smb, at + random.Below(600_000), 60,
                    octets: Octets.Release);
        }
    }
}
