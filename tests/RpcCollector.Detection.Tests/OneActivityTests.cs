using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>
/// Each endpoint connection is one activity, however exporters report it: in halves, slices, repetitions, by several clocks up to two
/// seconds apart.
/// </summary>
public class OneActivityTests
{
    private const int NumClocks = 4;
    private const int LargestSkew = 2_000;
    private const int ActiveTimeout = 5_000;

    private static readonly HostAddress[] Hosts = [.. Enumerable.Range(1, 4).Select(n => HostAddress.Parse($"10.0.0.{n}"))];

    [Fact]
    public void Any_exporters_in_any_order_give_the_pairs_of_one_exporter_that_sees_all() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var connections = Connections(random);
            var sightings = Sightings(connections, random);
            var shuffled = sightings.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(PairsOf(connections), PairsOf(shuffled));
        }));

    /// <summary>
    /// One to six mapper flows with the endpoint flows that follow them, mapper flows that nothing follows, and flows between dynamic ports
    /// that follow none.
    /// </summary>
    private static List<FlowStart> Connections(Random random)
    {
        var connections = new List<FlowStart>();
        ushort port = 50_000;
        double time = 0;
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            time += 100;
            var (client, server) = TwoHosts(random);
            var life = random.NextDouble() * 40;
            if (random.Next(5) > 0) connections.Add(Lab.Flow(time, time + life, port++, 135, client: client, server: server));
            for (var n = random.Next(4); n > 0; n--)
            {
                var start = time + (random.NextDouble() * life);
                connections.Add(
                    Lab.Flow(
                        start, start + (random.NextDouble() * 30), port++, (ushort)(49_668 + random.Next(3)), client: client,
                        server: server) with
                    {
                        Direction = DirectionConfidence.Uncertain,
                    });
            }
        }

        return connections;
    }

    private static (HostAddress Client, HostAddress Server) TwoHosts(Random random)
    {
        var client = random.Next(Hosts.Length);
        return (Hosts[client], Hosts[(client + random.Next(1, Hosts.Length)) % Hosts.Length]);
    }

    private static IEnumerable<FlowStart> Sightings(List<FlowStart> connections, Random random)
    {
        var ahead = Enumerable.Range(0, NumClocks).Select(_ => random.Next(LargestSkew + 1)).ToArray();
        foreach (var connection in connections)
        {
            var seenBy = random.Next(1, 1 << NumClocks);
            for (var clock = 0; clock < NumClocks; clock++)
            {
                if ((seenBy >> clock & 1) == 0) continue;
                foreach (var half in HalvesOf(random))
                {
                    foreach (var slice in SlicesOf(connection, isCut: random.Next(2) == 0))
                    {
                        var sighting = slice with
                        {
                            StartUnixMilliseconds = slice.StartUnixMilliseconds + ahead[clock],
                            EndUnixMilliseconds = slice.EndUnixMilliseconds + ahead[clock],
                            ClockKey = (ulong)clock,
                            ExporterId = clock / 2,
                            Half = half,
                        };
                        for (var times = random.Next(1, 3); times > 0; times--)
                        {
                            yield return sighting;
                            if (sighting.Direction == DirectionConfidence.Uncertain) yield return sighting.Mirror;
                        }
                    }
                }
            }
        }
    }

    private static FlowHalf[] HalvesOf(Random random) => random.Next(4) switch
    {
        0 => [FlowHalf.Both],
        1 => [FlowHalf.FromClient],
        2 => [FlowHalf.FromServer],
        _ => [FlowHalf.FromClient, FlowHalf.FromServer],
    };

    private static IEnumerable<FlowStart> SlicesOf(FlowStart connection, bool isCut)
    {
        for (var start = connection.StartUnixMilliseconds; isCut && start < connection.EndUnixMilliseconds - ActiveTimeout;
            start += ActiveTimeout)
        {
            yield return connection with { StartUnixMilliseconds = start, EndUnixMilliseconds = start + ActiveTimeout };
            connection.StartUnixMilliseconds = start + ActiveTimeout;
        }

        yield return connection;
    }

    /// <summary>Each activity's pair, in one order; two activities of one pair show as two.</summary>
    private static List<string> PairsOf(IEnumerable<FlowStart> starts)
    {
        var lab = new Lab();
        foreach (var start in starts) lab.Offer(start);
        lab.Shard.Complete();
        Assert.Equal(lab.Counters.Received(Hop.FlowStart), lab.Counters.Used(Hop.FlowStart) + lab.Counters.Rejected(Hop.FlowStart));
        return
        [
            .. lab.Ledger.Standing.Select(activity => (activity.Client, activity.Server, Flow: activity.Endpoint ?? activity.Mapper!.Value))
                .Select(pair => $"{pair.Client}:{pair.Flow.ClientPort} > {pair.Server}:{pair.Flow.ServerPort}")
                    .Order(StringComparer.Ordinal),
        ];
    }
}
