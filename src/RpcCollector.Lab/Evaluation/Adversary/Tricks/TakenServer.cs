using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>The attacker owns a domain controller or an application server, and drives workstations from there.</summary>
/// <param name="isController">False for an application server.</param>
internal sealed class TakenServer(bool isController, TakenKind kind) : ITrick
{
    // No move has more victims of a sweep.
    private const int SweptHosts = 12;

    public string Name => $"{(isController ? "controller" : "server")}-{kind switch
    {
        TakenKind.AsRecorded => "new-hosts",
        TakenKind.Sweep => "sweep",
        TakenKind.WinRm => "winrm",
        _ => "service-control",
    }}";

    public string Part => "a server that was taken";

    public AttackerCost Cost => new(OwnHosts: 1);

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        if (move.Sort != MoveSort.BetweenWorkstations) return;
        var servers = stage.Plan.Servers
            .Where(host => host.Kind == (isController ? MachineKind.DomainController : MachineKind.ApplicationServer)).ToList();
        var from = servers[move.Number % servers.Count];
        var attack = kind switch
        {
            TakenKind.AsRecorded => move.Attack,
            TakenKind.WinRm => SimulatedAttacks.WinRm,
            TakenKind.Sweep => SimulatedAttacks.Rpc,
            _ => SimulatedAttacks.ServiceControl,
        };
        stage.Attack(attack, from, kind == TakenKind.Sweep ? Swept(stage, move, random) : [move.Victim], move.At, MoveSort.FromServers);
    }

    private static List<PlacedHost> Swept(Stage stage, Move move, SeededRandom random)
    {
        var victims = stage.Plan.Workstations.Where(host => host.Address != move.Victim.Address).ToList();
        random.Shuffle(victims);
        return [move.Victim, .. victims.Take(SweptHosts - 1)];
    }
}

/// <summary>What he does from there.</summary>
internal enum TakenKind : byte
{
    AsRecorded,
    Sweep,
    WinRm,
    ServiceControl,
}
