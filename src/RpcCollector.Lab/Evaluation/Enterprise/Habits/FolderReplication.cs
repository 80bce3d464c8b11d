using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>Replication of folders (DFSR): SYSVOL between controllers, shares between file servers that back each other up.</summary>
internal sealed class FolderReplication : IHabit
{
    private const int Hour = 3_600_000;

    public string Name => "folder replication";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var controllers = day.Network.Of(MachineKind.DomainController);
        for (var i = 0; i < controllers.Count && controllers.Count > 1; i++)
        {
            // A ring, both ways.
            var next = controllers[(i + 1) % controllers.Count];
            Replicate(controllers[i], next, 2 * Hour, 8_000);
            if (controllers.Count > 2) Replicate(next, controllers[i], 2 * Hour, 8_000);
        }

        var files = day.Network.Of(MachineKind.FileServer).Where(server => server.Replaces is null).ToList();
        for (var i = 0; i + 1 < files.Count; i += 2)
        {
            var (one, other) = (day.Network.Current(files[i], day.Number), day.Network.Current(files[i + 1], day.Number));
            Replicate(one, other, Hour, 400_000);
            Replicate(other, one, Hour, 400_000);
        }

        void Replicate(Machine client, Machine server, int period, double octets)
        {
            for (var at = random.Below(period); at < Presence.Whole; at += period)
                day.Rpc(client, server, RpcService.FolderReplication, at, octets, ratio: 0.6, isCached: 0.7);
        }
    }
}
