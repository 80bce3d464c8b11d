using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// What every member of a domain asks of its controllers: Kerberos and LDAP, group policy over SMB, and the security authority's
/// interfaces.
/// </summary>
internal sealed class DomainMembership : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "domain membership";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.WorkstationsOn)
        {
            var presence = day.Of(machine);
            var controller = day.Network.ControllerFor(machine, random);

            // The machine starts or its user logs on: a burst.
            var logon = presence.HasUser ? presence.WorkFrom : presence.OnFrom;
            for (var i = random.Poisson(4); i >= 0; i--) day.Contact(machine, controller, 88, logon + random.Below(60_000), 0.1);
            for (var i = random.Poisson(2); i >= 0; i--) day.Contact(machine, controller, 389, logon + random.Below(90_000), 2);
            day.Authority(machine, controller, logon + random.Below(120_000));
            if (random.Chance(0.6)) day.Authority(machine, controller, logon + random.Below(120_000));
            if (presence.HasUser)
                day.Contact(machine, controller, 445, logon + random.Below(120_000), 15, octets: Octets.LogonScript);

            // Group policy every 90 minutes or so, tickets in between.
            for (var at = logon; at < presence.OnUntil; at += (3 * Hour / 2) + random.Below(Hour / 2))
            {
                day.Contact(machine, controller, 445, at, 20, octets: Octets.PolicyRead);
                day.Contact(machine, controller, 389, at, 2);
                day.Contact(machine, controller, 88, at, 0.1);
                if (random.Chance(0.15)) day.Authority(machine, controller, at);
            }

            if (!presence.HasUser) continue;
            for (var i = random.Poisson(14); i > 0; i--) day.Contact(machine, controller, 88, day.WorkingMoment(machine), 0.1);
            for (var i = random.Poisson(8); i > 0; i--) day.Contact(machine, controller, 389, day.WorkingMoment(machine), 2);
        }

        // Servers, the clock around; controllers among themselves are replication's.
        foreach (var server in day.Servers.Where(server => server.Kind != MachineKind.DomainController))
        {
            for (var i = 0; i < 48; i++)
            {
                var (controller, at) = (day.Network.ControllerFor(server, random), (i * Hour / 2) + random.Below(Hour / 2));
                day.Contact(server, controller, 88, at, 0.1);
                day.Contact(server, controller, 389, at, 5);
                if (random.Chance(0.2)) day.Contact(server, controller, 445, at, 20, octets: Octets.PolicyRead);
                if (random.Chance(0.1)) day.Authority(server, controller, at);
            }
        }
    }
}
