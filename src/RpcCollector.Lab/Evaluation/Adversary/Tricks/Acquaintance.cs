using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// RPC to a server that hardly anybody uses: by who never had to do with it, and by who reads a file there two days before, so as to be no
/// stranger.
/// </summary>
internal sealed class Acquaintance(bool isMadeBefore) : ITrick
{
    private const int Second = 1_000;
    private const long Day = 86_400_000;
    private const int DaysBefore = 2;

    // Where the scheduler of a server may answer.
    private const ushort EndpointPort = 49_712;

    public string Name => isMadeBefore ? "stranger-met-2d-before" : "stranger";

    public string Part => "programs by SMB alone, and few calls";

    public AttackerCost Cost => isMadeBefore ? new(Days: DaysBefore) : new();

    public int LeadDays => isMadeBefore ? DaysBefore : 0;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        var servers = stage.Plan.Servers
            .Where(host => host.Kind is MachineKind.DeploymentServer or MachineKind.MonitoringServer or MachineKind.JumpHost)
            .ToList();
        var visit = move with { Victim = servers[move.Number % servers.Count] };
        if (isMadeBefore) stage.Send(visit, move.At - (DaysBefore * Day), WellKnownPort.Smb, 5_000, 30_000, 20 * Second);
        stage.Connect(move.Attacker.IPv4, visit.Victim.IPv4, WellKnownPort.EndpointMapper, move.At, move.Attacker.Site);
        stage.Send(visit, move.At + 8, EndpointPort, 6_000, 3_000, 2 * Second);
        stage.Attacked(move.Attacker, [visit.Victim], move.At, move.At + (2 * Second), MoveSort.OnServers);
    }
}
