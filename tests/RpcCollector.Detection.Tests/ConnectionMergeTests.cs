using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>Halves, continuations, duplicates and other exporters' sightings are one connection.</summary>
public class ConnectionMergeTests
{
    private static FlowStart Half(FlowStart start, FlowHalf half)
    {
        start.Half = half;
        if (half == FlowHalf.FromClient) (start.ServerOctets, start.ServerTcpFlags) = (0, 0);
        else (start.ClientOctets, start.ClientTcpFlags) = (0, 0);
        return start;
    }

    [Fact]
    public void Two_halves_are_one_activity_with_the_octets_of_both()
    {
        var endpoint = Lab.Endpoint(1);
        var lab = new Lab().Offer(Lab.Mapper(0, 10), Half(endpoint, FlowHalf.FromServer), Half(endpoint, FlowHalf.FromClient));
        Assert.Equal(new FlowTraffic(1000, 500, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated), lab.Ledger.Single.Traffic);
        Assert.Equal(3, lab.Counters.Received(Hop.FlowStart));
        Assert.Equal(2, lab.Counters.Used(Hop.FlowStart));
        Assert.Equal(1, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown));
    }

    [Fact]
    public void Second_exporter_is_named_and_its_octets_are_not_added()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10, exporter: 1), Lab.Endpoint(1, exporter: 2), Lab.Endpoint(1.016, exporter: 1));
        Assert.Equal(2, lab.Ledger.Single.Exporters.Count);
        Assert.Equal(1000u, lab.Ledger.Single.Traffic.ClientOctets);
        Assert.Equal(Lab.At(1.016), lab.Ledger.Single.Endpoint!.Value.StartUnixMilliseconds);
    }

    [Fact]
    public void What_one_exporter_saw_whole_is_unsampled_though_another_samples()
    {
        var estimate = Lab.Endpoint(1.4, exporter: 1) with { SamplingInterval = 100, ClientOctets = 40_000, ServerOctets = 90_000 };
        FlowStart[] starts = [Lab.Mapper(0, 10, exporter: 2), estimate, Lab.Endpoint(1, exporter: 2) with { SamplingInterval = 1 }];
        for (var seed = 0; seed < 6; seed++)
        {
            new Random(seed).Shuffle(starts);
            var activity = new Lab().Offer(starts).Ledger.Single;

            Assert.Equal((1u, 2), (activity.SamplingInterval, activity.Exporters.Count));
            Assert.Equal((1000u, 500u), (activity.Traffic.ClientOctets, activity.Traffic.ServerOctets));
            Assert.Equal(Lab.At(1), activity.Endpoint!.Value.StartUnixMilliseconds);
        }
    }

    [Fact]
    public void Half_that_only_an_exporter_saw_that_samples_leaves_the_connection_sampled()
    {
        var estimate = Lab.Endpoint(1.4, exporter: 1) with { SamplingInterval = 100, ClientOctets = 40_000, ServerOctets = 90_000 };
        var half = Half(Lab.Endpoint(1, exporter: 2) with { SamplingInterval = 1 }, FlowHalf.FromClient);

        var activity = new Lab().Offer(Lab.Mapper(0, 10, exporter: 2), estimate, half).Ledger.Single;

        Assert.Equal(100u, activity.SamplingInterval);
        Assert.Equal((1000u, 0u), (activity.Traffic.ClientOctets, activity.Traffic.ServerOctets));
    }

    [Fact]
    public void Activity_whose_mapper_flow_only_a_sampling_exporter_saw_is_sampled()
    {
        var mapper = Lab.Mapper(0, 10, exporter: 1) with { SamplingInterval = 100 };

        var activity = new Lab().Offer(mapper, Lab.Endpoint(1, exporter: 2) with { SamplingInterval = 1 }).Ledger.Single;

        Assert.Equal(100u, activity.SamplingInterval);
    }

    [Fact]
    public void Continuations_lengthen_the_activity_and_add_their_octets()
    {
        var lab = new Lab()
            .Offer(Lab.Mapper(0, 10), Lab.Flow(1, 60, 50_001, 49_668), Lab.Flow(60, 120, 50_001, 49_668),
                Lab.Flow(150, 180, 50_001, 49_668));
        Assert.Equal(new FlowSpan(50_001, 49_668, Lab.At(1), Lab.At(180)), lab.Ledger.Single.Endpoint);
        Assert.Equal(3000u, lab.Ledger.Single.Traffic.ClientOctets);
    }

    [Fact]
    public void An_end_told_alone_belongs_to_the_latest_connection_of_its_ports()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 400), Lab.Endpoint(1), Lab.Endpoint(300), Lab.Endpoint(150));

        lab.Offer(Lab.Flow(390, 390, 50_001, 49_668) with { IsEndAlone = true });

        Assert.Equal(
            [(Lab.At(1), Lab.At(2)), (Lab.At(150), Lab.At(151)), (Lab.At(300), Lab.At(390))],
            lab.Ledger.Standing.Select(activity => activity.Endpoint!.Value)
                .Select(flow => (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds)).Order());
    }

    [Fact]
    public void Earlier_start_that_arrives_later_withdraws_the_activity_and_adds_it_under_the_id_of_that_start()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(5), Lab.Endpoint(1));
        Assert.Equal(
            [ActivityChangeKind.Added, ActivityChangeKind.Withdrawn, ActivityChangeKind.Added],
            lab.Ledger.Changes.Select(change => change.Kind));
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
        Assert.Equal(new Lab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(1), Lab.Endpoint(5)).Ledger.Single, lab.Ledger.Single);
    }

    [Fact]
    public void Id_follows_the_earliest_sighting_of_any_clock_also_where_nothing_else_changes()
    {
        FlowStart[] starts =
            [Lab.Mapper(0, 10), Lab.Endpoint(1, exporter: 0), Lab.Endpoint(0.9, exporter: 1), Lab.Endpoint(0.8, exporter: 1)];
        var expected = new Lab().Offer(starts).Ledger.Single;
        for (var seed = 0; seed < 24; seed++)
        {
            new Random(seed).Shuffle(starts);
            Assert.Equal(expected, new Lab().Offer(starts).Ledger.Single);
        }
    }

    [Fact]
    public void Later_sighting_keeps_the_id()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(1, exporter: 1), Lab.Endpoint(1.1, exporter: 0));
        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Revised], lab.Ledger.Changes.Select(change => change.Kind));
    }

    [Theory]
    [InlineData(62, 1)]
    [InlineData(62.001, 2)]
    public void Port_used_again_more_than_a_minute_later_is_a_new_connection(double again, int connections)
    {
        var lab = new Lab().Offer(Lab.Endpoint(1), Lab.Endpoint(again));
        Assert.Equal(connections, lab.Shard.WaitingEndpointFlows);
        Assert.Equal(connections, lab.Counters.Used(Hop.FlowStart));
    }

    [Fact]
    public void Sighting_between_two_connections_makes_them_one()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 200), Lab.Endpoint(1), Lab.Endpoint(100));
        Assert.Equal(2, lab.Ledger.Standing.Count);
        lab.Offer(Lab.Endpoint(50));
        Assert.Equal(new FlowSpan(50_001, 49_668, Lab.At(1), Lab.At(101)), lab.Ledger.Single.Endpoint);
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
        Assert.Equal(lab.Counters.Received(Hop.FlowStart), lab.Counters.Used(Hop.FlowStart) + lab.Counters.Rejected(Hop.FlowStart));
    }

    [Fact]
    public void Sighting_between_two_mapper_flows_makes_them_one_for_all_that_lean_on_them()
    {
        var lab = new Lab()
            .Offer(Lab.Mapper(0, 1), Lab.Mapper(100, 101), Lab.Endpoint(0.5), Lab.Endpoint(100.5, clientPort: 50_002), Lab.Mapper(50, 51));
        Assert.Equal(1, lab.Shard.OpenMapperFlows);
        Assert.All(lab.Ledger.Standing, activity => Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(101)), activity.Mapper));
        Assert.Equal([JoinBasis.Car, JoinBasis.Extended], lab.Ledger.Standing.Select(activity => activity.Basis).Order());
    }

    [Fact]
    public void Two_reported_mapper_flows_that_become_one_leave_one_report()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 1), Lab.Mapper(100, 101)).AdvanceTo(301);
        Assert.Equal(2, lab.Ledger.Standing.Count);
        lab.Offer(Lab.Mapper(50, 51));
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(101)), lab.Ledger.Single.Mapper);
    }

    [Fact]
    public void Exact_repetition_by_another_exporter_of_a_fifth_rank_publishes_nothing()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10));
        for (var exporter = 0; exporter < 4; exporter++) lab.Offer(Lab.Endpoint(1, exporter: exporter));
        var changes = lab.Ledger.Changes.Count;
        lab.Offer(Lab.Endpoint(1, exporter: 9));
        Assert.Equal(changes, lab.Ledger.Changes.Count);
    }
}
