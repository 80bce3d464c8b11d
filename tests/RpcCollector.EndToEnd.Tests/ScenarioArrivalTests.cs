using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>However the exporters report the recorded attacks, the clients, servers and pairs are the same.</summary>
public sealed class ScenarioArrivalTests
{
    private static readonly string[] Formats = ["netflow5", "netflow9", "ipfix"];

    public static IEnumerable<TheoryDataRow<string>> AllScenarios() => Rows(_ => true);

    public static IEnumerable<TheoryDataRow<string, string>> AllExports() =>
        from row in Rows(_ => true) from format in Formats select new TheoryDataRow<string, string>(row.Data, format) { Skip = row.Skip };

    public static IEnumerable<TheoryDataRow<string, string>> TwoSensors() =>
        from row in Rows(
            scenario => Exports(scenario, "ipfix").Length == 2)
        from format in Formats
        select new TheoryDataRow<string, string>(
                row.Data, format)
        { Skip = row.Skip };

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void Biflows_give_the_pairs_of_the_unidirectional_flows(string name)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, "ipfix"))
        {
            var biflows = ScenarioFlows.Of(scenario, export.Replace("ipfix", "ipfix-biflow", StringComparison.Ordinal));
            Assert.Equal(PairsOf(ScenarioFlows.Of(scenario, export).Starts), PairsOf(biflows.Starts));
        }
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void NetFlow_gives_the_pairs_of_IPFIX(string name)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, "ipfix"))
        {
            foreach (var format in Formats)
            {
                var other = ScenarioFlows.Of(scenario, export.Replace("ipfix", format, StringComparison.Ordinal));
                Assert.Equal(PairsOf(ScenarioFlows.Of(scenario, export).Starts), PairsOf(other.Starts));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void Clock_of_arrivals_that_is_set_at_any_moment_changes_no_activity(string name)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, "ipfix"))
        {
            var starts = ScenarioFlows.Of(scenario, export).Starts;
            var without = RpcPair.Sorted(ScenarioFlows.Activities(starts));
            foreach (var milliseconds in (long[])[-3 * 3_600_000, 86_400_000])
            {
                for (var i = 0; i < starts.Count; i += Math.Max(1, starts.Count / 20))
                {
                    var since = i;
                    var stepped = starts.Select((start, j) => j < since ? start : start with
                    {
                        ArrivalEra = 1,
                        ArrivalUnixMilliseconds = start.ArrivalUnixMilliseconds + milliseconds,
                    });
                    Assert.Equal(without, RpcPair.Sorted(ScenarioFlows.Activities(stepped)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(TwoSensors))]
    public void Two_sensors_merged_give_each_connection_once_and_name_both(string name, string format)
    {
        var scenario = Scenario.Named(name);
        var exports = Exports(scenario, format);
        var alone = exports.Select(export => ScenarioFlows.Of(scenario, export)).ToList();
        var merged = ScenarioFlows.Of(scenario, exports);

        AssertSeenByBoth(alone, merged);
        Assert.Equal(scenario.MapperFlows > 0, merged.Activities().Exists(activity => activity.Exporters.Count == 2));
    }

    [Theory]
    [MemberData(nameof(TwoSensors))]
    public void Clocks_two_seconds_apart_give_the_same_pairs_and_bases(string name, string format)
    {
        var scenario = Scenario.Named(name);
        var exports = Exports(scenario, format);
        var alone = exports.Select(export => ScenarioFlows.Of(scenario, export)).ToList();
        var inStep = ScenarioFlows.Of(scenario, exports).Activities();
        foreach (var ahead in new[] { (0, 2), (2, 0), (0, -2) })
        {
            var skewed = new ScenarioFlows();
            skewed.Read(scenario.PathOf(exports[0]), ahead.Item1);
            skewed.Read(scenario.PathOf(exports[1]), ahead.Item2);
            AssertSeenByBoth(alone, skewed);
            Assert.Equal(inStep.Select(BasisOf).ToHashSet(), [.. skewed.Activities().Select(BasisOf)]);
        }

        static (RpcPair, JoinBasis) BasisOf(RpcActivity activity) => (RpcPair.Of(activity), activity.Basis);
    }

    [Theory]
    [MemberData(nameof(TwoSensors))]
    public void Skew_that_was_put_between_two_sensors_is_learned(string name, string format)
    {
        var scenario = Scenario.Named(name);
        var exports = Exports(scenario, format);
        var inStep = SkewOf(0);
        Assert.NotEqual(0, inStep.Samples);
        Assert.InRange(inStep.Milliseconds, -20, 20);
        Assert.Equal((inStep.Milliseconds + 2_000, inStep.Samples), (SkewOf(2).Milliseconds, SkewOf(2).Samples));

        ClockSkew SkewOf(int ahead)
        {
            var flows = new ScenarioFlows();
            flows.Read(scenario.PathOf(exports[0]));
            flows.Read(scenario.PathOf(exports[1]), ahead);
            var shard = new ClientShard(new JoinOptions(), new NoSink(), new HopCounters());
            foreach (var start in flows.Starts) shard.Offer(start);

            // Whichever of the two clocks is the reference: how much later the second sensor's is.
            var skew = shard.ClockSkews().SingleOrDefault();
            return skew.ReferenceExporterId <= skew.ExporterId ? skew : skew with { Milliseconds = -skew.Milliseconds };
        }
    }

    [Theory]
    [MemberData(nameof(AllExports))]
    public void One_half_of_each_connection_gives_the_pairs_of_both(string name, string format)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, format))
        {
            var starts = ScenarioFlows.Of(scenario, export).Starts;
            var pairs = PairsOf(starts);
            var known = pairs.ToHashSet();
            var unanswered = starts.GroupBy(start => RpcPair.Of(start)).Where(same => same.All(start => start.Half == FlowHalf.FromClient))
                .Select(same => same.Key).ToHashSet();
            Assert.Equal(pairs, PairsOf(starts.Where(start => IsOf(start, FlowHalf.FromClient))));
            Assert.Equal(pairs, PairsOf(starts.Where(start => IsOf(start, FlowHalf.FromServer))));
            Assert.Equal(
                pairs, PairsOf(
                    starts.Where(
                        start => IsOf(
                            start, ((start.ClientPort + start.ServerPort) & 1) == 0 ? FlowHalf.FromClient : FlowHalf.FromServer))));

            // An unanswered SYN is all there is of its connection, so it is always kept. An uncertain half comes in both orientations, and
            // only one of them says rightly whose half it is.
            bool IsOf(in FlowStart start, FlowHalf half) =>
                unanswered.Contains(RpcPair.Of(start)) || (known.Contains(Turned(start)) ? start.Half != half : start.Half == half);
        }

        static RpcPair Turned(in FlowStart start) => new(start.Server, start.Client, start.ServerPort, start.ClientPort);
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void NetFlow_tells_every_start_to_two_milliseconds_of_IPFIX_and_in_its_order(string name)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, "ipfix"))
        {
            var exact = ShownStarts(ScenarioFlows.Of(scenario, export));
            var five = ShownStarts(ScenarioFlows.Of(scenario, export.Replace("ipfix", "netflow5", StringComparison.Ordinal)));
            Assert.All(exact, start => Assert.InRange(five[start.Key] - start.Value, -2, 2));

            var nine = ShownStarts(ScenarioFlows.Of(scenario, export.Replace("ipfix", "netflow9", StringComparison.Ordinal)));
            Assert.All(exact, start => Assert.InRange(nine[start.Key] - start.Value, -2, 2));
        }
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void Whole_second_headers_change_no_activity_from_the_first_datagram(string name)
    {
        foreach (var (exact, live) in LiveActivities(name, isSettled: false))
        {
            Assert.Equal(exact.Keys, live.Keys);
            Assert.All(exact.Keys, pair => Assert.Equal(exact[pair].Basis, live[pair].Basis));
            Assert.All(exact.Keys, pair => Assert.Equal(Delta(exact[pair]), Delta(live[pair])));
            Assert.All(exact.Keys, pair => Assert.InRange(live[pair].StartUnixMilliseconds - exact[pair].StartUnixMilliseconds, -999, 0));
        }

        static long? Delta(RpcActivity activity) => activity.Endpoint?.StartUnixMilliseconds - activity.Mapper!.Value.StartUnixMilliseconds;
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public void Whole_second_headers_give_times_right_to_two_milliseconds_once_settled(string name)
    {
        foreach (var (exact, live) in LiveActivities(name, isSettled: true))
            Assert.All(exact.Keys, pair => Assert.InRange(live[pair].StartUnixMilliseconds - exact[pair].StartUnixMilliseconds, -2, 2));
    }

    /// <summary>The activities of each IPFIX export, and of the same flows exported live in NetFlow v9.</summary>
    private static IEnumerable<(SortedList<string, RpcActivity> Exact, SortedList<string, RpcActivity> Live)> LiveActivities(
        string name, bool isSettled)
    {
        var scenario = Scenario.Named(name);
        foreach (var export in Exports(scenario, "ipfix"))
        {
            var exact = ScenarioFlows.Of(scenario, export);
            if (exact.Starts.Count == 0) continue;
            var live = new ScenarioFlows();
            live.Read(LiveNetFlow9.Export(exact.Starts.Where(start => !start.IsMirror), isSettled));
            Assert.Equal(exact.Starts.Count, live.Starts.Count);
            yield return (ByPair(exact), ByPair(live));
        }

        static SortedList<string, RpcActivity> ByPair(ScenarioFlows flows) =>
            new(flows.Activities().ToDictionary(activity => RpcPair.Of(activity).ToString()), StringComparer.Ordinal);
    }

    private static Dictionary<(RpcPair Pair, FlowHalf Half, int Nth), long> ShownStarts(ScenarioFlows flows) =>
        flows.Starts.GroupBy(start => (RpcPair.Of(start), start.Half))
            .SelectMany(
                same => same.Select(start => start.StartUnixMilliseconds + start.ClockCorrectionMilliseconds).Order()
                    .Select((start, n) => (Key: (same.Key.Item1, same.Key.Half, n), start)))
            .ToDictionary(item => item.Key, item => item.start);

    private static void AssertSeenByBoth(List<ScenarioFlows> alone, ScenarioFlows merged)
    {
        var seenBy = alone.Select(flows => flows.Starts.Select(start => RpcPair.Of(start)).ToHashSet()).ToList();
        var pairs = alone.SelectMany(flows => PairsOf(flows.Starts)).ToHashSet();
        var activities = merged.Activities();
        Assert.Equal(pairs.Count, activities.Count);
        foreach (var activity in activities)
        {
            var pair = RpcPair.Of(activity);
            Assert.Contains(pair, pairs);
            var mapper = pair with { ClientPort = activity.Mapper!.Value.ClientPort, ServerPort = activity.Mapper.Value.ServerPort };
            var expected = seenBy.Index().Where(sensor => sensor.Item.Contains(pair) || sensor.Item.Contains(mapper))
                .Select(sensor => sensor.Index);
            Assert.Equal(expected, Enumerable.Range(0, activity.Exporters.Count).Select(activity.Exporters.IdAt));
        }
    }

    private static List<RpcPair> PairsOf(IEnumerable<FlowStart> starts) => RpcPair.Sorted(ScenarioFlows.Activities(starts));

    private static string[] Exports(Scenario scenario, string format) =>
        [.. scenario.Exports().Where(export => export.StartsWith(format, StringComparison.Ordinal))];

    private static IEnumerable<TheoryDataRow<string>> Rows(Func<Scenario, bool> condition)
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string>("absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];
        return [.. Scenario.All.Where(condition).Select(scenario => new TheoryDataRow<string>(scenario.Name))];
    }

    private sealed class NoSink : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }
}
