using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>A flow whose direction no record states, between hosts that asked each other's mapper, is one activity.</summary>
public class OrientationTests
{
    private static FlowStart Uncertain(double start, ushort clientPort, ushort serverPort) =>
        Lab.Endpoint(start, clientPort, serverPort) with { Direction = DirectionConfidence.Uncertain };

    private static FlowStart Turned(FlowStart start) => start with
    {
        Client = start.Server,
        Server = start.Client,
        ClientPort = start.ServerPort,
        ServerPort = start.ClientPort,
        IsMirror = true,
    };

    private static FlowStart BackMapper(double start, double end, ushort clientPort = 50_000) =>
        Lab.Flow(start, end, clientPort, 135, client: Lab.Server, server: Lab.Client);

    /// <summary>The one activity that stands, whatever the order; each host has its own shard, or both have one.</summary>
    private static RpcActivity OnlyActivity(params FlowStart[] starts) => Assert.Single(Activities(known: null, starts));

    private static HashSet<RpcActivity> Activities(EndpointList? known, params FlowStart[] starts)
    {
        var found = new HashSet<RpcActivity>();
        for (var seed = 0; seed < 24; seed++)
        {
            new Random(seed).Shuffle(starts);
            var ledger = new ActivityLedger();
            var clients = new ClientShard(new JoinOptions(), ledger, new HopCounters(), 2) { KnownEndpoints = known };
            var servers = seed % 2 == 0 ? clients
                : new ClientShard(new JoinOptions(), ledger, new HopCounters(), 2) { KnownEndpoints = known };
            foreach (var start in starts)
            {
                var (own, other) = start.Client == Lab.Client ? (clients, servers) : (servers, clients);
                own.Offer(start);
                if (start.IsMapperFlow && own != other) other.OfferMapperFlowToServer(start);
            }

            Assert.Equal(clients == servers ? 2 : 1, clients.OpenMapperFlows);
            clients.Complete();
            if (servers != clients) servers.Complete();
            var facts = ledger.Facts.Where(activity => activity.Endpoint is not null).ToHashSet();
            Assert.True(seed == 0 || found.SetEquals(facts));
            found = facts;
        }

        return found;
    }

    [Fact]
    public void Nearer_mapper_flow_tells_the_client()
    {
        var flow = Uncertain(1, 50_001, 49_700);
        Assert.Equal(Lab.Client, OnlyActivity(Lab.Mapper(0.99, 10), BackMapper(0, 10), flow, Turned(flow)).Client);
        Assert.Equal(Lab.Server, OnlyActivity(Lab.Mapper(0, 10), BackMapper(0.99, 10), flow, Turned(flow)).Client);
    }

    [Fact]
    public void Port_that_only_servers_have_tells_more_than_a_nearer_mapper_flow()
    {
        var flow = Uncertain(1, 50_001, 49_666);
        Assert.Equal(Lab.Client, OnlyActivity(Lab.Mapper(0, 10), BackMapper(0.99, 10), flow, Turned(flow)).Client);
        Assert.Equal(
            Lab.Client,
            OnlyActivity(
                Lab.Mapper(0, 10), BackMapper(0.99, 10), Turned(flow) with { IsMirror = false }, flow with { IsMirror = true }).Client);
    }

    [Fact]
    public void Early_port_at_both_ends_tells_nothing()
    {
        var flow = Uncertain(1, 49_664, 49_666);
        Assert.Equal(Lab.Server, OnlyActivity(Lab.Mapper(0, 10), BackMapper(0.99, 10), flow, Turned(flow)).Client);
    }

    [Fact]
    public void Equal_evidence_gives_one_activity_all_the_same()
    {
        var flow = Uncertain(1, 50_001, 49_700);
        Assert.Equal(
            DirectionConfidence.Uncertain, OnlyActivity(Lab.Mapper(0, 10), BackMapper(0, 10), flow, Turned(flow)).Traffic.Direction);
    }

