using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// People's files: SMB to the department's file server all day, and now and then to another; profiles, home folders and scans are
/// written to the home server by many.
/// </summary>
internal sealed class FileShares : IHabit
{
    public string Name => "file shares";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var servers = day.Network.Of(MachineKind.FileServer).Where(server => server.ExistsOn(day.Number)).ToList();
        foreach (var machine in day.Workers)
        {
            var own = day.Network.FileServerOf(machine.Group, day.Number);
            day.Contact(machine, own, 445, day.Of(machine).WorkFrom + random.Below(300_000), 1_200, octets: Octets.Browsing);
            for (var i = random.Poisson(10); i > 0; i--)
                day.Contact(machine, own, 445, day.WorkingMoment(machine), 600, octets: Draw(random));
            for (var i = random.Poisson(0.7); i > 0; i--)
                day.Contact(machine, random.Pick(servers), 445, day.WorkingMoment(machine), 300, octets: Draw(random));

            // A profile is read when people come, and written when they go.
            var home = day.Network.HomeServerOf(machine, day.Number);
            if (machine.Number % 3 == 0)
            {
                var (come, go) = (day.Of(machine).WorkFrom, day.Of(machine).WorkUntil);
                day.Contact(machine, home, 445, come + random.Below(60_000), 60, octets: Octets.FileRead);
                day.Contact(machine, home, 445, go - 1 - random.Below(120_000), 90, octets: Octets.Profile);
            }

            if (random.Chance(0.12)) day.Contact(machine, home, 445, day.WorkingMoment(machine), 30, octets: Octets.Scan);
        }

        // Applications keep data there too, some of it at night.
        foreach (var server in day.Servers.Where(server => server.Kind == MachineKind.ApplicationServer && server.Number % 3 == 0))
        {
            for (var i = 0; i < 12; i++)
                day.Contact(
                    server, servers[server.Number % servers.Count], 445, (i * 7_200_000) + random.Below(600_000), 600,
                    octets: random.Chance(0.6) ? Octets.FileWrite : Octets.FileRead);
        }
    }

    /// <summary>What somebody does with files.</summary>
    public static Octets Draw(SeededRandom random) => random.Uniform() switch
    {
        < 0.5 => Octets.FileRead,
        < 0.8 => Octets.Browsing,
        _ => Octets.FileWrite,
    };
}
