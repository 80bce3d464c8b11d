using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Backup servers open every server at night: SMB, shadow copies by RPC. Some servers write their backup there themselves.
/// </summary>
internal sealed class Backup : IHabit
{
    public string Name => "backup";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var own = day.Network.Of(MachineKind.BackupServer);
        foreach (var server in day.Servers.Where(server => server.Kind != MachineKind.BackupServer))
        {
            var (backup, at) = (own[server.Number % own.Count], (20 * 3_600_000) + random.Below(3 * 3_600_000));
            day.Contact(backup, server, 445, at, 1_800, octets: Octets.BackupRead);
            day.Rpc(backup, server, RpcService.Backup, at + 500);
            day.Rpc(backup, server, RpcService.Wmi, at + 3_000, ratio: 2);
            if (server.Kind is MachineKind.MailServer || (server.Kind is MachineKind.ApplicationServer && server.Number % 4 == 1))
                day.Contact(server, backup, 445, (22 * 3_600_000) + random.Below(3_600_000), 1_200, octets: Octets.BackupWrite);
        }
    }
}