    [Fact]
    public void Known_endpoint_decides_between_mapper_flows_that_fit_alike_and_not_against_a_nearer_one()
    {
        var flow = Uncertain(1, 50_001, 49_700);
        foreach (var (host, client) in (ReadOnlySpan<(string, HostAddress)>)
            [("10.0.1.6", Lab.Client), ("10.0.1.5", Lab.Server)])
        {
            var known = new EndpointList { { host, host == "10.0.1.6" ? (ushort)49_700 : (ushort)50_001, RpcInterfaces.None } };
            foreach (ushort port in (ushort[])[49_999, 50_002])
            {
                Assert.Equal(
                    client, Assert.Single(Activities(known, Lab.Mapper(0, 10), BackMapper(0, 10, port), flow, Turned(flow))).Client);
            }

            Assert.Equal(
                Lab.Client, Assert.Single(Activities(known, Lab.Mapper(0.9, 10), BackMapper(0, 10), flow, Turned(flow))).Client);
            Assert.Equal(
                Lab.Server, Assert.Single(Activities(known, Lab.Mapper(0, 10), BackMapper(0.9, 10), flow, Turned(flow))).Client);
        }
    }

    [Fact]
    public void Who_takes_an_early_port_as_a_client_is_told_all_the_same_where_he_drives_a_known_endpoint()
    {
        var known = new EndpointList { { "10.0.1.6", 49_700, RpcInterfaces.None } };
        var flow = Uncertain(1, 49_665, 49_700);
        FlowStart[] starts = [Lab.Mapper(0.99, 10), BackMapper(0, 10), flow, Turned(flow)];
        Assert.Equal([Lab.Server], Activities(known: null, starts).Select(activity => activity.Client));
        Assert.Contains(Activities(known, starts), activity => activity.Client == Lab.Client && activity.Basis == JoinBasis.Car);
    }

    [Fact]
    public void Mapper_flow_from_a_known_endpoint_hides_nothing_of_what_is_driven()
    {
        // The client connected from its port 135 to the endpoint that it drives: only that port speaks for a mapper flow.
        var known = new EndpointList { { "10.0.1.6", 49_700, RpcInterfaces.None } };
        var flow = Uncertain(1, 50_001, 49_700);
        var feigned = BackMapper(0.99, 10, clientPort: 49_700) with { Direction = DirectionConfidence.ServerPort };
        FlowStart[] starts = [feigned, flow, Turned(flow), Lab.Mapper(0, 10)];
        Assert.Contains(
            Activities(known, starts), activity => (activity.Client, activity.Basis) == (Lab.Client, JoinBasis.Car));

        // One that is stated is a mapper flow whatever its port.
        var stated = feigned with { Direction = DirectionConfidence.Stated };
        Assert.Equal([Lab.Server], Activities(known, stated, flow, Turned(flow), Lab.Mapper(0, 10)).Select(activity => activity.Client));
    }

    [Fact]
    public void Early_port_of_a_client_loses_no_activity_where_the_server_asked_nothing()
    {
        var flow = Uncertain(1, 49_665, 50_000);
        var lab = new Lab().Offer(Lab.Mapper(0, 10), flow, Turned(flow));
        Assert.Equal(Lab.Client, lab.Ledger.Single.Client);
    }

    [Fact]
    public void Stated_direction_stands_against_any_mapper_flow()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10), BackMapper(0.99, 10), Lab.Endpoint(1, 49_665, 50_000));
        Assert.Equal(Lab.Client, lab.Ledger.Single.Client);
    }

    [Fact]
    public void Port_of_another_service_is_no_endpoint_the_other_way_round()
    {
        var flow = Uncertain(1, 3_389, 49_700);
        var lab = new Lab().Offer(Lab.Mapper(0, 10), BackMapper(0.99, 10), flow, Turned(flow));
        Assert.Equal(Lab.Client, lab.Ledger.Single.Client);
    }

    [Fact]
    public void Mapper_flow_of_another_shards_client_is_neither_counted_nor_reported()
    {
        var lab = new Lab();
        lab.Shard.OfferMapperFlowToServer(Lab.Mapper(0, 10) with { ArrivalUnixMilliseconds = Lab.At(10) });
        lab.AdvanceTo(400).Shard.Complete();
        Assert.Equal((0, 0L), (lab.Shard.OpenMapperFlows, lab.Counters.Received(Hop.FlowStart)));
        Assert.Empty(lab.Ledger.Changes);
        Assert.Equal(0, lab.AdvanceTo(10_000).Shard.NumRows);
    }
}
