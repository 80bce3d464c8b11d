using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Before the attack on a server, workstations that are known there, forged or owned, use the very port that the attack will use, so that
/// it passes for a common one.
/// </summary>
/// <param name="clients">How many.</param>
/// <param name="days">On each of how many days before the attack; 0 for the hours before it.</param>
internal sealed class PortMadeCommon(int clients, int days) : ITrick
{
    private const int Minute = 60_000;
    private const long Day = 86_400_000;

    public string Name => $"port-made-common-{clients}-{(days == 0 ? "2h" : $"{days}d")}";

    public string Part => "a rare port of a server";

    public AttackerCost Cost => new(ForgedHosts: clients, Days: days);

    public int LeadDays => days;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        if (move.Sort != MoveSort.OnServers) return;
        var known = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address).ToList();
        random.Shuffle(known);
        foreach (var port in move.Attack.Activities.Where(activity => activity.Endpoint is not null)
            .Select(activity => activity.Endpoint!.Value.ServerPort).Distinct())
        {
            for (var day = 0; day < Math.Max(1, days); day++)
            {
                foreach (var client in known.Take(clients))
                {
                    var at = (days == 0 ? move.At - (110 * Minute) : move.At - ((days - day) * Day)) + random.Below(100 * Minute);
                    stage.Connect(client.IPv4, move.Victim.IPv4, WellKnownPort.EndpointMapper, at, client.Site);
                    stage.Connect(client.IPv4, move.Victim.IPv4, port, at + 8, client.Site);
                }
            }
        }
    }
}
