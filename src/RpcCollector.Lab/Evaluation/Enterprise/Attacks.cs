using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// Places attacks after the learning period. A campaign starts at a workstation that nobody manages others from (one in twenty at an
/// application server): six in ten are one recorded attack, two in ten pivot (the victim attacks another within hours, up to three
/// moves), one in ten sweeps first and then moves, one in ten is simulated without recorded flows (WinRM sessions, or an SMB sweep).
/// </summary>
internal sealed class Attacks : IHabit
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;

    // A technique that is found by its sweep is used for sweeps.
    private const string SweepScenario = "find-local-admin";

    private readonly List<PlacedAttack> _placed = [];
    private readonly HashSet<PlacedAttack> _carAttacks = [];
    private readonly PlacedFlows _flows;
    private readonly HashSet<(int Attacker, int Victim)> _pairs = [];
    private readonly List<IGrouping<string, RecordedAttack>> _scenarios;
    private readonly HashSet<Machine> _managers;
    private readonly int[] _campaignsOn;
    private int _campaign;

    /// <param name="recorded">Each export of each scenario; a scenario is drawn first, then one of its exports.</param>
    /// <param name="managers">Workstations that manage others, which attackers do not start from.</param>
    /// <param name="campaigns">How many in the whole measured period.</param>
    /// <param name="flows">Where the flows of recorded attacks are put.</param>
    public Attacks(
        Network network, IEnumerable<RecordedAttack> recorded, IEnumerable<Machine> managers, int campaigns, PlacedFlows flows)
    {
        _flows = flows;
        _scenarios =
            [.. recorded.Where(attack => !attack.IsEmpty).GroupBy(attack => attack.Scenario.Name, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)];
        _managers = [.. managers];
        _campaignsOn = new int[network.Shape.Days];

        // Nine of ten on a working day.
        var random = SeededRandom.Of(network.Seed, "campaigns");
        var days = Enumerable.Range(network.Shape.LearningDays, Math.Max(0, network.Shape.Days - network.Shape.LearningDays)).ToList();
        var workdays = days.Where(day => !EnterpriseShape.IsWeekend(day)).ToList();
        if (workdays.Count == 0) return;
        for (var i = 0; i < campaigns; i++) _campaignsOn[random.Pick(random.Chance(0.9) ? workdays : days)]++;
    }

    public string Name => "attacks";

    public IReadOnlyList<PlacedAttack> Placed => _placed;

    /// <summary>Those of which the analytic as written shows something.</summary>
    public IReadOnlySet<PlacedAttack> CarAttacks => _carAttacks;

    public void Live(SimulatedDay day, SeededRandom random)
    {
        for (var i = 0; i < _campaignsOn[day.Number]; i++)
        {
            _campaign++;

            // Mostly while people work; else whatever is on.
            var at = random.Chance(0.85) ? (8 * Hour) + random.Below(8 * Hour) : random.Below(23 * Hour);
            if (Attacker(day, at, random) is not { } attacker) continue;
            switch (_scenarios.Count == 0 ? 1 : random.Uniform())
            {
                case < 0.6:
                    Move(day, attacker, at, random.Pick(_scenarios), random);
                    break;
                case < 0.8:
                    for (var moves = 2 + random.Below(2); moves > 0 && Move(day, attacker, at, Pivoting(random), random) is { } victim;
                        moves--)
                        (attacker, at) = (victim, at + (10 * Minute) + random.Below(3 * Hour));
                    break;
                case < 0.9:
                    Sweep(day, attacker, at, random);
                    Move(day, attacker, at + (20 * Minute) + random.Below(Hour), Pivoting(random), random);
                    break;
                default:
                    if (random.Chance(0.5)) MoveByWinRm(day, attacker, at, random);
                    else SweepBySmb(day, attacker, at, random);
                    break;
            }
        }
    }

    private Machine? Attacker(SimulatedDay day, int at, SeededRandom random)
    {
        if (random.Chance(0.05))
            return random.Pick(day.Network.Of(MachineKind.ApplicationServer)) is var server && day.IsThere(server) ? server : null;
        var candidates = day.WorkstationsOn.Where(machine => day.IsOnAt(machine, at) && !_managers.Contains(machine)).ToList();
        return candidates.Count == 0 ? null : random.Pick(candidates);
    }

    // The next machine that the attacker can work from: a workstation.
    private IGrouping<string, RecordedAttack> Pivoting(SeededRandom random) =>
        _scenarios.Where(group => group.First().Scenario.Target == ScenarioTarget.Workstation).ToList() is { Count: > 0 } list
            ? random.Pick(list)
            : random.Pick(_scenarios);

    private Machine? Victim(SimulatedDay day, Machine attacker, int at, ScenarioTarget target, SeededRandom random)
    {
        var victim = target switch
        {
            ScenarioTarget.DomainController => day.Network.ControllerFor(attacker, random),
            ScenarioTarget.Server => random.Chance(0.5) ? day.Network.PrintServerFor(attacker) : random.Pick(day.Servers),
            _ => day.WorkstationsOn.Where(machine => day.IsOnAt(machine, at)).ToList() is { Count: > 0 } list ? random.Pick(list) : null,
        };
        return victim is not null && victim != attacker && day.IsOnAt(attacker, at) && day.IsOnAt(victim, at)
            && _pairs.Add((attacker.Number, victim.Number)) ? victim : null;
    }

    private Machine? Move(SimulatedDay day, Machine attacker, int at, IGrouping<string, RecordedAttack> scenario, SeededRandom random)
    {
        var recorded = random.Pick(scenario.ToList());
        if (Victim(day, attacker, at, recorded.Scenario.Target, random) is not { } victim) return null;
        var end = _flows.Place(day, recorded, attacker, victim, at);
        Add(day, recorded.Scenario.Name, recorded.Scenario.Technique, attacker, [victim], at, end, recorded);
        return victim;
    }

    /// <summary>One recorded contact with many workstations within minutes.</summary>
    private void Sweep(SimulatedDay day, Machine attacker, int at, SeededRandom random)
    {
        var scenario = _scenarios.Find(group => group.Key.Equals(SweepScenario, StringComparison.Ordinal)) ?? Pivoting(random);
        var recorded = random.Pick(scenario.ToList());
        var (victims, end, moment) = (new List<Machine>(), 0L, at);
        for (var i = 8 + random.Below(13); i > 0; i--)
        {
            moment += 1_000 + random.Below(20_000);
            if (Victim(day, attacker, moment, ScenarioTarget.Workstation, random) is not { } victim) continue;
            end = Math.Max(end, _flows.Place(day, recorded, attacker, victim, moment));
            victims.Add(victim);
        }

        Add(day, $"{scenario.Key}-sweep", recorded.Scenario.Technique, attacker, victims, at, end, recorded);
    }

    private void MoveByWinRm(SimulatedDay day, Machine attacker, int at, SeededRandom random)
    {
        if (Victim(day, attacker, at, ScenarioTarget.Workstation, random) is not { } victim) return;
        var last = at;
        for (var i = 3 + random.Below(7); i > 0; i--)
        {
            day.Contact(attacker, victim, WellKnownPort.WinRmHttp, last, 20);
            last += 2_000 + random.Below(2 * Minute);
        }

        Add(day, "simulated-winrm", "T1021.006", attacker, [victim], at, day.Start + last + (5 * Minute));
    }

    private void SweepBySmb(SimulatedDay day, Machine attacker, int at, SeededRandom random)
    {
        var (victims, moment) = (new List<Machine>(), at);
        for (var i = 20 + random.Below(60); i > 0; i--)
        {
            moment += 200 + random.Below(5_000);
            if (Victim(day, attacker, moment, ScenarioTarget.Workstation, random) is not { } victim) continue;
            day.Contact(attacker, victim, WellKnownPort.Smb, moment, 1, random.Chance(0.2) ? Answer.Answered : Answer.Silent);
            victims.Add(victim);
        }

        Add(day, "simulated-smb-sweep", "T1135", attacker, victims, at, day.Start + moment + Minute);
    }

    private void Add(
        SimulatedDay day, string name, string technique, Machine attacker, List<Machine> victims, int at, long end,
        RecordedAttack? recorded = null)
    {
        if (victims.Count == 0) return;
        var attack =
            new PlacedAttack(
                name, technique, attacker.Kind, victims[0].Kind, day.AddressOf(attacker), [.. victims.Select(day.AddressOf)],
                day.Start + at, end, _campaign);
        _placed.Add(attack);
        if (recorded?.Activities.Any(activity => activity.Basis == JoinBasis.Car) ?? false) _carAttacks.Add(attack);
    }
}
