using System.Collections.Concurrent;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Tests.Store;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class ShardThreadTests
{
    private const int NumProducers = 3;
    private const int NumShards = 4;
    private const int NumClients = 500;

    // The present, because the threads drop flows by the clock.
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static readonly HostAddress Server = HostAddress.FromIPv4(0x0A01_0001);

    [Fact]
    public void Threads_and_rings_find_the_activities_that_one_shard_finds_alone()
    {
        var starts = FlowStarts();
        var alone = new Published();
        var shard = new ClientShard(new JoinOptions(), alone, new HopCounters());
        var direct = new DirectRoute(shard);
        foreach (var start in starts) direct.Offer(start);
        shard.Complete();

        var (together, counters) = RunThreads(starts);

        Assert.Equal(NumClients, alone.Activities.Count);
        Assert.Contains(alone.Activities.Values, activity => activity.Client == Server);
        Assert.Equal(alone.Activities.OrderBy(entry => entry.Key), together.Activities.OrderBy(entry => entry.Key));
        Assert.Equal(starts.Count(start => !start.IsMirror), counters.Sum(c => c.Received(Hop.FlowStart)));
        Assert.All(counters, c => Assert.Equal(c.Received(Hop.FlowStart), c.Used(Hop.FlowStart) + c.Rejected(Hop.FlowStart)));
    }

    [Theory]
    [InlineData(false, NumClients)]
    [InlineData(true, 0)]
    public void Decoding_thread_joins_itself_unless_it_is_behind(bool isBehind, int activities)
    {
        var published = new Published();
        var rings = new[] { new FlowStartRing(64) };
        using var shard = new ShardThread(
            0, new ClientShard(new JoinOptions(), published, new HopCounters()), rings, new ArrivalClock(TimeProvider.System));
        var router = new ShardRouter(rings, [shard]) { IsBehind = isBehind };

        // The shard's own thread is not running: what is joined is joined here.
        foreach (var start in FlowStarts().Take(isBehind ? 50 : int.MaxValue)) router.Offer(start);
        router.Flush();

        Assert.Equal(isBehind ? 50 : 0, shard.NumQueued);
        Assert.Equal(activities, published.Activities.Count);
    }

    [Fact]
    public void Flow_starts_of_a_site_go_to_the_shards_of_its_own_clients()
    {
        var exporters = new ExporterDirectory();
        exporters.TryGetId(HostAddress.Parse("192.0.2.1"), out var exporter);
        var owned = new Taken[NumShards];
        FlowStartRing[] rings = [.. Enumerable.Range(0, NumShards).Select(_ => new FlowStartRing(1_024))];
        ShardThread[] shards =
        [
            .. Enumerable.Range(0, NumShards).Select(shard =>
                new ShardThread(shard, owned[shard] = new Taken(), [rings[shard]], new ArrivalClock(TimeProvider.System))),
        ];
        var site = new ScaleOptions { Site = "oslo" }.FindSite();
        var router = new ShardRouter(rings, shards, site, exporters);

        for (uint client = 0; client < 200; client++) router.Offer(Start(client, 50_001, 445, Now) with { ExporterId = exporter });
        router.Flush();
        foreach (var shard in shards) shard.Dispose();

        Assert.Equal(200, owned.Sum(shard => shard.Clients.Count));
        for (var shard = 0; shard < NumShards; shard++)
        {
            Assert.All(owned[shard].Clients, client => Assert.EndsWith("@oslo", client.ToString(), StringComparison.Ordinal));
            Assert.All(owned[shard].Clients, client => Assert.Equal(shard, ClientShard.Of(client, NumShards)));
        }
    }

    private sealed class Taken : IShard
    {
        public List<HostAddress> Clients { get; } = [];

        public void Offer(ReadOnlySpan<FlowStart> starts, int number = 0)
        {
            foreach (ref readonly var start in starts) Clients.Add(start.Client);
        }

        public void AdvanceTo(ArrivalTime arrival)
        {
        }

        public void Complete()
        {
        }
    }

    [Fact]
    public void Shard_follows_the_clock_when_it_is_set_and_nothing_comes()
    {
        var time = new ManualTime();
        var clock = new ArrivalClock(time);
        var owned = new ClientShard(new JoinOptions(), new Published(), new HopCounters());
        using var shard = new ShardThread(0, owned, [new FlowStartRing(64)], clock);

        shard.Start();
        var hasTicked = SpinWait.SpinUntil(() => owned.LatestArrival == clock.Read(), TimeSpan.FromSeconds(30));
        time.Step = TimeSpan.FromDays(3);
        var isSet = SpinWait.SpinUntil(() => owned.LatestArrival == clock.Read(), TimeSpan.FromSeconds(30));
        shard.Finish();

        Assert.True(hasTicked && isSet);
        Assert.Equal(1, owned.LatestArrival.Era);
    }

    private static (Published Published, HopCounters[] Counters) RunThreads(List<FlowStart> starts)
    {
        var published = new Published();
        HopCounters[] counters = [.. Enumerable.Range(0, NumShards).Select(_ => new HopCounters())];

        // Small rings, so that producers have to wait.
        FlowStartRing[][] rings =
            [.. Enumerable.Range(0, NumProducers).Select(_ => Enumerable.Range(0, NumShards).Select(_ => new FlowStartRing(64)).ToArray())];
        var clock = new ArrivalClock(TimeProvider.System);
        ShardThread[] shards =
        [
            .. Enumerable.Range(0, NumShards).Select(shard =>
                new ShardThread(shard, new ClientShard(new JoinOptions(), published, counters[shard], NumShards),
                    [.. rings.Select(ring => ring[shard])], clock)),
        ];
        foreach (var shard in shards) shard.Start();
        Thread[] producers = [.. rings.Select((own, number) => new Thread(() => Produce(starts, number, new ShardRouter(own, shards))))];
        foreach (var producer in producers) producer.Start();
        foreach (var producer in producers) producer.Join();
        foreach (var shard in shards) shard.Finish();
        foreach (var shard in shards) shard.Dispose();
        Assert.All(shards, shard => Assert.Equal(0, shard.NumQueued));
        return (published, counters);
    }

    private static void Produce(List<FlowStart> starts, int number, ShardRouter router)
    {
        for (var i = number; i < starts.Count; i += NumProducers)
        {
            router.Offer(starts[i]);
            if (i % 20 == number) router.Flush();
        }

        router.Flush();
    }

    /// <summary>
    /// A mapper flow and an endpoint flow for each client. Some servers ask the client's mapper too; then the shards of both ends must
    /// decide which end is the client.
    /// </summary>
    private static List<FlowStart> FlowStarts()
    {
        var starts = new List<FlowStart>();
        for (uint client = 0; client < NumClients; client++)
        {
            starts.Add(Start(client, 50_001, 135, Now - 10_000));
            var endpoint = Start(client, 50_002, 49_668, Now - 9_990);
            if (client % 3 > 0)
            {
                endpoint.Direction = DirectionConfidence.Uncertain;
                starts.Add(Turned(endpoint));
                starts.Add(Turned(Start(client, 135, 50_003, Now - (client % 3 == 1 ? 9_995 : 10_005))) with { IsMirror = false });
            }

            starts.Add(endpoint);
        }

        return starts;
    }

    private static FlowStart Turned(FlowStart start) => start with
    {
        Client = start.Server,
        Server = start.Client,
        ClientPort = start.ServerPort,
        ServerPort = start.ClientPort,
        IsMirror = true,
    };

    private static FlowStart Start(uint client, ushort clientPort, ushort serverPort, long at) => new()
    {
        Client = HostAddress.FromIPv4(0x0A00_0000 + client),
        Server = Server,
        ClientPort = clientPort,
        ServerPort = serverPort,
        StartUnixMilliseconds = at,
        EndUnixMilliseconds = at + 5_000,
        ArrivalUnixMilliseconds = Now,
        ResolutionMilliseconds = 1,
        Direction = DirectionConfidence.Stated,
        Half = FlowHalf.Both,
        ClientTcpFlags = 0x1B,
        ServerTcpFlags = 0x1B,
    };

    private sealed class Published : IActivitySink
    {
        public ConcurrentDictionary<long, RpcActivity> Activities { get; } = new();

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) Activities.TryRemove(change.Activity.Id, out _);
            else Activities[change.Activity.Id] = change.Activity;
        }
    }
}
