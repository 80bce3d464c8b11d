namespace RpcCollector.Tests.Reports;

/// <summary>Folder 15: reverse elements in any order, and structured data that is skipped by its length.</summary>
public class BiflowAndListTests
{
    [Theory]
    [InlineData("lists-around.pcap", 4)]
    [InlineData("lists-of-three-octet-length-below-255.pcap", 4)]
    [InlineData("reverse-addresses-too.pcap", 2)]
    [InlineData("reverse-first.pcap", 2)]
    [InlineData("reverse-zero.pcap", 2)]
    [InlineData("server-as-source-direction-0.pcap", 2)]
    [InlineData("server-as-source-direction-2.pcap", 2)]
    public void Story_is_read_from_both_directions_of_a_record_and_around_lists(string file, int records)
    {
        var replay = ReportReplay.Of("15-biflow-and-lists", file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal((records, 2), (replay.Count("data_records"), replay.Count("flow_starts")));
        Assert.Equal(records - 2, replay.Rejected("already_known"));
        Assert.Empty(replay.RejectionReasons.Except(["already_known"]));
    }
}
