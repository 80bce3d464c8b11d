using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Within the minutes around the attack, forged clients that are known there use the very ports of the victim that the attack uses, so that
/// it passes for one of the first clients of a new application.
/// </summary>
/// <param name="clients">How many.</param>
internal sealed class CrowdAtVictim(int clients) : ITrick
{
    private const int Minute = 60_000;

    public string Name => $"crowd-{clients}-at-victim";

    public string Part => "what many do at once";

    public AttackerCost Cost => new(ForgedHosts: clients);

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var known = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address)
            .ToList();
        random.Shuffle(known);
        var ports = move.Attack.Activities.Where(activity => activity.Endpoint is not null)
            .Select(activity => activity.Endpoint!.Value.ServerPort)
            .Concat(move.Attack.Contacts.Select(contact => contact.Flow.ServerPort)).Distinct().ToList();
        foreach (var client in known.Take(clients))
        {
            var at = move.At - (10 * Minute) + random.Below(20 * Minute);
            if (move.Attack.Activities.Count > 0)
                stage.Connect(client.IPv4, move.Victim.IPv4, WellKnownPort.EndpointMapper, at - 8, client.Site);
            foreach (var port in ports) stage.Connect(client.IPv4, move.Victim.IPv4, port, at, client.Site);
        }
    }
}
