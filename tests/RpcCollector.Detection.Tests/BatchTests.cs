using FsCheck.Fluent;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>Flow starts that are offered many at a time: what they leave behind, and when.</summary>
public class BatchTests
{
    [Fact]
    public void Second_exporter_of_flows_that_are_held_allocates_nothing()
    {
        var shard = new ClientShard(new JoinOptions(), new NoSink(), new HopCounters());
        var starts = Enumerable.Range(0, 1_000).SelectMany(i => new[] { Endpoint(i, exporter: 0), Endpoint(i, exporter: 1) }).ToArray();
        shard.Offer(starts);

        // The runtime allocates on this thread, too, while it compiles anew: one time of some is without.
        var least = Enumerable.Range(0, 5).Min(_ => Allocated());
        Assert.Equal((0, 1_000), (least, shard.WaitingEndpointFlows));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            shard.Offer(starts);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Flow_that_is_due_is_let_go_within_a_second_of_a_batch()
    {
        var lab = new Lab().OfferAt(0, Lab.Endpoint(0));
        lab.Shard.Offer([Other(300), Other(301)]);
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
        lab.Shard.Offer([Other(301), Other(301.001)]);
        Assert.Equal(0, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Batch_that_spans_more_than_a_second_lets_go_of_what_is_due_meanwhile()
    {
        var lab = new Lab().OfferAt(0, Lab.Endpoint(0));
        lab.Shard.Offer([Other(299), Other(300.001)]);
        Assert.Equal(0, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Flow_that_is_due_when_another_needs_its_place_is_not_counted_as_evicted()
    {
        var lab = new Lab(new JoinOptions { MaxEndpointFlows = 2 }).OfferAt(0, Lab.Endpoint(0, 1)).OfferAt(0, Lab.Endpoint(0, 2));
        lab.Shard.Offer([Other(300), At(300.5, Lab.Endpoint(300, 3))]);
        Assert.Equal((1, 0L), (lab.Shard.WaitingEndpointFlows, lab.Shard.EvictedEndpointFlows));
    }

    [Fact]
    public void Flow_that_is_due_leaves_before_an_earlier_start_of_its_pair_that_is_not()
    {
        var lab = new Lab(new JoinOptions { MaxFlowsPerPair = 2 }).OfferAt(0, Lab.Endpoint(50, 1)).OfferAt(100, Lab.Endpoint(0, 2));
        lab.Shard.Offer([Other(300), At(300.5, Lab.Endpoint(299, 3)), At(300.6, Lab.Mapper(0, 300))]);
        Assert.Equal((2, 0L), (lab.Shard.WaitingEndpointFlows, lab.Shard.EvictedEndpointFlows));
        Assert.Equal([2, 3], lab.Ledger.Standing.Select(activity => (int)activity.Endpoint!.Value.ClientPort).Order());
    }

    [Theory]
    [InlineData(1, 4_096)]
    [InlineData(10, 1)]
    public void Contact_that_is_due_when_another_needs_its_place_is_not_counted_as_evicted(int most, int mostPerPair)
    {
        var lab = new Lab(new JoinOptions { MaxContacts = most, MaxFlowsPerPair = mostPerPair }).OfferAt(0, Lab.Flow(0, 1, 50_000, 445));
        lab.Shard.Offer([Other(1_860), At(1_860.5, Lab.Flow(1_860, 1_861, 50_001, 445))]);
        Assert.Equal((1, 0L), (lab.Shard.HeldContacts, lab.Shard.EvictedContacts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void Flows_of_one_pair_are_known_again_however_many_of_them_come_and_go(int number)
    {
        // 1. All are new, and then none.
        var lab = new Lab();
        var starts = Enumerable.Range(1, number).Select(port => At(0, Lab.Endpoint(0, (ushort)port))).ToArray();
        lab.Shard.Offer(starts);
        Assert.Equal((number, 0), (lab.Shard.WaitingEndpointFlows, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown)));
        lab.Shard.Offer(starts);
        Assert.Equal((number, number), (lab.Shard.WaitingEndpointFlows, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown)));

        // 2. The others go, and the last one is still known; and so it is when they have come again.
        lab.OfferAt(200, starts[^1]).OfferAt(400, starts[^1]);
        Assert.Equal((1, number + 2), (lab.Shard.WaitingEndpointFlows, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown)));
        lab.Shard.Offer([.. starts.Select(start => At(400, start))]);
        Assert.Equal((number, number + 3), (lab.Shard.WaitingEndpointFlows, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown)));
    }

    private static FlowStart Endpoint(int client, int exporter) =>
        Lab.Flow(0, 1, 50_001, 49_668, exporter, client: HostAddress.FromIPv4(0x0A00_0000 + (uint)client)) with
        {
            ArrivalUnixMilliseconds = Lab.Epoch,
        };

    private static FlowStart At(double seconds, FlowStart start) => start with { ArrivalUnixMilliseconds = Lab.At(seconds) };

    /// <summary>A flow start that only moves the clock.</summary>
    private static FlowStart Other(double seconds) => At(seconds, Lab.Flow(seconds, seconds, 50_000, 80));

    private sealed class NoSink : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }
}
