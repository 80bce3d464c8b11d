using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>What is held, for how long, and what happens beyond the bounds.</summary>
public class BoundedStateTests
{
    [Fact]
    public void Mapper_flow_waits_31_minutes_for_its_endpoint_flow()
    {
        var lab = new Lab().OfferAt(10, Lab.Mapper(0, 10)).AdvanceTo(10 + 1_860);
        Assert.Equal(1, lab.Shard.OpenMapperFlows);
        Assert.Equal(0, lab.AdvanceTo(10 + 1_860.001).Shard.OpenMapperFlows);
    }

    [Fact]
    public void Endpoint_flow_waits_5_minutes_for_its_mapper_flow()
    {
        var lab = new Lab().OfferAt(10, Lab.Endpoint(1)).AdvanceTo(310);
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
        Assert.Equal(0, lab.AdvanceTo(310.001).Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Endpoint_flow_seen_again_waits_anew()
    {
        var lab = new Lab().OfferAt(10, Lab.Endpoint(1)).OfferAt(20, Lab.Endpoint(1, clientPort: 50_002))
            .OfferAt(200, Lab.Endpoint(1, exporter: 1)).AdvanceTo(400);
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
        lab.Offer(Lab.Mapper(0, 10));
        Assert.Equal(50_001, lab.Ledger.Single.Endpoint!.Value.ClientPort);
    }

    [Fact]
    public void Activity_keeps_its_mapper_flow_after_that_was_let_go()
    {
        var lab = new Lab().OfferAt(0, Lab.Mapper(0, 10)).OfferAt(1_850, Lab.Endpoint(1)).AdvanceTo(1_900);
        Assert.Equal(0, lab.Shard.OpenMapperFlows);
        lab.Offer(Lab.Endpoint(1, exporter: 7));
        Assert.Equal((ActivityChangeKind.Revised, 2), (lab.Ledger.Last.Kind, lab.Ledger.Single.Exporters.Count));
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(10)), lab.Ledger.Single.Mapper);
    }

