using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Habits;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// A synthetic Windows network and what a collector would learn of its connections, day after day: the same events for the same shape,
/// seed and attacks. docs/detection.md describes it, so that its figures can be criticised.
/// </summary>
internal sealed class SimulatedEnterprise
{
    // Up to 2^24 connections a day each have their own place in the order of arrival.
    private const int SequenceBits = 24;

    private readonly AddressLeases _leases;
    private readonly Sensors _sensors;
    private readonly List<IHabit> _habits;
    private readonly long[] _counts;
    private readonly List<SimulatedConnection> _waiting = [];
    private readonly bool _tellsLeases;
    private readonly List<(AddressLease Lease, long Arrival)> _waitingLeases = [];
    private (AddressLease Lease, long Arrival)[] _arrivedLeases = [];
    private SimulatedConnection[] _arrived = [];
    private long _sequence;
    private int _day;

    /// <param name="campaigns">How many attack campaigns to place in the days after the learning period; none in a small office.</param>
    /// <param name="further">
    /// Further habits, which live last; they are told which workstations manage others, and nobody starts an attack from.
    /// </param>
    /// <param name="tellsLeases">True when the DHCP server's answers are seen, and told with the flows.</param>
    public SimulatedEnterprise(
        EnterpriseShape shape, ulong seed, IReadOnlyList<RecordedAttack> recorded, int campaigns, double helpdeskSessionsPerWeek = 1,
        Func<Network, IReadOnlyList<Machine>, PlacedFlows, IEnumerable<IHabit>>? further = null, bool tellsLeases = false)
    {
        _tellsLeases = tellsLeases;
        Network = new Network(shape, seed);
        _leases = new AddressLeases(Network);
        _sensors = new Sensors(shape, seed);
        if (shape.IsOffice)
        {
            Attacks = new Attacks(Network, [], [], campaigns: 0, Flows);
            _habits = [new DomainMembership(), new FileShares(), new PeerSharing(Network), Attacks];
        }
        else
        {
            var administration = new Administration(Network);
            var assistance = new RemoteAssistance(Network, helpdeskSessionsPerWeek);
            IReadOnlyList<Machine> managers = [.. administration.Stations, .. assistance.Staff];
            Attacks = new Attacks(Network, recorded, managers, campaigns, Flows);
            _habits =
            [
                new DomainMembership(), new FileShares(), new Printing(), new Applications(Network), new Replication(), new Clustering(),
                new Monitoring(), new Backup(), new SoftwareDeployment(), new VulnerabilityScanning(), new CertificateEnrolment(),
                new IdentitySensors(), administration, assistance, new PeerSharing(Network), new Mail(), new DirectorySynchronisation(),
                new EventCollection(), new ControllerQueries(Network), new NameLookups(), new RemoteScheduling(Network),
                new EventReading(), new PrintManagement(administration.Stations), new FolderReplication(), new Releases(Network),
                new SharedDesks(), new StartUp(), Attacks,
            ];
            if (further is not null) _habits.AddRange(further(Network, managers, Flows));
        }

        _counts = new long[_habits.Count];
    }

    public Network Network { get; }

    public Attacks Attacks { get; }

    /// <summary>What connections stand for that were recorded elsewhere.</summary>
    public PlacedFlows Flows { get; } = new();

    /// <summary>Servers keep their addresses; workstations have theirs of the last simulated day.</summary>
    public HostAddress AddressOf(Machine server) => _leases.Of(server);

    /// <summary>Called with each lease that a workstation gets.</summary>
    public Action<GrantedLease>? Granted
    {
        set => _leases.Granted = value;
    }

    public int AddressesReassigned => _leases.Reassigned;

    /// <summary>Which machine had an address at a time; null when none had.</summary>
    public int? MachineAt(HostAddress address, long unixMilliseconds) => _leases.MachineAt(address, unixMilliseconds);

    /// <summary>The IPv4 address that the machine of an address had at a time: attacks and their victims are named by it.</summary>
    public HostAddress IPv4Of(HostAddress address, long unixMilliseconds) => _leases.IPv4Of(address, unixMilliseconds);

    /// <summary>How many activities and contacts no exporter saw, of those that were delivered otherwise.</summary>
    public long Unseen { get; private set; }

