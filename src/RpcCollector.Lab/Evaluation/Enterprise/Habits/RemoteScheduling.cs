using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>A scheduler on a jump host starts tasks on a few application servers, the same each night and some each hour.</summary>
internal sealed class RemoteScheduling : IHabit
{
    private const int Hour = 3_600_000;

    private readonly Machine _scheduler;
    private readonly Machine[] _servers;

    public RemoteScheduling(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "scheduler");
        var servers = network.Of(MachineKind.ApplicationServer).Where(server => server.Replaces is null).ToList();
        random.Shuffle(servers);
        (_scheduler, _servers) = (random.Pick(network.Of(MachineKind.JumpHost)), [.. servers.Take(2 + random.Below(5))]);
    }

    public string Name => "remote scheduling";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        for (var i = 0; i < _servers.Length; i++)
        {
            var (server, period) = (day.Network.Current(_servers[i], day.Number), i == 0 ? Hour : 24 * Hour);
            for (var at = ((2 * Hour) + (i * 600_000)) % period; at < Presence.Whole; at += period)
                day.Rpc(_scheduler, server, RpcService.Tasks, at + random.Below(5_000), octets: 4_000, ratio: 0.8);
        }
    }
}
