using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>The nodes of a cluster talk to each other, both ways, all day.</summary>
internal sealed class Clustering : IHabit
{
    public string Name => "clusters";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var cluster in day.Network.Of(MachineKind.ClusterNode).GroupBy(node => node.Group))
        {
            foreach (var client in cluster)
            {
                foreach (var server in cluster)
                {
                    if (client == server) continue;
                    for (var at = random.Below(600_000); at < Presence.Whole; at += 1_200_000 + random.Below(60_000))
                        day.Rpc(client, server, RpcService.Cluster, at, isCached: 0.5);
                    for (var i = 0; i < 8; i++) day.Contact(
                            client, server, 445, random.Below(Presence.Whole), 900, octets: FileShares.Draw(random));
                }
            }
        }
    }
}
