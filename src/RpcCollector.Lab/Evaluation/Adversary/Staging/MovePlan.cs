using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>
/// Chooses attackers, victims and times on the days after the learning period; it causes no traffic. Four in five moves are between
/// workstations, the others go to servers and domain controllers; none starts where others are managed from.
/// </summary>
internal sealed class MovePlan : IHabit
{
    private const int Hour = 3_600_000;

    private readonly HashSet<Machine> _managers;
    private readonly HashSet<HostAddress> _used = [];
    private readonly List<Move> _moves = [];
    private readonly int[] _movesOn;
    private readonly List<RecordedAttack> _onWorkstations;
    private readonly List<RecordedAttack> _onServers;
    private readonly List<RecordedAttack> _onControllers;
    private readonly int _learningDays;
    private readonly Network _network;
    private readonly Dictionary<HostAddress, Machine> _controllers = [];

    /// <param name="count">How many moves in all.</param>
    public MovePlan(Network network, IEnumerable<Machine> managers, IReadOnlyList<RecordedAttack> recorded, int count)
    {
        _network = network;
        _managers = [.. managers];
        _learningDays = network.Shape.LearningDays;
        _movesOn = new int[network.Shape.Days];

        // The last day is left to what follows an attack.
        var days = Enumerable.Range(_learningDays, Math.Max(1, network.Shape.Days - _learningDays - 1))
            .Where(day => !EnterpriseShape.IsWeekend(day)).DefaultIfEmpty(_learningDays).ToList();
        for (var i = 0; i < count; i++) _movesOn[days[i % days.Count]]++;
        var usable = recorded.Where(attack => !attack.IsEmpty).ToList();
        _onWorkstations = Of(ScenarioTarget.Workstation);
        _onServers = Of(ScenarioTarget.Server);
        _onControllers = Of(ScenarioTarget.DomainController);

        List<RecordedAttack> Of(ScenarioTarget target) => [.. usable.Where(attack => attack.Scenario.Target == target)];
    }

    public string Name => "adversary";

    /// <summary>In the order of their days.</summary>
    public IReadOnlyList<Move> Moves => _moves;

    /// <summary>Workstations that were there on the last day of learning: whoever forges their addresses forges known clients.</summary>
    public IReadOnlyList<PlacedHost> Workstations { get; private set; } = [];

    public IReadOnlyList<PlacedHost> Servers { get; private set; } = [];

    /// <summary>Workstations that others are managed from, and that were there on a working day.</summary>
    public IReadOnlyList<PlacedHost> Managers { get; private set; } = [];

    public IReadOnlyList<PlacedHost> Controllers => [.. Servers.Where(host => host.Kind == MachineKind.DomainController)];

    /// <summary>An address to forge that nobody has.</summary>
    public static HostAddress UnknownAddress(int index) => HostAddress.FromIPv4(0x0AF0_0000 | (uint)(index + 1));

    /// <summary>On which port a controller's directory and netlogon answer at a time, as its clients know.</summary>
    public ushort AuthorityPortOf(PlacedHost controller, long at)
    {
        var since = at - EnterpriseShape.StartOf(0);
        var day = (int)(since / EnterpriseShape.DayMilliseconds);
        return _network.Ports.Of(
            _controllers[controller.Address], RpcService.SecurityAuthority, day, (int)(since % EnterpriseShape.DayMilliseconds));
    }

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var managers = day.WorkstationsOn.Where(_managers.Contains).Select(machine => Placed(day, machine)).ToList();
        if (managers.Count >= Managers.Count) Managers = managers;
        if (day.Number < _learningDays - 1) return;
        if (day.Number == _learningDays - 1 || Workstations.Count == 0)
        {
            Workstations = [.. day.WorkstationsOn.Where(machine => !_managers.Contains(machine)).Select(machine => Placed(day, machine))];
            Servers = [.. day.Servers.Select(machine => Placed(day, machine))];
            foreach (var machine in day.Servers.Where(machine => machine.Kind == MachineKind.DomainController))
                _controllers[day.AddressOf(machine)] = machine;
        }

        for (var i = day.Number < _movesOn.Length ? _movesOn[day.Number] : 0; i > 0; i--) Plan(day, random);
    }

    private void Plan(SimulatedDay day, SeededRandom random)
    {
        var at = (9 * Hour) + random.Below(7 * Hour);
        var present = day.WorkstationsOn.Where(machine => day.IsOnAt(machine, at) && !_managers.Contains(machine))
            .Where(machine => !_used.Contains(day.AddressOf(machine))).ToList();
        if (present.Count < 2) return;
        random.Shuffle(present);
        var (attacker, victim) = (present[0], present[1]);
        RecordedAttack attack;
        if (_moves.Count % 5 == 4) (victim, attack) = OnServer(day, attacker, random);
        else attack = Pick(_onWorkstations, [SimulatedAttacks.Rpc, SimulatedAttacks.ServiceControl, SimulatedAttacks.WinRm], random);
        _used.Add(day.AddressOf(attacker));
        _used.Add(day.AddressOf(victim));
        _moves.Add(new Move(_moves.Count, Placed(day, attacker), Placed(day, victim), day.Start + at, attack.On(day, victim, at)));
    }

    private (Machine Victim, RecordedAttack Attack) OnServer(SimulatedDay day, Machine attacker, SeededRandom random) =>
        random.Below(4) switch
        {
            0 when _onControllers.Count > 0 => (day.Network.ControllerFor(attacker, random), random.Pick(_onControllers)),
            1 when _onServers.Count > 0 => (day.Network.PrintServerFor(attacker), random.Pick(_onServers)),
            2 => (random.Pick(day.Servers), SimulatedAttacks.ServiceControl),
            _ => (random.Pick(day.Servers), SimulatedAttacks.WinRm),
        };

    // A scenario first, then one of its exports; one in five has no recording behind it.
    private static RecordedAttack Pick(List<RecordedAttack> recorded, RecordedAttack[] simulated, SeededRandom random)
    {
        if (recorded.Count == 0 || random.Chance(0.2)) return random.Pick(simulated);
        var name = random.Pick(recorded.Select(attack => attack.Scenario.Name).Distinct(StringComparer.Ordinal).ToList());
        return random.Pick(recorded.Where(attack => attack.Scenario.Name.Equals(name, StringComparison.Ordinal)).ToList());
    }

    private static PlacedHost Placed(SimulatedDay day, Machine machine) =>
        new(day.AddressOf(machine), machine.Kind, machine.Site, AddressLeases.KeyOf(machine.Number));
}
