using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// A server that replicates the directory into a cloud: every few minutes it asks a controller for changes as another controller would,
/// and gets several times what it sent. It is an ordinary member server otherwise.
/// </summary>
internal sealed class DirectorySynchronisation : IHabit
{
    private const int Minute = 60_000;

    public string Name => "directory synchronisation";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var server in day.Network.Of(MachineKind.SynchronisationServer))
        {
            // It stays with a controller while that answers.
            var controller = day.Network.ControllerFor(server, random);
            for (var at = random.Below(10 * Minute); at < Presence.Whole; at += (8 * Minute) + random.Below(4 * Minute))
                day.Rpc(server, controller, RpcService.SecurityAuthority, at, octets: 3_500, ratio: 4, isCached: 0.85);

            // Every half an hour what has changed, once a day much of it.
            for (var at = random.Below(30 * Minute); at < Presence.Whole; at += 30 * Minute)
            {
                day.Contact(server, controller, 389, at, 20, octets: new Octets(12_000, 90_000, 1.1));
                day.Rpc(server, controller, RpcService.SecurityAuthority, at + 2_000, octets: 6_000, ratio: 8, isCached: 0.6);
            }

            day.Rpc(server, controller, RpcService.SecurityAuthority, 4 * 60 * Minute, octets: 60_000, ratio: 25, isCached: 0.3);
        }
    }
}
