using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>The final activities are those of the reference join, whatever the order of arrival.</summary>
public class ArrivalOrderTests
{
    // Short, so that ports are reused within a generated minute, and mapper flows are reported before their endpoint flows arrive: flow
    // starts arrive a millisecond apart.
    private static readonly JoinOptions Options = new()
    {
        SameConnectionGap = TimeSpan.FromSeconds(1),
        MapperOnlyAfter = TimeSpan.FromMilliseconds(5),
        KnownEndpointAfter = TimeSpan.FromMilliseconds(3),
    };

    private static readonly EndpointList Known = new()
    {
        { "10.0.0.2", 49_152, RpcInterfaces.Samr },
        { "10.0.0.1", 60_000, RpcInterfaces.None },
        { "2001:db8::3", 49_664, RpcInterfaces.Svcctl },
    };

    internal static ActivityLedger Shuffled(FlowStart[] starts, int seed, int numShards = 1, int groupSize = 1)
    {
        var order = starts.ToArray();
        new Random(seed).Shuffle(order);
        return InOrder(order, numShards, groupSize);
    }

    internal static ActivityLedger InOrder(FlowStart[] order, int numShards = 1, int groupSize = 1)
    {
        var ledger = new ActivityLedger();
        var counters = new HopCounters();
        var shards = Enumerable.Range(0, numShards)
            .Select(_ => new ClientShard(Options, ledger, counters, numShards) { KnownEndpoints = Known }).ToArray();
        var waiting = shards.Select(_ => new List<FlowStart>()).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            // Both orientations arrive at once.
            var start = order[i] with { ArrivalUnixMilliseconds = Lab.Epoch + (order[i].IsMirror ? i - 1 : i) };
            var owners = new int[ClientShard.MostOwners];
            foreach (var owner in owners[..ClientShard.OwnersOf(start, numShards, owners)]) waiting[owner].Add(start);
            if (i % groupSize == 0) OfferWaiting();
        }

        OfferWaiting();
        foreach (var shard in shards)
        {
            shard.Complete();
            shard.AdvanceTo(Lab.Epoch + 86_400_000);
            Assert.Equal(0, shard.NumRows);
        }

        Assert.Equal(order.Count(s => !s.IsMirror), counters.Received(Hop.FlowStart));
        Assert.Equal(counters.Received(Hop.FlowStart), counters.Used(Hop.FlowStart) + counters.Rejected(Hop.FlowStart));
        return ledger;

        void OfferWaiting()
        {
            for (var shard = 0; shard < numShards; shard++)
            {
                shards[shard].Offer(DenseFlows.Joined([.. waiting[shard]]), shard);
                waiting[shard].Clear();
            }
        }
    }

    internal static void AssertSame(FlowStart[] starts, ActivityLedger ledger)
    {
        Assert.Equal(ReferenceJoin.ContactsOf(starts, Options, Known), ledger.ContactFacts);
        var (expected, actual) = (ReferenceJoin.Of(starts, Options, Known), ledger.Facts);
        if (expected.SetEquals(actual)) return;
        var flows = starts.Select(s =>
            (s.IsTranslation ? $"translation {s.Connection} {s.Direction} " : "") +
            $"{s.Client}:{s.ClientPort} > {s.Server}:{s.ServerPort} " +
                $"{s.StartUnixMilliseconds - Lab.Epoch}-{s.EndUnixMilliseconds - Lab.Epoch} exporter {s.ExporterId} " +
                $"{s.ResolutionMilliseconds} ms, {s.Half}, {s.Direction}");
        Assert.Fail(
            string.Join(
                '\n', ["missing:", .. expected.Except(actual).Select(a => $"{a}"), "beyond:", .. actual.Except(expected)
                    .Select(a => $"{a}"), "of:", .. flows]));
    }

    [Fact]
    public void Any_few_flow_starts_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_500),
        Prop.ForAll(DenseFlows.Many(12), ArbMap.Default.ArbFor<int>(), (starts, seed) => AssertSame(starts, Shuffled(starts, seed))));

    [Fact]
    public void Any_many_flow_starts_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(
            DenseFlows.Many(150), ArbMap.Default.ArbFor<int>(), (starts, seed) =>
            AssertSame(starts, Shuffled(starts, seed, numShards: 1 + (seed & 3), groupSize: 1 + (seed & 63)))));

    [Fact]
    public void Any_translations_among_few_flow_starts_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(
            DenseFlows.ManyTranslated(12), ArbMap.Default.ArbFor<int>(), (starts, seed) =>
            AssertSame(starts, Shuffled(starts, seed, numShards: 1 + (seed & 3)))));

    [Fact]
    public void Any_translations_among_many_flow_starts_in_any_order_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(
            DenseFlows.ManyTranslated(80), ArbMap.Default.ArbFor<int>(), (starts, seed) =>
            AssertSame(starts, Shuffled(starts, seed, numShards: 1 + (seed & 3), groupSize: 1 + (seed & 63)))));

    [Fact]
    public void Hundred_arrival_orders_on_one_to_four_shards_give_one_result()
    {
        var starts = DenseFlows.One.ArrayOf(400).Sample(1, 1).Single();
        Assert.Contains(ReferenceJoin.Of(starts, Options, Known), activity => activity.Basis == JoinBasis.Car);
        for (var seed = 0; seed < 100; seed++)
            AssertSame(starts, Shuffled(starts, seed, numShards: 1 + (seed % 4), groupSize: 1 + (seed % 7 * 20)));
    }

    [Fact]
    public void Thousand_mapper_flows_between_one_pair_are_each_joined_with_their_own_endpoint_flow()
    {
        // Zerologon: mapper and endpoint flows in turn, 24 ms apart, as fast as the exploit runs.
        var starts = Enumerable.Range(0, 1_000).SelectMany(i => new[]
        {
            Lab.Mapper(i * 0.024, (i * 0.024) + 0.01, (ushort)(50_000 + (2 * i))),
            Lab.Endpoint((i * 0.024) + 0.005, (ushort)(50_001 + (2 * i))),
        }).ToArray();
        for (var seed = 0; seed < 3; seed++) AssertSame(starts, Shuffled(starts, seed));
        Assert.All(
            Shuffled(starts, 4).Facts, activity =>
            Assert.Equal(activity.Endpoint!.Value.ClientPort - 1, activity.Mapper!.Value.ClientPort));
    }
}