    /// <summary>How many activities and contacts each habit has caused so far.</summary>
    public IEnumerable<(string Habit, long Count)> Mix => _habits.Select((habit, i) => (habit.Name, _counts[i]));

    public string HabitAt(int index) => _habits[index].Name;

    /// <summary>
    /// Simulates one more day; false when there is none left. The day after the last delivers only what was still on its way.
    /// </summary>
    /// <param name="witness">Called for every connection of the day, in no order.</param>
    public bool SimulateDay(Action<SimulatedConnection>? witness = null)
    {
        if (_day > Network.Shape.Days) return false;
        if (_day < Network.Shape.Days)
        {
            var known = _waiting.Count;
            var day = new SimulatedDay(Network, _leases, _day, _waiting);
            for (var i = 0; i < _habits.Count; i++)
            {
                var random = SeededRandom.Of(Network.Seed, _habits[i].Name, _day);
                day.Begin((byte)i, random);
                _habits[i].Live(day, random);
            }

            for (var i = known; i < _waiting.Count; i++)
            {
                _counts[_waiting[i].Habit]++;
                witness?.Invoke(_waiting[i]);
                NoteUse(_waiting[i]);
            }

            Attacks.Use.EndDay();
        }

        Sort();
        _day++;
        return true;
    }

    /// <summary>
    /// What arrived on the last simulated day, to be kept: no placed attacks may be among it. It is numbered as delivery
    /// would.
    /// </summary>
    public ArrivedDay TakeArrived()
    {
        var arrived = new ArrivedDay(_arrived, _arrivedLeases, _sequence, _sensors);
        _sequence += _arrived.Length;
        return arrived;
    }

    /// <summary>Delivers what arrived on the last simulated day, in the order of arrival.</summary>
    public void Deliver(IArrivalSink sink)
    {
        var next = 0;
        foreach (ref readonly var connection in _arrived.AsSpan())
        {
            for (; next < _arrivedLeases.Length && _arrivedLeases[next].Arrival <= connection.Arrival; next++) Tell(next);
            Deliver(connection, sink);
        }

        for (; next < _arrivedLeases.Length; next++) Tell(next);

        void Tell(int index) => sink.Take(_arrivedLeases[index].Lease, _arrivedLeases[index].Arrival);
    }

    private void NoteUse(in SimulatedConnection connection)
    {
        if (connection.Placed == 0 && MachineAt(connection.Client.Host, connection.Start) is { } client
            && MachineAt(connection.Server.Host, connection.Start) is { } server)
            Attacks.Use.Note(client, server);
    }

    // What arrives after the day's end waits.
    private void Sort()
    {
        var (from, until) = (EnterpriseShape.StartOf(_day), _day == Network.Shape.Days ? long.MaxValue : EnterpriseShape.StartOf(_day + 1));
        _arrived = [.. _waiting.Where(connection => connection.Arrival < until)];
        _waiting.RemoveAll(connection => connection.Arrival < until);
        var order = new long[_arrived.Length];
        for (var i = 0; i < order.Length; i++) order[i] = ((_arrived[i].Arrival - from) << SequenceBits) | (uint)i;
        Array.Sort(order, _arrived);

        // A day that nobody is told of leases of is as it was.
        if (_tellsLeases) _waitingLeases.AddRange(_leases.TakeTold());
        _arrivedLeases = [.. _waitingLeases.Where(told => told.Arrival < until).OrderBy(told => told.Arrival)];
        _waitingLeases.RemoveAll(told => told.Arrival < until);
    }

    private void Deliver(in SimulatedConnection connection, IArrivalSink sink)
    {
        var id = ArrivedDay.IdOf(++_sequence);
        var placed = Flows.Of(connection.Placed);
        if (placed?.IsContact ?? connection.IsContact)
        {
            if (_sensors.See(placed?.ToContact(id) ?? connection.ToContact(id)) is { } contact)
                sink.Take(new ContactChange(ActivityChangeKind.Added, contact), connection.Arrival);
            else Unseen++;
        }
        else
        {
            if (_sensors.See(placed?.ToActivity(id) ?? connection.ToActivity(id)) is { } activity)
                sink.Take(new ActivityChange(ActivityChangeKind.Added, activity), connection.Arrival);
            else Unseen++;
        }
    }
}
