using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Departments' applications that use RPC, between each other too; on one day of the third week a department gets a new one.
/// </summary>
internal sealed class Applications : IHabit
{
    private readonly int _rolloutDay;
    private readonly int _rolloutDepartment;
    private readonly Machine _rolloutServer;

    public Applications(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "rollout");
        _rolloutDay = network.Shape.LearningDays + random.Below(Math.Max(1, network.Shape.Days - network.Shape.LearningDays));
        _rolloutDepartment = random.Below(network.Shape.Departments);
        _rolloutServer = random.Pick(network.Of(MachineKind.ApplicationServer));
    }

    public string Name => "applications";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.Workers)
        {
            foreach (var server in day.Network.ApplicationsOf(machine.Group, day.Number)) Use(machine, server);
            if (day.Number >= _rolloutDay && machine.Group == _rolloutDepartment)
                Use(machine, day.Network.Current(_rolloutServer, day.Number));
        }

        // Each application server asks one other, the same all the time.
        var servers = day.Network.Of(MachineKind.ApplicationServer).Where(server => server.Replaces is null).ToList();
        for (var i = 0; i < servers.Count; i++)
        {
            var (client, server) =
                (day.Network.Current(servers[i], day.Number), day.Network.Current(servers[(i * 7 + 3) % servers.Count], day.Number));
            if (client == server) continue;
            for (var at = random.Below(3_600_000); at < Presence.Whole; at += 3_600_000)
                day.Rpc(client, server, RpcService.Application, at);
        }

        void Use(Machine machine, Machine server)
        {
            for (var i = random.Poisson(2); i > 0; i--)
                day.Rpc(machine, server, RpcService.Application, day.WorkingMoment(machine), octets: 20_000, ratio: 1.6);
        }
    }
}
