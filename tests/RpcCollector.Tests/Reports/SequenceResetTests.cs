using System.Globalization;

namespace RpcCollector.Tests.Reports;

/// <summary>Folder 14: a sequence that starts over, wraps, jumps, never counts or counts something else shows no loss.</summary>
public class SequenceResetTests
{
    [Theory]
    [InlineData("ipfix-counts-messages.pcap")]
    [InlineData("ipfix-reset-to-0.pcap")]
    [InlineData("ipfix-sequence-always-0.pcap")]
    [InlineData("ipfix-steady.pcap")]
    [InlineData("v9-jump-of-3.6-thousand-million.pcap")]
    [InlineData("v9-reset-with-reboot.pcap")]
    [InlineData("v9-reset-without-reboot.pcap")]
    [InlineData("v9-sequence-always-0.pcap")]
    [InlineData("v9-steady.pcap")]
    [InlineData("v9-two-processes-two-ports.pcap")]
    [InlineData("v9-wrap.pcap")]
    public void Sequence_that_means_no_loss_leaves_every_activity_complete(string file)
    {
        var replay = ReportReplay.Of("14-sequence-resets", file);

        Assert.Equal(ExpectedStories, replay.Stories.Order());
        Assert.All(replay.Activities, activity => Assert.Equal(1, activity.GetProperty("completeness").GetDouble()));
        AssertAllWasRead(replay);
    }

    [Theory]
    [InlineData("ipfix-counts-octets.pcap")]
    [InlineData("v9-two-processes-one-source-id.pcap")]
    public void What_cannot_be_told_from_loss_is_read_all_the_same(string file)
    {
        var replay = ReportReplay.Of("14-sequence-resets", file);

        Assert.Equal(ExpectedStories, replay.Stories.Order());
        AssertAllWasRead(replay);
    }

    private static IEnumerable<string> ExpectedStories => Enumerable.Range(0, 6).Select(i => string.Create(
        CultureInfo.InvariantCulture, $"car 10.40.{i}.1:49732 -> 10.20.0.10:49667, 09:15:{i}1.000 then 09:15:{i}1.005"));

    private static void AssertAllWasRead(ReportReplay replay)
    {
        Assert.Equal((6, 12, 12), (replay.Count("datagrams"), replay.Count("data_records"), replay.Count("flow_starts")));
        Assert.Empty(replay.RejectionReasons);
    }
}