    [Fact]
    public void Connection_seen_again_after_it_was_let_go_is_added_again_under_its_id()
    {
        var sink = new ChangeList();
        var shard = new ClientShard(new JoinOptions(), sink, new HopCounters());
        foreach (var (start, seconds) in new[] { (Lab.Mapper(0, 10), 10), (Lab.Endpoint(1), 10), (Lab.Endpoint(1), 400) })
            shard.Offer(start with { ArrivalUnixMilliseconds = Lab.At(seconds) });
        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Added], sink.Changes.Select(change => change.Kind));
        Assert.Single(sink.Changes.Select(change => change.Activity.Id).Distinct());
    }

    [Fact]
    public void Mapper_flow_beyond_the_bound_lets_go_of_the_oldest_arrival_and_counts_it()
    {
        var lab = new Lab(new JoinOptions { MaxMapperFlows = 2 });
        lab.Offer(Lab.Mapper(2, 10, clientPort: 1), Lab.Mapper(1, 10, clientPort: 2), Lab.Mapper(0, 10, clientPort: 3));
        Assert.Equal((2, 1L, 0L), (lab.Shard.OpenMapperFlows, lab.Shard.EvictedMapperFlows, lab.Shard.EvictedEndpointFlows));
        Assert.Equal(3, lab.Counters.Used(Hop.FlowStart));
        Assert.Equal((JoinBasis.MapperOnly, (ushort)1), (lab.Ledger.Single.Basis, lab.Ledger.Single.Mapper!.Value.ClientPort));
    }

    [Fact]
    public void Endpoint_flow_beyond_the_bound_lets_go_of_the_oldest_arrival_and_counts_it()
    {
        var lab = new Lab(new JoinOptions { MaxEndpointFlows = 2 });
        lab.Offer(Lab.Endpoint(1, clientPort: 1), Lab.Endpoint(1, clientPort: 2), Lab.Endpoint(1, clientPort: 3), Lab.Mapper(0, 10));
        Assert.Equal((2, 1L), (lab.Shard.WaitingEndpointFlows, lab.Shard.EvictedEndpointFlows));
        Assert.Equal([2, 3], lab.Ledger.Standing.Select(activity => (int)activity.Endpoint!.Value.ClientPort).Order());
    }

    [Fact]
    public void Bounds_are_shared_among_the_shards()
    {
        var lab = new Lab(new JoinOptions { MaxMapperFlows = 4, MaxEndpointFlows = 8 }, numShards: 4);
        for (ushort port = 1; port <= 5; port++) lab.Offer(Lab.Mapper(0, 1, clientPort: port), Lab.Endpoint(90, clientPort: port));
        Assert.Equal((1, 2), (lab.Shard.OpenMapperFlows, lab.Shard.WaitingEndpointFlows));
    }

    [Fact]
    public void Pair_beyond_its_bound_lets_go_of_its_earliest_start_and_leaves_others_alone()
    {
        var lab = new Lab(new JoinOptions { MaxFlowsPerPair = 16 });
        lab.Offer(Lab.Flow(0, 1, 50_000, 135, client: HostAddress.Parse("10.9.9.9")));
        for (ushort port = 1; port <= 20; port++) lab.Offer(Lab.Mapper(port, 100, clientPort: port));
        Assert.Equal((17, 4L), (lab.Shard.OpenMapperFlows, lab.Shard.EvictedMapperFlows));
        Assert.Equal([1, 2, 3, 4], lab.Ledger.Standing.Select(activity => (int)activity.Mapper!.Value.ClientPort).Order());
    }

    [Fact]
    public void Flow_start_that_ended_longer_ago_than_its_partner_is_held_counts_as_late()
    {
        var lab = new Lab().OfferAt(310, Lab.Mapper(0, 10)).OfferAt(310.001, Lab.Mapper(0, 10, clientPort: 2));
        Assert.Equal(1, lab.Shard.LateFlowStarts);
        lab.OfferAt(1_862, Lab.Endpoint(1)).OfferAt(1_862.001, Lab.Endpoint(1, clientPort: 2));
        Assert.Equal(2, lab.Shard.LateFlowStarts);
        Assert.Equal(4, lab.Counters.Used(Hop.FlowStart));
    }

    [Fact]
    public void Leap_of_months_lets_go_of_everything()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(90)).AdvanceTo(86_400 * 50);
        Assert.Equal(0, lab.Shard.NumRows);
        Assert.Equal(JoinBasis.MapperOnly, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Absurd_times_are_taken_without_harm()
    {
        var lab = new Lab();
        foreach (var time in new[] { long.MinValue, -1, 0, long.MaxValue })
        {
            foreach (var port in new ushort[] { 135, 50_000 })
                lab.Offer(
                    Lab.Mapper(0, 1) with { ServerPort = port, StartUnixMilliseconds = time, EndUnixMilliseconds = unchecked(time + 1) });
        }

        lab.Shard.Complete();
        lab.AdvanceTo(100_000);
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Fact]
    public void Whatever_comes_whenever_is_accounted_for_and_let_go() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(DenseFlows.Many(300), ArbMap.Default.ArbFor<int>(), (starts, seed) =>
        {
            var random = new Random(seed);
            var options = new JoinOptions
            {
                MaxMapperFlows = random.Next(1, 60),
                MaxEndpointFlows = random.Next(1, 60),
                MaxFlowsPerPair = random.Next(1, 20),
            };
            var counters = new HopCounters();
            var shard = new ClientShard(options, new NoSink(), counters);
            var arrival = Lab.Epoch;
            foreach (var start in starts)
            {
                arrival += random.Next(10) == 0 ? random.Next(900_000) : random.Next(1_000);
                shard.Offer(start with { ArrivalUnixMilliseconds = arrival });
            }

            shard.Complete();
            shard.AdvanceTo(arrival + 86_400_000);
            Assert.Equal(0, shard.NumRows);
            Assert.Equal(starts.Length, counters.Used(Hop.FlowStart) + counters.Rejected(Hop.FlowStart));
        }));

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Nothing_is_allocated_per_flow_start_once_the_tables_have_grown(int batch)
    {
        var shard = new ClientShard(new JoinOptions(), new NoSink(), new HopCounters());
        var starts = DenseFlows.One.ArrayOf(2_000).Sample(1, 1).Single();
        long arrival = Lab.Epoch;
        for (var round = 0; round < 3; round++) Round();

        // A table that grows late does so in one of the rounds; what a flow start allocates, it allocates in all of them.
        Assert.Contains(Enumerable.Range(0, 3), _ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Round();
            return GC.GetAllocatedBytesForCurrentThread() == before;
        });

        // Seconds apart, so that flows are joined, merged, reported and dropped in every round, alone and many at a time.
        void Round()
        {
            foreach (ref var start in starts.AsSpan())
            {
                start.ArrivalUnixMilliseconds = arrival += 1_000;
                start.StartUnixMilliseconds += 2_000_000;
                start.EndUnixMilliseconds += 2_000_000;
                if (batch == 1) shard.Offer(start);
            }

            for (var first = 0; batch > 1 && first < starts.Length; first += batch) shard.Offer(starts.AsSpan(first, batch));
        }
    }

    [Fact]
    public void Waiting_flow_takes_less_than_a_hundred_bytes()
    {
        var shard = new ClientShard(new JoinOptions(), new NoSink(), new HopCounters());
        const int NumPairs = 100_000;
        for (uint pair = 0; pair < NumPairs; pair++)
        {
            var client = HostAddress.FromIPv4(0x0A00_0000 + pair);
            shard.Offer(Lab.Flow(0, 1, 50_000, 135, client: client));
            shard.Offer(Lab.Flow(100, 101, 50_001, 49_668, client: client));
        }

        Assert.Equal((NumPairs, NumPairs), (shard.OpenMapperFlows, shard.WaitingEndpointFlows));
        Assert.InRange(shard.StateBytes / (2 * NumPairs), 60, 99);
    }

    [Fact]
    public void Waiting_flow_takes_at_most_a_hundred_bytes_though_no_other_is_of_its_pair()
    {
        var shard = new ClientShard(new JoinOptions(), new NoSink(), new HopCounters());
        const int NumFlows = 400_000;
        var random = new Random(1);
        for (var flow = 0; flow < NumFlows; flow++)
        {
            var (client, server) = (HostAddress.FromIPv4((uint)random.Next()), HostAddress.FromIPv4((uint)random.Next()));
            shard.Offer(
                flow % 2 == 0
                ? Lab.Flow(0, 1, 50_000, 135, client: client, server: server)
                : Lab.Flow(100, 101, 50_001, 49_668, client: client, server: server));
        }

        Assert.Equal((NumFlows / 2, NumFlows / 2), (shard.OpenMapperFlows, shard.WaitingEndpointFlows));
        Assert.True(shard.StateBytes <= 100L * NumFlows, $"{(double)shard.StateBytes / NumFlows} bytes");
    }

    [Fact]
    public void Shard_of_a_client_is_the_same_in_every_process() =>
        Assert.Equal([0, 7, 4], new[] { "10.0.1.5", "10.0.1.6", "2001:db8::1" }.Select(text => ClientShard.Of(HostAddress.Parse(text), 8)));

    private sealed class NoSink : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }

    private sealed class ChangeList : IActivitySink
    {
        public List<ActivityChange> Changes { get; } = [];

        public void Publish(in ActivityChange change) => Changes.Add(change);
    }
}
