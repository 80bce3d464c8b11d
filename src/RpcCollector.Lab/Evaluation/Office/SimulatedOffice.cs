using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Office.Habits;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>
/// An office on one busy day: a release is deployed, servers are monitored, an administrator has much to do, addresses change hands,
/// and two intruders are at work. Synthetic; the same for the same size, seed and attacks. docs/detection.md describes it.
/// </summary>
internal sealed class SimulatedOffice
{
    private const int Hour = 3_600_000;
    private const int MostSwapped = 24;

    private readonly SimulatedEnterprise _enterprise;
    private readonly OfficePlan.Draw _plan;
    private readonly List<GrantedLease> _leases = [];
    private readonly int _learned;

    /// <param name="workstations">On the first day.</param>
    /// <param name="learnedDays">Days before the day, without intruders or release; 0 when nothing is learned.</param>
    /// <param name="recorded">Whose flows intruders leave; simulated ones when there are none.</param>
    public SimulatedOffice(int workstations, int learnedDays, ulong seed, IReadOnlyList<RecordedAttack> recorded)
    {
        _learned = learnedDays;
        OfficePlan.Draw? plan = null;
        _enterprise = new SimulatedEnterprise(
            ShapeOf(workstations, learnedDays), seed, [], campaigns: 0, tellsLeases: true, further: (_, managers, flows) =>
        {
            plan = new OfficePlan.Draw(managers);
            return
            [
                new DeploymentDay(learnedDays), new BusyAdministrator(learnedDays, plan),
                new FirstIntruder(learnedDays, plan, recorded, flows), new SecondIntruder(learnedDays, plan, recorded, flows),
            ];
        });
        _plan = plan!;
        _enterprise.Granted = lease =>
        {
            if (lease.AtUnixMilliseconds >= DayUnixMilliseconds) _leases.Add(lease);
        };
        var servers = _enterprise.Network.Servers.Select(_enterprise.AddressOf).ToHashSet();
        Truth = new OfficeTruth(habit => _enterprise.HabitAt(habit), _enterprise.Flows, servers.Contains);
    }

    /// <summary>When the day begins, in Unix milliseconds.</summary>
    public long DayUnixMilliseconds => EnterpriseShape.StartOf(_learned);

    public OfficeTruth Truth { get; }

    public Network Network => _enterprise.Network;

    /// <summary>Who has which address from when on; complete once the day was simulated.</summary>
    public IEnumerable<GrantedLease> Leases => _leases.Concat(Swap.Leases);

    public OfficePlan? Plan => _plan.Drawn;

    /// <summary>The address that a machine had in the morning of the last simulated day.</summary>
    public HostAddress AddressOf(Machine machine) => _enterprise.AddressOf(machine);

    public AddressSwap Swap { get; private set; } = AddressSwap.None;

    /// <summary>Simulates all days, and delivers what arrives on them.</summary>
    public void Deliver(IArrivalSink sink)
    {
        var connections = new List<SimulatedConnection>();
        var delivered = new Swapped(this, sink);
        for (var day = 0; _enterprise.SimulateDay(day == _learned ? connections.Add : null); day++)
        {
            if (day == _learned)
            {
                Swap = SwapOf();
                foreach (var connection in connections) Truth.Note(connection, Swap);
            }

            _enterprise.Deliver(delivered);
        }
    }

    /// <summary>What an administrator would tell of his servers, as <see cref="JudgementOptions.Roles"/> takes it.</summary>
    public string[] RolesToTell() => [.. Network.Servers.Select(server => $"{AddressOf(server)}={RoleName.Of(server.Kind switch
    {
        MachineKind.DomainController => HostRole.DomainController,
        MachineKind.DeploymentServer or MachineKind.BackupServer or MachineKind.MonitoringServer => HostRole.ManagementServer,
        MachineKind.VulnerabilityScanner => HostRole.Scanner,
        _ => HostRole.Server,
    })}")];

    public static EnterpriseShape ShapeOf(int workstations, int learnedDays)
    {
        var hosts = workstations;
        while (new EnterpriseShape(hosts, 1, 0).Workstations < workstations) hosts++;
        return new EnterpriseShape(hosts, learnedDays + 1, learnedDays);
    }

    private AddressSwap SwapOf()
    {
        var actors = _plan.Drawn!.Actors.ToHashSet();
        var laptops = _leases.Where(lease => lease.Machine.Kind == MachineKind.Laptop && !actors.Contains(lease.Machine)).Take(MostSwapped);
        return new AddressSwap([.. laptops], DayUnixMilliseconds + (12 * Hour) + (Hour / 2));
    }

    private sealed class Swapped(SimulatedOffice office, IArrivalSink sink) : IArrivalSink
    {
        // What the DHCP server says at lunch is told with what comes after it.
        private bool _isTold;

        public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
        {
            Tell(arrivalUnixMilliseconds);
            sink.Take(office.Swap.Of(change), arrivalUnixMilliseconds);
        }

        public void Take(in ContactChange change, long arrivalUnixMilliseconds)
        {
            Tell(arrivalUnixMilliseconds);
            sink.Take(office.Swap.Of(change), arrivalUnixMilliseconds);
        }

        public void Take(in AddressLease lease, long arrivalUnixMilliseconds) => sink.Take(lease, arrivalUnixMilliseconds);

        private void Tell(long arrivalUnixMilliseconds)
        {
            if (_isTold || arrivalUnixMilliseconds < office.Swap.AtUnixMilliseconds) return;
            _isTold = true;
            foreach (var lease in office.Swap.Leases) sink.Take(lease.Told, arrivalUnixMilliseconds);
        }
    }
}
