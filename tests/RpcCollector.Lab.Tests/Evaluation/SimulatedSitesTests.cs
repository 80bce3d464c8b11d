using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class SimulatedSitesTests
{
    private const int Many = 4_000;

    private static readonly EnterpriseShape Shape = new(1_000, 20, 8) { Adverse = AdverseConditions.All };
    private static readonly HostAddress Client = HostAddress.Parse("10.2.16.5");
    private static readonly HostAddress Server = HostAddress.Parse("10.2.1.10");

    [Fact]
    public void What_touches_no_adverse_site_is_seen_whole_and_every_condition_can_be_switched_off()
    {
        var contact = Contact(1, SiteOf(AdverseConditions.None), 5_000);

        Assert.Equal(contact, new Sensors(Shape, 1).See(contact));
        Assert.Empty(new EnterpriseShape(1_000, 20, 8).Branches);
        Assert.Equal(4, Shape.Branches.Count);
        Assert.Equal([AdverseConditions.Loss], (Shape with { Adverse = AdverseConditions.Loss | AdverseConditions.IPv6 }).Branches);
    }

    [Fact]
    public void Sampled_site_shows_one_packet_in_a_hundred_and_multiplies_what_it_counts()
    {
        var site = SiteOf(AdverseConditions.Sampling);
        var small = See(site, octets: 2_000);
        var large = See(site, octets: 3_000_000);

        Assert.InRange(small.Count / (double)Many, 0.05, 0.15);
        Assert.InRange(large.Count / (double)Many, 0.99, 1);
        Assert.All(small, contact => Assert.Equal(100u, contact.SamplingInterval));
        Assert.InRange(large.Average(contact => (double)contact.Traffic.ClientOctets), 2_700_000, 3_300_000);
        Assert.Contains(small, contact => contact.Traffic.Half != FlowHalf.Both);
    }

    [Fact]
    public void Asymmetric_site_shows_two_pairs_in_three_in_one_direction_only_and_each_always_the_same()
    {
        var sensors = new Sensors(Shape, 1);
        var halves = Enumerable.Range(0, 300).Select(i => Enumerable.Range(0, 5).Select(j =>
            sensors.See(Contact((i * 10) + j, SiteOf(AdverseConditions.Asymmetry), 5_000) with
            {
                Client = HostAddress.FromIPv4(0x0A03_1000u + (uint)i),
            })!.Value.Traffic).ToList()).ToList();

        Assert.All(halves, pair => Assert.Single(pair.Select(traffic => traffic.Half).Distinct()));
        Assert.InRange(halves.Count(pair => pair[0].Half != FlowHalf.Both), 170, 230);
        Assert.All(halves.SelectMany(pair => pair).Where(traffic => traffic.Half == FlowHalf.FromClient), traffic =>
            Assert.Equal((0u, (byte)0), (traffic.ServerOctets, traffic.ServerTcpFlags)));
    }

    [Fact]
    public void Lossy_site_loses_some_connections_and_halves_of_others()
    {
        var seen = See(SiteOf(AdverseConditions.Loss), octets: 5_000);

        Assert.InRange(seen.Count / (double)Many, 0.95, 0.99);
        Assert.InRange(seen.Count(contact => contact.Traffic.Half != FlowHalf.Both) / (double)Many, 0.01, 0.03);
    }

    [Fact]
    public void Exporter_of_the_other_site_sees_what_the_sampled_one_does_not()
    {
        var contact = Contact(7, SiteOf(AdverseConditions.Sampling), 2_000);
        var exporters = contact.Exporters;
        exporters.Add(0);

        var seen = Enumerable.Range(0, Many).Select(id => new Sensors(Shape, 1).See(contact with { Id = id, Exporters = exporters }));

        Assert.All(seen, one => Assert.Equal((FlowHalf.Both, 2_000u), (one!.Value.Traffic.Half, one.Value.Traffic.ClientOctets)));
    }

    [Fact]
    public void Activity_of_which_one_flow_is_unseen_is_the_other_alone_and_an_endpoint_that_was_never_joined_is_none()
    {
        var sensors = new Sensors(Shape, 1);
        var activities = Enumerable.Range(0, Many).Select(id => sensors.See(Activity(id, SiteOf(AdverseConditions.Sampling))))
            .Where(seen => seen is not null).Select(seen => seen!.Value).ToList();
        var first = activities.FindIndex(activity => activity.Basis == JoinBasis.Car);

        Assert.InRange(activities.Count(activity => activity.Basis == JoinBasis.MapperOnly), Many / 50, Many / 8);
        Assert.DoesNotContain(activities.Take(first), activity => activity.Basis == JoinBasis.KnownEndpoint);
        Assert.Contains(activities.Skip(first), activity => activity is { Basis: JoinBasis.KnownEndpoint, Mapper: null });
        Assert.All(activities.Where(activity => activity.Basis == JoinBasis.MapperOnly), activity => Assert.Null(activity.Endpoint));
    }

    [Fact]
    public void IPv6_address_of_a_machine_leads_back_to_it()
    {
        var network = new Network(Shape, 1);

        Assert.All(network.Machines, machine =>
        {
            var end = EndAddress.IPv6Of(machine);
            Assert.Equal(machine.Number, EndAddress.Of(end.Host).Machine);
            Assert.Equal(end, EndAddress.Of(end.Host));
            Assert.False(end.Host.IsIPv4);
        });
        Assert.Equal(network.Machines.Count, network.Machines.Select(machine => EndAddress.IPv6Of(machine).Host).Distinct().Count());
    }

    [Fact]
    public void Everything_that_happens_is_delivered_or_counted_as_unseen_and_some_of_it_is_of_IPv6()
    {
        var (enterprise, seen) = (new SimulatedEnterprise(Shape with { Hosts = 300, Days = 3, LearningDays = 1 }, 5, [], campaigns: 3),
            new Clients());
        while (enterprise.SimulateDay()) enterprise.Deliver(seen);

        Assert.Equal(enterprise.Mix.Sum(entry => entry.Count), seen.Count + enterprise.Unseen);
        Assert.InRange(enterprise.Unseen / (double)seen.Count, 0.002, 0.2);
        Assert.InRange(seen.OfIPv6 / (double)seen.Count, 0.05, 0.5);
        Assert.Contains(seen.Intervals, interval => interval == 100);
    }

    [Fact]
    public void Finding_under_an_IPv6_address_is_about_the_attack_that_names_the_machine_by_IPv4()
    {
        var network = new Network(Shape, 1);
        var leases = new AddressLeases(network);
        var day = new SimulatedDay(network, leases, 1, []);
        var both = day.WorkstationsOn.Where(machine => network.SpeaksIPv6(machine) && !day.Of(machine).IsRemote).Take(2).ToList();
        var (client, server) = day.AddressesBetween(both[0], both[1]);

        Assert.False(client.IsIPv4 || server.IsIPv4);
        Assert.Equal(day.AddressOf(both[0]), leases.IPv4Of(client, day.Start + day.Of(both[0]).OnFrom));
        Assert.Equal(both[1].Number, leases.MachineAt(server, day.Start));
    }

    [Fact]
    public void Laptops_at_home_have_addresses_of_the_gateway_that_change_hands_and_nobody_tells_of()
    {
        var network = new Network(Shape, 2);
        var leases = new AddressLeases(network);
        var remote = new HashSet<HostAddress>();
        for (var number = 0; number < 12; number++)
        {
            var day = new SimulatedDay(network, leases, number, []);
            var there = day.WorkstationsOn.Where(machine => day.Of(machine).IsRemote).ToList();
            remote.UnionWith(there.Select(day.AddressOf));
            Assert.Equal(day.WorkstationsOn.Count, day.WorkstationsOn.Select(day.AddressOf).Distinct().Count());
            Assert.All(there, machine => Assert.Equal(0, day.SiteOf(machine)));
        }

        Assert.InRange(remote.Count, 50, 250);
        Assert.DoesNotContain(leases.TakeTold(), told => remote.Contains(told.Lease.Address));
    }

    [Fact]
    public async Task Command_says_which_sites_it_knows()
    {
        var outcome = await LabProgram.RunAsync("evaluate", "enterprise", "--sites", "loss,nonsense");

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(
            "--sites: 'nonsense' is not known; give clean, all, or some of sampling,", Assert.Single(outcome.ErrorLines),
            StringComparison.Ordinal);
    }

    private static int SiteOf(AdverseConditions condition) =>
        Enumerable.Range(0, Shape.Sites).First(site => Shape.ConditionOf(site) == condition);

    private static List<AdministrationContact> See(int site, uint octets)
    {
        var sensors = new Sensors(Shape, 1);
        return [.. Enumerable.Range(0, Many).Select(id => sensors.See(Contact(id, site, octets))).Where(seen => seen is not null)
            .Select(seen => seen!.Value)];
    }

    private static AdministrationContact Contact(int id, int site, uint octets) => new()
    {
        Id = id,
        Client = Client,
        Server = Server,
        Flow = new FlowSpan(50_000, WellKnownPort.Smb, id * 60_000L, (id * 60_000L) + 5_000),
        Exporters = ExporterSet.Of(site),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(octets, octets, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
    };

    private static RpcActivity Activity(int id, int site) => new()
    {
        Id = id,
        Basis = JoinBasis.Car,
        Client = Client,
        Server = Server,
        Mapper = new FlowSpan(50_000, WellKnownPort.EndpointMapper, id * 60_000L, (id * 60_000L) + 5_000),
        Endpoint = new FlowSpan(50_001, 49_667, (id * 60_000L) + 7, (id * 60_000L) + 5_000),
        Exporters = ExporterSet.Of(site),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(20_000, 20_000, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
    };

    private sealed class Clients : IArrivalSink
    {
        public int Count { get; private set; }

        public int OfIPv6 { get; private set; }

        public HashSet<uint> Intervals { get; } = [];

        public void Take(in ActivityChange change, long arrivalUnixMilliseconds) =>
            Note(change.Activity.Client, change.Activity.SamplingInterval);

        public void Take(in ContactChange change, long arrivalUnixMilliseconds) =>
            Note(change.Contact.Client, change.Contact.SamplingInterval);

        public void Take(in AddressLease lease, long arrivalUnixMilliseconds) => Assert.Fail("no lease is told");

        private void Note(HostAddress client, uint interval)
        {
            Count++;
            if (!client.IsIPv4) OfIPv6++;
            Intervals.Add(interval);
        }
    }
}
