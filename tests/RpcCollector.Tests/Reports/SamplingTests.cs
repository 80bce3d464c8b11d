namespace RpcCollector.Tests.Reports;

/// <summary>Folder 09: a flow is sampled as the selector that it names says, not as the last options record does.</summary>
public class SamplingTests
{
    [Theory]
    [InlineData("interval-305-alone.pcap", 1000)]
    [InlineData("interval-34-options.pcap", 1000)]
    [InlineData("n-out-of-N-309-310.pcap", 1000)]
    [InlineData("probability-311.pcap", 1000)]
    [InlineData("two-selectors-flow-of-the-sampled.pcap", 1000)]
    [InlineData("v9-two-samplers-flow-of-the-sampled.pcap", 2000)]
    public void Flow_whose_selector_takes_one_packet_in_so_many_is_sampled(string file, int interval)
    {
        var replay = ReportReplay.Of("09-sampling", file);
        var activity = Assert.Single(replay.Activities);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.True(activity.GetProperty("sampled").GetBoolean());
        Assert.Equal(interval, activity.GetProperty("sampling_interval").GetInt32());
        AssertAllWasRead(replay);
    }

    [Theory]
    [InlineData("two-selectors-flow-of-the-unsampled.pcap")]
    [InlineData("v9-two-samplers-flow-of-the-unsampled.pcap")]
    public void Flow_whose_selector_takes_every_packet_is_not_sampled(string file)
    {
        var replay = ReportReplay.Of("09-sampling", file);
        var activity = Assert.Single(replay.Activities);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.False(activity.GetProperty("sampled").GetBoolean());
        AssertAllWasRead(replay);
    }

    private static void AssertAllWasRead(ReportReplay replay)
    {
        var summary = replay.Summary;
        Assert.Equal((4, 2), (summary.GetProperty("data_records").GetInt32(), replay.Rejected("already_known")));
        Assert.InRange(summary.GetProperty("options_records").GetInt32(), 1, 2);
        Assert.Equal(2, summary.GetProperty("flow_starts").GetInt32());
    }
}
