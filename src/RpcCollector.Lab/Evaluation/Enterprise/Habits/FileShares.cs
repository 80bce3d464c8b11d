using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>People's files: SMB to the department's file server all day, and now and then to another.</summary>
internal sealed class FileShares : IHabit
{
    public string Name => "file shares";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var servers = day.Network.Of(MachineKind.FileServer).Where(server => server.ExistsOn(day.Number)).ToList();
        foreach (var machine in day.Workers)
        {
            var own = day.Network.FileServerOf(machine.Group, day.Number);
            day.Contact(machine, own, 445, day.Of(machine).WorkFrom + random.Below(300_000), 1_200);
            for (var i = random.Poisson(11); i > 0; i--) day.Contact(machine, own, 445, day.WorkingMoment(machine), 600);
            for (var i = random.Poisson(0.7); i > 0; i--) day.Contact(machine, random.Pick(servers), 445, day.WorkingMoment(machine), 300);
        }

        // Applications keep data there too, some of it at night.
        foreach (var server in day.Servers.Where(server => server.Kind == MachineKind.ApplicationServer && server.Number % 3 == 0))
        {
            for (var i = 0; i < 12; i++)
                day.Contact(server, servers[server.Number % servers.Count], 445, (i * 7_200_000) + random.Below(600_000), 600);
        }
    }
}
