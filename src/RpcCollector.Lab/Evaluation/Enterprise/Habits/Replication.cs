using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Domain controllers replicate with each other: every pair, both ways, all day; mostly to endpoints that they know already (77 of 88
/// in public captures).
/// </summary>
internal sealed class Replication : IHabit
{
    public string Name => "replication between controllers";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var controllers = day.Network.Of(MachineKind.DomainController);
        foreach (var client in controllers)
        {
            foreach (var server in controllers)
            {
                if (client == server) continue;

                // Within a site soon after a change, between sites every quarter of an hour; in large domains not every pair.
                if (client.Site != server.Site && (client.Number + server.Number) % 3 == 0) continue;
                for (var at = random.Below(900_000); at < Presence.Whole; at += 900_000 + random.Below(60_000))
                {
                    // Most have nothing new for each other.
                    var ratio = random.Chance(0.25) ? 3 : 0.9;
                    day.Rpc(client, server, RpcService.SecurityAuthority, at, octets: 5_000, ratio, isCached: 77.0 / 88);
                }

                for (var i = 0; i < 6; i++)
                {
                    var at = random.Below(Presence.Whole);
                    day.Contact(client, server, 88, at, 0.1);
                    day.Contact(client, server, 389, at, 5);
                    if (random.Chance(0.5)) day.Contact(client, server, 445, at, 60, octets: Octets.PolicyRead);
                }
            }
        }
    }
}
