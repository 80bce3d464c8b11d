using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The join is symmetric in event time: what is found depends on when flows were, not on when their records came.</summary>
public sealed class ArrivalOrderTests
{
    private const int Seeds = 100;
    private const long CommonArrival = 1_800_000_000_000;

    [Theory]
    [InlineData("ipfix")]
    [InlineData("netflow9")]
    [InlineData("netflow5")]
    public void All_records_of_all_scenarios_give_the_same_activities_in_every_order(string format)
    {
        var starts =
            StartsOf(
                Scenario.All.SelectMany(
                    scenario =>
                    scenario.Exports().Where(export => export.StartsWith(format, StringComparison.Ordinal)).Select(scenario.PathOf)));
        var inOrder = Join(starts);
        Assert.Contains(inOrder, activity => activity.Basis == JoinBasis.Car);
        Assert.Contains(inOrder, activity => activity.Basis == JoinBasis.Extended);

        for (var seed = 0; seed < Seeds; seed++)
        {
            var shuffled = starts.ToArray();
            new Random(seed).Shuffle(shuffled);
            var found = Join(shuffled);
            Assert.True(
                inOrder.SetEquals(found), $"seed {seed}: missing {Show(inOrder.Except(found))}; added {Show(found.Except(inOrder))}");
        }
    }

    private static FlowStart[] StartsOf(IEnumerable<string> captures)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        var collected = new CollectedStarts();
        var catalog = new ExporterCatalog(new ExporterDirectory());
        var decoder = new DatagramDecoder(new FlowOptions(), catalog, new HopCounters(), collected);
        uint exporter = 0xC000_0201;
        foreach (var capture in captures)
        {
            // Every capture is another exporter's: two sensors of one scenario are two witnesses.
            var address = HostAddress.FromIPv4(exporter++);
            foreach (var datagram in CapturedDatagrams.Read(capture))
                decoder.Decode(datagram.Payload, datagram.Session with { ExporterAddress = address }, datagram.ArrivalUnixMilliseconds);
        }

        return [.. collected.Starts.Select(start => start with { ArrivalUnixMilliseconds = CommonArrival })];
    }

    private static HashSet<RpcActivity> Join(IEnumerable<FlowStart> starts)
    {
        var activities = new CurrentActivities();
        var shard = new ClientShard(new JoinOptions(), activities, new HopCounters());
        foreach (var start in starts) shard.Offer(start);
        shard.Complete();
        return [.. activities.ById.Values];
    }

    private static string Show(IEnumerable<RpcActivity> activities) => string.Join(", ", activities.Take(3));

    private sealed class CollectedStarts : IFlowStartSink
    {
        public List<FlowStart> Starts { get; } = [];

        public void Offer(in FlowStart start) => Starts.Add(start);
    }

    /// <summary>What holds after all changes so far.</summary>
    private sealed class CurrentActivities : IActivitySink
    {
        public Dictionary<long, RpcActivity> ById { get; } = [];

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) ById.Remove(change.Activity.Id);
            else ById[change.Activity.Id] = change.Activity;
        }
    }
}
