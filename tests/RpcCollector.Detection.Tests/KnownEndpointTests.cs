using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>Endpoint flows without a mapper flow, to endpoints that were learned before.</summary>
public class KnownEndpointTests
{
    private static readonly EndpointList Known = new() { { "10.0.1.6", 49_668, RpcInterfaces.Drsuapi | RpcInterfaces.Samr } };

    private static Lab NewLab()
    {
        var lab = new Lab();
        lab.Shard.KnownEndpoints = Known;
        return lab;
    }

    [Fact]
    public void Endpoint_flow_to_a_known_endpoint_is_activity_ten_seconds_after_it_arrived()
    {
        var lab = NewLab().OfferAt(20, Lab.Endpoint(1)).AdvanceTo(29.999);
        Assert.Empty(lab.Ledger.Standing);
        lab.AdvanceTo(30);
        Assert.Equal((JoinBasis.KnownEndpoint, null), (lab.Ledger.Single.Basis, lab.Ledger.Single.Mapper));
        Assert.Equal(49_668, lab.Ledger.Single.Endpoint!.Value.ServerPort);
        Assert.Equal(RpcInterfaces.Drsuapi | RpcInterfaces.Samr, lab.Ledger.Single.Interfaces);
    }

    [Fact]
    public void Endpoint_flow_to_a_port_that_nobody_knows_is_no_activity()
    {
        var lab = NewLab().OfferAt(20, Lab.Endpoint(1, serverPort: 49_669)).AdvanceTo(400);
        Assert.Empty(lab.Ledger.Changes);
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Fact]
    public void Endpoint_flow_whose_mapper_flow_arrives_late_becomes_car_under_the_same_id()
    {
        var lab = NewLab().OfferAt(20, Lab.Endpoint(1)).AdvanceTo(40);
        var id = lab.Ledger.Single.Id;
        lab.Offer(Lab.Mapper(0, 10));
        Assert.Equal(
            (ActivityChangeKind.Revised, JoinBasis.Car, id), (lab.Ledger.Last.Kind, lab.Ledger.Single.Basis, lab.Ledger.Single.Id));
        Assert.NotNull(lab.Ledger.Single.Mapper);
        lab.AdvanceTo(100_000);
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Fact]
    public void Joined_activity_names_what_its_endpoint_is_known_to_carry()
    {
        var lab = NewLab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(1), Lab.Endpoint(1, serverPort: 50_000));
        Assert.Equal(
            [RpcInterfaces.None, RpcInterfaces.Drsuapi | RpcInterfaces.Samr], lab.Ledger.Standing.Select(activity => activity.Interfaces)
                .Order());
    }

    [Fact]
    public void Endpoint_learned_after_the_flow_was_judged_makes_it_no_activity()
    {
        var lab = new Lab().OfferAt(20, Lab.Endpoint(1)).AdvanceTo(31);
        lab.Shard.KnownEndpoints = Known;
        Assert.Empty(lab.AdvanceTo(400).Ledger.Changes);
    }

    [Fact]
    public void Endpoint_flow_that_is_let_go_early_is_judged_first()
    {
        var lab = new Lab(new JoinOptions { MaxEndpointFlows = 1 });
        lab.Shard.KnownEndpoints = Known;
        lab.Offer(Lab.Endpoint(1), Lab.Endpoint(2, clientPort: 50_002));
        Assert.Equal((JoinBasis.KnownEndpoint, (ushort)50_001), (lab.Ledger.Single.Basis, lab.Ledger.Single.Endpoint!.Value.ClientPort));
    }

    [Fact]
    public void Flow_of_uncertain_direction_between_two_known_endpoints_is_no_activity()
    {
        var lab = new Lab();
        lab.Shard.KnownEndpoints = new EndpointList
        {
            { "10.0.1.6", 49_668, RpcInterfaces.None },
            { "10.0.1.5", 50_001, RpcInterfaces.None },
        };
        lab.OfferAt(20, Lab.Endpoint(1) with { Direction = DirectionConfidence.Uncertain }).AdvanceTo(40);
        Assert.Empty(lab.Ledger.Changes);
    }

    [Theory]
    [InlineData(135)]
    [InlineData(445)]
    public void Connection_from_a_known_endpoint_to_a_port_of_the_family_is_told_and_its_client_is_uncertain(ushort port)
    {
        // Which of the two ports is the server's?
        foreach (var (clientPort, expected) in ((ushort, DirectionConfidence)[])
            [(49_668, DirectionConfidence.Uncertain), (50_001, DirectionConfidence.ServerPort)])
        {
            var lab = NewLab().Offer(Lab.Flow(0, 1, clientPort, port, client: Lab.Server, server: Lab.Client) with
            {
                Direction = DirectionConfidence.ServerPort,
            });
            lab.Shard.Complete();
            var told = port == 135 ? lab.Ledger.Single.Traffic : lab.Ledger.SingleContact.Traffic;
            Assert.Equal(expected, told.Direction);
        }
    }

    [Fact]
    public void Client_of_a_connection_from_a_known_endpoint_is_certain_when_a_record_states_it()
    {
        var lab = NewLab().Offer(Lab.Flow(0, 1, 49_668, 445, client: Lab.Server, server: Lab.Client));
        Assert.Equal(DirectionConfidence.Stated, lab.Ledger.SingleContact.Traffic.Direction);
    }

    [Fact]
    public void What_is_learned_later_changes_nothing_that_was_said()
    {
        double start = 1;
        var lab = NewLab().OfferAt(20, Lab.Endpoint(start) with { Direction = DirectionConfidence.Uncertain }).AdvanceTo(31);
        foreach (var known in (EndpointList[])[[], new() { { "10.0.1.5", 50_001, RpcInterfaces.None } }])
        {
            // A later record of it makes it longer, and nothing else.
            lab.Shard.KnownEndpoints = known;
            var before = lab.Ledger.Single;
            lab.OfferAt(32, Lab.Flow(++start, start + 1, 50_001, 49_668) with { Direction = DirectionConfidence.Uncertain });
            Assert.Equal(
                (before.Id, before.Client, before.Basis), (lab.Ledger.Single.Id, lab.Ledger.Single.Client, lab.Ledger.Single.Basis));
            Assert.NotEqual(before.Endpoint, lab.Ledger.Single.Endpoint);
        }
    }
}
