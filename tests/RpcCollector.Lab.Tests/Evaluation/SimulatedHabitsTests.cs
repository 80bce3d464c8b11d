using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation;

/// <summary>What one ordinary Tuesday of a simulated enterprise of 500 hosts looks like.</summary>
public class SimulatedHabitsTests
{
    private static readonly EnterpriseShape Shape = new(500, 3, 2);
    private static readonly Lazy<Tuesday> Day = new(() => new Tuesday());

    [Fact]
    public void Mail_server_asks_a_controller_in_bursts_of_17_within_ten_seconds_and_53_times_in_its_busiest_minute()
    {
        var calls = Day.Value.Activities.Where(call => Day.Value.Is(call.Client, MachineKind.MailServer)
            && Day.Value.Is(call.Server, MachineKind.DomainController) && call.Mapper is not null).ToList();

        Assert.InRange(calls.GroupBy(call => call.Server).Max(group => MostWithin(group, 10_000)), 15, 26);
        Assert.InRange(calls.GroupBy(call => call.Server).Max(group => MostWithin(group, 60_000)), 45, 75);

        static int MostWithin(IEnumerable<RpcActivity> calls, long window)
        {
            var starts = calls.Select(call => call.StartUnixMilliseconds).Order().ToList();
            return starts.Max(from => starts.Count(start => start >= from && start < from + window));
        }
    }

    [Fact]
    public void Directory_synchronisation_gets_several_times_what_it_sends_and_other_members_do_not()
    {
        var calls = Day.Value.Activities.Where(call => Day.Value.Is(call.Server, MachineKind.DomainController) && call.Endpoint is not null)
            .ToList();
        var own = calls.Where(call => Day.Value.Is(call.Client, MachineKind.SynchronisationServer)).ToList();
        var others = calls.Where(call => !Day.Value.Is(call.Client, MachineKind.SynchronisationServer)
            && !Day.Value.Is(call.Client, MachineKind.DomainController) && !Day.Value.Is(call.Client, MachineKind.MonitoringServer))
                .ToList();

        Assert.InRange(own.Count, 100, 400);
        Assert.InRange(own.Average(Ratio), 3, 10);
        Assert.InRange(others.Average(Ratio), 0.8, 1.6);

        static double Ratio(RpcActivity call) => (double)call.Traffic.ServerOctets / call.Traffic.ClientOctets;
    }

    [Fact]
    public void Policy_is_read_in_tens_of_kilobytes_and_file_servers_are_written_to_by_many()
    {
        var smb = Day.Value.Contacts.Where(contact => contact.Flow.ServerPort == WellKnownPort.Smb).ToList();
        var policy = smb.Where(contact => Day.Value.Is(contact.Server, MachineKind.DomainController)
            && contact.Traffic.ServerOctets > 0 && Day.Value.KindOf(contact.Client)?.IsWorkstation == true).ToList();
        var down = policy.Select(contact => contact.Traffic.ServerOctets).Order().ToList();
        var writers = smb.Where(contact => Day.Value.Is(contact.Server, MachineKind.FileServer)
            && contact.Traffic.ClientOctets > 1_000_000 && contact.Traffic.ClientOctets > 5 * contact.Traffic.ServerOctets)
            .GroupBy(contact => contact.Server)
                .ToDictionary(group => group.Key, group => group.Select(one => one.Client).Distinct().Count());

        Assert.InRange(down[down.Count / 2], 15_000u, 60_000u);
        Assert.InRange(down[down.Count * 95 / 100], 60_000u, 400_000u);
        Assert.Equal(Day.Value.Enterprise.Network.Of(MachineKind.FileServer).Count(server => server.ExistsOn(1)), writers.Count);
        Assert.All(writers.Values, clients => Assert.InRange(clients, 10, 400));
    }

    [Fact]
    public void Rare_processes_of_servers_have_few_legitimate_clients_and_the_security_authority_of_a_controller_most()
    {
        var network = Day.Value.Enterprise.Network;
        var controller = network.Of(MachineKind.DomainController)[0];
        var address = Day.Value.Enterprise.AddressOf(controller);
        var clients = Day.Value.Activities.Where(call => call.Server == address && call.Endpoint is not null)
            .GroupBy(call => call.Endpoint!.Value.ServerPort).ToDictionary(group => group.Key, group => group.Select(one => one.Client)
                .Distinct().Count());

        Assert.Equal(clients.Values.Max(), ClientsOf(RpcService.SecurityAuthority));
        Assert.InRange(ClientsOf(RpcService.SecurityAuthority), 50, 500);
        Assert.InRange(ClientsOf(RpcService.EventLog), 1, 5);
        Assert.InRange(ClientsOf(RpcService.Wmi), 1, 6);

        int ClientsOf(RpcService service)
        {
            var ports = new[] { 0, 12, 23 }.Select(hour => network.Ports.Of(controller, service, 1, hour * 3_600_000)).Distinct();
            return ports.Sum(port => clients.GetValueOrDefault(port));
        }
    }

    [Fact]
    public void Every_habit_has_a_part_in_a_fortnight()
    {
        var enterprise = new SimulatedEnterprise(Shape with { Days = 14 }, 2, [], campaigns: 3);
        while (enterprise.SimulateDay()) { }

        Assert.DoesNotContain(enterprise.Mix, entry => entry.Count == 0);
    }

    [Fact]
    public void Nothing_reaches_a_server_in_the_minutes_of_its_restart()
    {
        var network = Day.Value.Enterprise.Network;
        var answered = Day.Value.Contacts.Where(contact => contact.Traffic.ServerTcpFlags != 0)
            .Select(contact => (contact.Server, contact.Flow.StartUnixMilliseconds))
            .Concat(Day.Value.Activities.Select(call => (call.Server, call.StartUnixMilliseconds)));

        Assert.All(answered, one => Assert.False(Day.Value.KindOf(one.Server) is { } server
            && network.Restarts.IsDown(server, 1, (int)(one.StartUnixMilliseconds - EnterpriseShape.StartOf(1)))));
    }

    private sealed class Tuesday : IArrivalSink
    {
        private readonly Dictionary<HostAddress, Machine> _machines = [];

        public Tuesday()
        {
            Enterprise = new SimulatedEnterprise(Shape, 4, [], campaigns: 0);
            foreach (var server in Enterprise.Network.Servers) _machines[Enterprise.AddressOf(server)] = server;
            Enterprise.Granted = lease => _machines[HostAddress.FromIPv4(lease.Address)] = lease.Machine;
            for (var day = 0; day < 3 && Enterprise.SimulateDay(); day++) Enterprise.Deliver(this);
        }

        public SimulatedEnterprise Enterprise { get; }

        public List<RpcActivity> Activities { get; } = [];

        public List<AdministrationContact> Contacts { get; } = [];

        public Machine? KindOf(HostAddress address) => _machines.GetValueOrDefault(address);

        public bool Is(HostAddress address, MachineKind kind) => KindOf(address)?.Kind == kind;

        public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
        {
            if (IsThen(change.Activity.StartUnixMilliseconds)) Activities.Add(change.Activity);
        }

        public void Take(in ContactChange change, long arrivalUnixMilliseconds)
        {
            if (IsThen(change.Contact.Flow.StartUnixMilliseconds)) Contacts.Add(change.Contact);
        }

        public void Take(in AddressLease lease, long arrivalUnixMilliseconds) => Assert.Fail("no lease is told");

        private static bool IsThen(long start) => start >= EnterpriseShape.StartOf(1) && start < EnterpriseShape.StartOf(2);
    }
}
