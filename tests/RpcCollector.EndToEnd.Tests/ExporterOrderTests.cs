using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// Exporters and their clocks are named by what they are: in which order a process came to know them changes nothing of what it finds.
/// </summary>
public sealed class ExporterOrderTests
{
    private const uint FirstExporter = 0xC000_0201;

    [Theory]
    [InlineData("ipfix")]
    [InlineData("netflow9")]
    [InlineData("netflow5")]
    [InlineData("")]
    public void Activities_of_several_sensors_are_the_same_in_whatever_order_the_exporters_were_numbered_or_came(string format)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");

        // With no format, all exports of a scenario are sensors of it: clocks by uptime and absolute ones, ten exporters in all.
        var (severalSensors, activities) = (0, 0);
        foreach (var scenario in Scenario.All)
        {
            var captures = scenario.Exports().Where(export =>
                export.StartsWith(format, StringComparison.Ordinal)).Select(scenario.PathOf).ToArray();
            if (captures.Length < 2) continue;
            severalSensors++;
            int[] inOrder = [.. Enumerable.Range(0, captures.Length)];
            var first = Join(captures, inOrder, inOrder);
            activities += first.Count;
            for (var seed = 0; seed < 10; seed++)
            {
                var order = inOrder.ToArray();
                new Random(seed).Shuffle(order);
                Assert.Equal(first, Join(captures, order, inOrder));
                Assert.Equal(first, Join(captures, order, order));
            }
        }

        Assert.NotEqual(0, severalSensors);
        Assert.NotEqual(0, activities);
    }

    /// <summary>What stands in the end, ids, times and the addresses of exporters included.</summary>
    private static List<string> Join(string[] captures, int[] numbered, int[] order)
    {
        var directory = new ExporterDirectory();
        var catalog = new ExporterCatalog(directory);
        var collected = new CollectedStarts();
        foreach (var sensor in numbered) Assert.True(directory.TryGetId(HostAddress.FromIPv4(FirstExporter + (uint)sensor), out _));
        foreach (var sensor in order)
        {
            var decoder = new DatagramDecoder(new FlowOptions(), catalog, new HopCounters(), collected);
            var address = HostAddress.FromIPv4(FirstExporter + (uint)sensor);
            foreach (var datagram in CapturedDatagrams.Read(captures[sensor]))
                decoder.Decode(datagram.Payload, datagram.Session with { ExporterAddress = address }, datagram.ArrivalUnixMilliseconds);
        }

        var shard = new ClientShard(new JoinOptions(), collected, new HopCounters(), exporters: directory);
        var arrival = collected.Starts.Max(start => start.ArrivalUnixMilliseconds);
        foreach (var start in collected.Starts) shard.Offer(start with { ArrivalUnixMilliseconds = arrival });
        shard.Complete();
        return
        [
            .. collected.ById.Values.Select(activity =>
                $"{activity with { Exporters = default }} seen by {string.Join(' ', AddressesOf(activity.Exporters))}")
                .Order(StringComparer.Ordinal),
        ];

        IEnumerable<HostAddress> AddressesOf(ExporterSet seenBy) => Enumerable.Range(0, seenBy.Count).Select(i =>
            directory[seenBy.IdAt(i)]);
    }

    private sealed class CollectedStarts : IFlowStartSink, IActivitySink
    {
        public List<FlowStart> Starts { get; } = [];

        public Dictionary<long, RpcActivity> ById { get; } = [];

        public void Offer(in FlowStart start) => Starts.Add(start);

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) ById.Remove(change.Activity.Id);
            else ById[change.Activity.Id] = change.Activity;
        }
    }
}
