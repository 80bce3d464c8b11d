using RpcCollector.Detection;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store.Findings;

public sealed class FindingFeedTests
{
    [Fact]
    public void Finding_amid_a_flood_that_waits_for_the_disk_is_not_the_one_that_is_dropped()
    {
        using var feed = new FindingFeed(1_000);
        var (before, amid, after) = (Found("10.1.0.1"), Found("10.1.0.2", kind: FindingKind.Pivot), Found("10.1.0.3"));
        feed.Publish(Added(before));
        for (var i = 0; i < 5_000; i++)
        {
            if (i == 2_500) feed.Publish(Added(amid));
            feed.Publish(Added(Found($"10.2.{i / 250}.{i % 250}", $"10.3.{i / 250}.{i % 250}", seen: 1 + i)));
        }

        feed.Publish(Added(after with { FirstSeenUnixMilliseconds = after.FirstSeenUnixMilliseconds + 5_001 }));
        var taken = feed.Take().Select(change => change.Finding.Id).ToHashSet();

        Assert.InRange(taken.Count, 750, 1_000);
        Assert.Equal(5_003, taken.Count + feed.Dropped);
        Assert.All((Finding[])[before, amid, after], finding => Assert.Contains(finding.Id, taken));
    }
}
