using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// Places attacks after the learning period. A campaign starts at a workstation that nobody manages others from (one in twenty at an
/// application server): six in ten are one move, two in ten pivot (the victim attacks another within hours, up to three moves), one in
/// ten sweeps workstations and then moves, one in ten runs a tool that goes through many machines.
/// </summary>
internal sealed class Attacks : IHabit
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;

    // Somebody is there at most times; a pair that was used up is drawn anew.
    private const int Tries = 4;

    // A technique that is found by its sweep is used for sweeps.
    private const string SweepScenario = "find-local-admin";

    private readonly List<PlacedAttack> _placed = [];
    private readonly HashSet<PlacedAttack> _carAttacks = [];
    private readonly PlacedFlows _flows;
    private readonly MethodChoice _methods;
    private readonly Bag<CampaignSort> _sorts = new(
        [.. Enumerable.Repeat(CampaignSort.Move, 6), CampaignSort.Pivot, CampaignSort.Pivot, CampaignSort.SweepAndMove,
            CampaignSort.Sweep]);
    private readonly TargetChoice _targets = new();
    private readonly HashSet<Machine> _managers;
    private readonly int[] _campaignsOn;
    private int _campaign;

    /// <param name="recorded">Each export of each scenario; a scenario is drawn first, then one of its exports.</param>
    /// <param name="managers">Workstations that manage others, which attackers do not start from.</param>
    /// <param name="campaigns">How many in the whole measured period.</param>
    /// <param name="flows">Where the flows of attacks are put.</param>
    public Attacks(
        Network network, IEnumerable<RecordedAttack> recorded, IEnumerable<Machine> managers, int campaigns, PlacedFlows flows)
    {
        (_flows, _methods, _managers, Use) = (flows, new MethodChoice(recorded), [.. managers], new ServerUse(network));
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

    /// <summary>Who used which server before: to be told of every connection of a day after it was lived.</summary>
    public ServerUse Use { get; }

    public void Live(SimulatedDay day, SeededRandom random)
    {
        for (var i = 0; i < _campaignsOn[day.Number]; i++)
        {
            _campaign++;

            // Mostly while people work; else whatever is on.
            var at = random.Chance(0.85) ? (8 * Hour) + random.Below(8 * Hour) : random.Below(23 * Hour);
            if (Attacker(day, at, random) is not { } attacker) continue;
            switch (_sorts.Draw(random))
            {
                case CampaignSort.Move:
                    Move(day, attacker, at, goesOn: false, random);
                    break;
                case CampaignSort.Pivot:
                    for (var moves = 2 + random.Below(2); moves > 0 && Move(day, attacker, at, moves > 1, random) is { } victim; moves--)
                        (attacker, at) = (victim, at + (10 * Minute) + random.Below(3 * Hour));
                    break;
                case CampaignSort.SweepAndMove:
                    SweepWorkstations(day, attacker, at, random);
                    Move(day, attacker, at + (20 * Minute) + random.Below(Hour), goesOn: false, random);
                    break;
                default:
                    Sweep(day, attacker, at, random);
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

    /// <returns>The machine that was attacked; null when there was none.</returns>
    private Machine? Move(SimulatedDay day, Machine attacker, int at, bool goesOn, SeededRandom random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var (method, kind) = _methods.Draw(goesOn, random);
            if (_targets.Victim(day, attacker, at, kind, random) is { } victim)
            {
                Place(day, method, method.Name, attacker, [(victim, at)], random);
                return victim;
            }

            _methods.PutBack(method, kind);
        }

        return null;
    }

    /// <summary>One recorded contact with many workstations within minutes; a tool of the library where none was recorded.</summary>
    private void SweepWorkstations(SimulatedDay day, Machine attacker, int at, SeededRandom random)
    {
        var method = _methods.Recorded(SweepScenario) ?? new LibraryMethod(new Library.Tools.RemoteServiceControl());
        var (victims, moment) = (new List<(Machine, int)>(), at);
        for (var i = 8 + random.Below(13); i > 0; i--)
        {
            moment += 1_000 + random.Below(20_000);
            if (_targets.Victim(day, attacker, moment, TargetKind.Workstation, random) is { } victim) victims.Add((victim, moment));
        }

        Place(day, method, $"{method.Name}-sweep", attacker, victims, random);
    }

    /// <summary>A tool that goes through many machines, a controller first where it asks one.</summary>
    private void Sweep(SimulatedDay day, Machine attacker, int at, SeededRandom random)
    {
        var method = _methods.DrawSweep(random);
        var others = method.Targets.Where(kind => kind is not (TargetKind.Workstation or TargetKind.DomainController)).ToList();
        var (victims, moment) = (new List<(Machine, int)>(), at);
        if (method.Targets.Contains(TargetKind.DomainController)) Ask(TargetKind.DomainController);
        for (var i = method.Hosts.Least + random.Below(method.Hosts.Most - method.Hosts.Least); i > 0; i--)
        {
            moment += 200 + random.Below(5_000);
            Ask(others.Count > 0 && random.Chance(0.08) ? random.Pick(others) : TargetKind.Workstation);
        }

        Place(day, method, method.Name, attacker, victims, random);

        void Ask(TargetKind kind)
        {
            if (_targets.Victim(day, attacker, moment, kind, random) is { } victim) victims.Add((victim, moment));
        }
    }

    private void Place(
        SimulatedDay day, IAttackMethod method, string name, Machine attacker, List<(Machine Machine, int At)> victims, SeededRandom random)
    {
        if (victims.Count == 0) return;
        var relay = Relay(day, attacker, victims[0].Machine, victims[0].At, random);
        var moves = victims.ConvertAll(victim => (victim.Machine, Move: method.Place(
            _flows, day, new AttackParties(attacker, victim.Machine, relay), victim.At, random)));
        var most = victims.Find(victim => victim.Machine.IsWorkstation || victims.Count == 1).Machine ?? victims[0].Machine;
        var attack = new PlacedAttack(
            name, method.Technique, attacker.Kind, most.Kind, day.AddressOf(attacker),
            [.. victims.Select(victim => day.AddressOf(victim.Machine))], day.Start + victims[0].At, moves.Max(move => move.Move.End),
            _campaign)
        {
            Source = method.Source,
            IsUsedBefore = victims.Count == 1 && Use.IsKnown(attacker, victims[0].Machine),
            Returns = [.. moves.SelectMany(move => move.Move.Returns.Select(to => (day.AddressOf(move.Machine), day.AddressOf(to))))],
        };
        _placed.Add(attack);
        if (moves.Exists(move => move.Move.HasCarActivity)) _carAttacks.Add(attack);
    }

    // A coerced machine is sent to another that the attacker holds, if he holds one.
    private Machine Relay(SimulatedDay day, Machine attacker, Machine victim, int at, SeededRandom random)
    {
        var candidates = day.WorkstationsOn.Where(machine =>
            machine != victim && day.IsOnAt(machine, at) && !_managers.Contains(machine)).ToList();
        return candidates.Count == 0 ? attacker : random.Pick(candidates);
    }

    private enum CampaignSort : byte
    {
        Move,
        Pivot,
        SweepAndMove,
        Sweep,
    }
}
