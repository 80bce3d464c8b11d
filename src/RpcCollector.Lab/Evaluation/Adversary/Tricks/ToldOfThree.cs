using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The day before he attacks a server, the attacker opens WinRM to three others, so that he passes for one who begins to administer.
/// </summary>
internal sealed class ToldOfThree : ITrick
{
    private const int Hour = 3_600_000;

    public string Name => "told-of-three-servers";

    public string Part => "what many do at once";

    public AttackerCost Cost => new(Days: 1);

    public int LeadDays => 1;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        if (move.Sort != MoveSort.OnServers) return;
        var servers = stage.Plan.Servers
            .Where(host => host.Kind != MachineKind.DomainController && host.Address != move.Victim.Address).ToList();
        random.Shuffle(servers);
        foreach (var server in servers.Take(3))
            stage.Connect(
                move.Attacker.IPv4, server.IPv4, WellKnownPort.WinRmHttp, move.At - (24 * Hour) + random.Below(4 * Hour),
                move.Attacker.Site);
    }
}
