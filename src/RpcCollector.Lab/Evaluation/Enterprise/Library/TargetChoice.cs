using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>
/// Chooses the machine that is attacked: of servers half the time the one that the attacker's machine uses every day, which leaves no new
/// edge. No pair is chosen twice.
/// </summary>
internal sealed class TargetChoice
{
    private readonly HashSet<(int Attacker, int Victim)> _pairs = [];

    /// <returns>Null when nobody is there, or was attacked from there before.</returns>
    public Machine? Victim(SimulatedDay day, Machine attacker, int at, TargetKind kind, SeededRandom random)
    {
        var victim = kind == TargetKind.Workstation
            ? Among([.. day.WorkstationsOn.Where(machine => day.IsOnAt(machine, at))], random)
            : (random.Chance(0.5) ? OwnServer(day, attacker, kind, random) : null)
                ?? Among([.. day.Servers.Where(server => TargetKinds.Of(server.Kind) == kind)], random);
        return victim is not null && victim != attacker && day.IsOnAt(attacker, at) && day.IsOnAt(victim, at)
            && _pairs.Add((attacker.Number, victim.Number)) ? victim : null;
    }

    private static Machine? Among(List<Machine> machines, SeededRandom random) => machines.Count == 0 ? null : random.Pick(machines);

    private static Machine? OwnServer(SimulatedDay day, Machine attacker, TargetKind kind, SeededRandom random)
    {
        var network = day.Network;
        return kind switch
        {
            TargetKind.DomainController => network.ControllerFor(attacker, random),
            TargetKind.PrintServer => network.PrintServerFor(attacker),
            TargetKind.FileServer when attacker.IsWorkstation => network.HomeServerOf(attacker, day.Number),
            TargetKind.ApplicationServer when attacker.IsWorkstation =>
                Among([.. network.ApplicationsOf(attacker.Group, day.Number)], random),
            _ => null,
        };
    }
}
