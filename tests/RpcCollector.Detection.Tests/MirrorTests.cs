using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>A flow that is offered in both orientations, one right after the other, is held once until the second one is needed.</summary>
public class MirrorTests
{
    [Fact]
    public void Any_few_flows_offered_both_ways_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll(DenseFlows.Many(10), ArbMap.Default.ArbFor<int>(), AssertSame));

    [Fact]
    public void Any_many_flows_offered_both_ways_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(DenseFlows.Many(100), ArbMap.Default.ArbFor<int>(), AssertSame));

    [Fact]
    public void Any_translations_among_flows_offered_both_ways_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5_000),
        Prop.ForAll(DenseFlows.ManyTranslated(10), ArbMap.Default.ArbFor<int>(), AssertSame));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mapper_flow_that_comes_as_the_mirror_of_its_answer_is_its_clients_alone(int numShards)
    {
        // The client took port 445: between two ports of the family nothing in the answer says who asked.
        for (var number = 1; number <= 16; number++)
        {
            var server = HostAddress.Parse($"10.0.2.{number}");
            var answer = Lab.Flow(1, 2, 135, 445, client: server, server: Lab.Client) with
            {
                Direction = DirectionConfidence.Uncertain,
                Half = FlowHalf.FromClient,
            };
            FlowStart[] order = [Lab.Endpoint(0), answer, answer.Mirror, Lab.Flow(1.1, 2, 50_001, 49_668, server: server)];
            ArrivalOrderTests.AssertSame(order, ArrivalOrderTests.InOrder(order, numShards, groupSize: order.Length));
        }
    }

    [Fact]
    public void Flow_offered_both_ways_is_held_once()
    {
        var lab = Offered(Uncertain(1));
        Assert.Equal((1, 1), (lab.Shard.WaitingEndpointFlows, lab.Counters.Received(Hop.FlowStart)));
        Assert.Equal(0, lab.AdvanceTo(310).Shard.NumRows);
    }

    [Fact]
    public void Contact_stands_for_its_mirror()
    {
        var lab = Offered(Smb(1));
        Assert.Equal((0, 1), (lab.Shard.WaitingEndpointFlows, lab.Shard.HeldContacts));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mapper_flow_of_the_other_host_joins_what_was_held_once(bool isContact)
    {
        var lab = Offered(isContact ? Smb(1) : Uncertain(1));
        lab.Offer(Turned(Lab.Mapper(0.5, 2)));
        Assert.Equal((Lab.Server, Lab.Client), (lab.Ledger.Single.Client, lab.Ledger.Single.Server));
        Assert.Equal(isContact ? JoinBasis.Extended : JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Sightings_of_another_exporter_are_part_of_what_is_held_once()
    {
        var lab = Offered(Uncertain(1), Uncertain(1) with { ExporterId = 1, ClockKey = 1 });
        lab.Offer(Turned(Lab.Mapper(0.5, 2)));
        Assert.Equal(2, lab.Ledger.Single.Exporters.Count);
    }

    [Fact]
    public void Contact_that_an_endpoint_flow_would_not_wait_for_turns_into_none()
    {
        var lab = Offered(Smb(1));
        lab.AdvanceTo(400).Offer(Turned(Lab.Endpoint(390)));
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Mirror_that_comes_in_the_next_batch_is_not_counted_twice()
    {
        var lab = Offered(Uncertain(1));
        var again = DenseFlows.WithMirrors([Uncertain(1.5)]);
        foreach (var start in again) lab.Shard.Offer([start with { ArrivalUnixMilliseconds = Lab.At(3) }]);
        lab.Offer(Turned(Lab.Mapper(0.5, 2)));
        Assert.Equal((1_000u, 2_000u), (lab.Ledger.Single.Traffic.ClientOctets, lab.Ledger.Single.Traffic.ServerOctets));
    }

    [Fact]
    public void Contact_that_went_the_other_way_to_a_known_endpoint_is_reported()
    {
        var lab = ThatKnowsTheClient();
        Offer(lab, Smb(1) with { Half = FlowHalf.FromServer }, Smb(1.01) with { Half = FlowHalf.FromClient });
        lab.AdvanceTo(13);
        Assert.Equal((JoinBasis.KnownEndpoint, Lab.Client), (lab.Ledger.Single.Basis, lab.Ledger.Single.Server));
    }

    [Fact]
    public void Mirror_stands_again_when_its_pair_was_let_go()
    {
        var lab = Offered(Uncertain(1));
        lab.OfferAt(3, Turned(Lab.Endpoint(1, clientPort: 50_003)));
        Assert.Equal(3, lab.Shard.WaitingEndpointFlows);
        lab.AdvanceTo(310);
        Assert.Equal(0, lab.Shard.NumRows);
        Offer(lab, 310, Uncertain(309));
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Mirror_that_comes_after_what_another_source_tells_is_not_counted_twice()
    {
        var lab = new Lab();
        var (first, second) = (DenseFlows.WithMirrors([Uncertain(1)]), DenseFlows.WithMirrors([Uncertain(1) with { ExporterId = 1 }]));
        foreach (var batch in (FlowStart[][])[[first[0]], second, [first[1]]])
            lab.Shard.Offer(DenseFlows.Joined([.. batch.Select(start => start with { ArrivalUnixMilliseconds = Lab.At(2) })]));
        lab.Offer(Turned(Lab.Mapper(0.5, 2)));
        Assert.Equal((500u, 1_000u), (lab.Ledger.Single.Traffic.ClientOctets, lab.Ledger.Single.Traffic.ServerOctets));
    }

    [Fact]
    public void Known_endpoint_that_there_was_no_room_to_report_is_reported_when_the_flow_leaves()
    {
        var lab = ThatKnowsTheClient(new JoinOptions { MaxEndpointFlows = 1 });
        Offer(lab, Uncertain(1));
        Assert.Empty(lab.AdvanceTo(20).Ledger.Standing);
        lab.AdvanceTo(310);
        Assert.Equal((JoinBasis.KnownEndpoint, Lab.Client), (lab.Ledger.Single.Basis, lab.Ledger.Single.Server));
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Fact]
    public void Known_endpoint_that_there_was_no_room_to_report_is_reported_when_the_flow_makes_room()
    {
        var lab = ThatKnowsTheClient(new JoinOptions { MaxEndpointFlows = 1 });
        Offer(lab, Uncertain(1));
        lab.OfferAt(3, Lab.Endpoint(2, clientPort: 50_009));
        Assert.Equal((JoinBasis.KnownEndpoint, Lab.Client), (lab.Ledger.Single.Basis, lab.Ledger.Single.Server));
        Assert.Equal((1, 1L), (lab.Shard.WaitingEndpointFlows, lab.Shard.EvictedEndpointFlows));
    }

    [Fact]
    public void What_has_waited_and_proves_to_go_the_other_way_is_reported_at_a_known_endpoint()
    {
        var lab = ThatKnowsTheClient();
        Offer(lab, Lab.Endpoint(1));
        Assert.Empty(lab.AdvanceTo(20).Ledger.Standing);
        Offer(lab, Uncertain(1) with { ExporterId = 1, ClockKey = 1 });
        Assert.Equal((JoinBasis.KnownEndpoint, Lab.Client), (lab.Ledger.Single.Basis, lab.Ledger.Single.Server));
    }

    [Fact]
    public void Known_endpoint_that_is_the_other_host_is_reported_when_the_flow_has_waited()
    {
        var lab = ThatKnowsTheClient();
        Offer(lab, Uncertain(1));
        Assert.Empty(lab.Ledger.Standing);
        lab.AdvanceTo(12);
        Assert.Equal((JoinBasis.KnownEndpoint, Lab.Client), (lab.Ledger.Single.Basis, lab.Ledger.Single.Server));
    }

    private static void AssertSame(FlowStart[] starts, int seed)
    {
        // What begins a batch, or goes to a shard without what it mirrors, is taken for itself.
        var random = new Random(seed);
        random.Shuffle(starts);
        var order = DenseFlows.WithMirrors(starts);
        var ledger = ArrivalOrderTests.InOrder(order, 1 + random.Next(3), 1 + random.Next(40));
        ArrivalOrderTests.AssertSame(order, ledger);
    }

    private static Lab ThatKnowsTheClient(JoinOptions? options = null)
    {
        var lab = new Lab(options);
        lab.Shard.KnownEndpoints = new EndpointList { { $"{Lab.Client}", 50_001, RpcInterfaces.Samr } };
        return lab;
    }

    private static Lab Offered(params FlowStart[] starts)
    {
        var lab = new Lab();
        Offer(lab, starts);
        return lab;
    }

    private static void Offer(Lab lab, params FlowStart[] starts) => Offer(lab, at: 2, starts);

    private static void Offer(Lab lab, double at, params FlowStart[] starts) =>
        lab.Shard.Offer(
            DenseFlows.Joined([.. DenseFlows.WithMirrors(starts).Select(start => start with { ArrivalUnixMilliseconds = Lab.At(at) })]));

    private static FlowStart Uncertain(double start) => Lab.Endpoint(start) with { Direction = DirectionConfidence.Uncertain };

    private static FlowStart Smb(double start) =>
        Lab.Flow(start, start + 1, 50_001, 445) with { Direction = DirectionConfidence.ServerPort };

    private static FlowStart Turned(FlowStart start) => start with { Client = start.Server, Server = start.Client };
}
