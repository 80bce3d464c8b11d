using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>Backup servers open every server at night: SMB, shadow copies by RPC.</summary>
internal sealed class Backup : IHabit
{
    public string Name => "backup";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var own = day.Network.Of(MachineKind.BackupServer);
        foreach (var server in day.Servers.Where(server => server.Kind != MachineKind.BackupServer))
        {
            var (backup, at) = (own[server.Number % own.Count], (20 * 3_600_000) + random.Below(3 * 3_600_000));
            day.Contact(backup, server, 445, at, 1_800);
            day.Rpc(backup, server, RpcService.Backup, at + 500);
            day.Rpc(backup, server, RpcService.Wmi, at + 3_000, ratio: 2);
        }
    }
}
