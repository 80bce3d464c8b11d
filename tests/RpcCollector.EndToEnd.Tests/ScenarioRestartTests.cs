using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// A planned restart at any point of an attack, with as many shards as before or others, gives the activities of a process that ran
/// through.
/// </summary>
public sealed class ScenarioRestartTests
{
    public static TheoryData<string, string> Exports()
    {
        var data = new TheoryData<string, string>();
        foreach (var scenario in Scenario.All)
        {
            foreach (var format in (string[])["ipfix", "netflow9", "netflow5"]) data.Add(scenario.Name, format);
        }

        if (data.Count == 0) data.Add("", "");
        return data;
    }

    [Theory]
    [MemberData(nameof(Exports))]
    public void Restart_at_any_point_changes_no_activity(string name, string format)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        var scenario = Scenario.Named(name);
        var starts = ScenarioFlows.Of(scenario, scenario.FilesOf(format).Select(Path.GetFileNameWithoutExtension)!).Starts
            .OrderBy(start => start.ArrivalUnixMilliseconds).ToArray();
        var whole = Join(starts, restartAt: -1, 1, 1);
        var step = Math.Max(1, starts.Length / 20);
        foreach (var (before, after) in ((int, int)[])[(1, 1), (1, 2), (2, 1)])
        {
            for (var at = 0; at <= starts.Length; at += step) Assert.Equal(whole, Join(starts, at, before, after));
        }
    }

    /// <summary>What stands in the end, to the letter, ids included.</summary>
    private static List<string> Join(FlowStart[] starts, int restartAt, int shardsBefore, int shardsAfter)
    {
        var directory = new ExporterDirectory();
        for (var i = 0; i < 8; i++) Assert.True(directory.TryGetId(HostAddress.FromIPv4(0xC000_0201 + (uint)i), out _));
        var standing = new Standing();
        var shards = Open(shardsBefore);
        for (var i = 0; i < starts.Length; i++)
        {
            if (i == restartAt) shards = Restart(shards, starts[i].ArrivalUnixMilliseconds);
            var own = ClientShard.Of(starts[i].Client, shards.Length);
            var servers = ClientShard.Of(starts[i].Server, shards.Length);
            shards[own].Offer([starts[i]], own);
            if (starts[i].IsMapperFlow && servers != own) shards[servers].Offer([starts[i]], servers);
        }

        if (restartAt == starts.Length) shards = Restart(shards, starts[^1].ArrivalUnixMilliseconds);
        foreach (var shard in shards) shard.Complete();
        return
        [
            .. standing.ById.Values.OrderBy(activity => activity.Id).Select(activity =>
                $"{activity} by {string.Join(' ', Enumerable.Range(0, activity.Exporters.Count).Select(activity.Exporters.IdAt))}"),
        ];

        ClientShard[] Open(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => new ClientShard(new JoinOptions(), standing, new HopCounters(), count, directory))];

        ClientShard[] Restart(ClientShard[] ended, long now)
        {
            var saved = new MemoryStream();
            foreach (var shard in ended) shard.AdvanceTo(now);
            ShardFlowsWriter.Write(saved, ended, directory, now, () => false);
            var next = Open(shardsAfter);
            Assert.Null(ShardFlowsReader.Restore(saved.ToArray(), next, directory, now).Damage);
            return next;
        }
    }

    private sealed class Standing : IActivitySink
    {
        public Dictionary<long, RpcActivity> ById { get; } = [];

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) Assert.True(ById.Remove(change.Activity.Id));
            else if (change.Kind == ActivityChangeKind.Added) Assert.True(ById.TryAdd(change.Activity.Id, change.Activity), "Added twice");
            else ById[change.Activity.Id] = change.Activity;
        }
    }
}
