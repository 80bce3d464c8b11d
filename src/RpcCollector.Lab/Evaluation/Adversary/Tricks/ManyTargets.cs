using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The attacker makes cheap connections day after day, until he passes for a management server or a scanner, whose contacts are of low
/// severity.
/// </summary>
/// <param name="targets">How many hosts he contacts each day.</param>
/// <param name="isAnswered">False for a scanner: nobody answers.</param>
/// <param name="toServers">True when they are servers, false when they are workstations.</param>
internal sealed class ManyTargets(int targets, int days, bool isAnswered, bool toServers) : ITrick
{
    private const int Minute = 60_000;
    private const long Day = 86_400_000;

    public bool IsStandard { get; init; } = true;

    public string Name => $"{(isAnswered ? "management" : "scanner")}-{targets}-{days}d-{(toServers ? "servers" : "workstations")}";

    public string Part => "role poisoning, many targets";

    public AttackerCost Cost => new(Days: days);

    public int LeadDays => days;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var hosts = (toServers ? stage.Plan.Servers : stage.Plan.Workstations)
            .Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address).ToList();
        random.Shuffle(hosts);
        for (var day = days; day > 0; day--)
        {
            // Slowly enough that no hour is a sweep by itself.
            var at = move.At - (day * Day);
            foreach (var host in hosts.Take(targets))
            {
                stage.Connect(move.Attacker.IPv4, host.IPv4, WellKnownPort.Smb, at, move.Attacker.Site, isAnswered);
                at += 20 * Minute;
            }
        }
    }
}
