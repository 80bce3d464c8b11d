namespace RpcCollector.Tests.Reports;

/// <summary>Folder 04: fields of odd lengths, Sets with padding, headers that state wrong numbers.</summary>
public class SetsAndLengthsTests
{
    [Theory]
    [InlineData("both-families-v6-first-zero.pcap")]
    [InlineData("counter-9-octets.pcap")]
    [InlineData("duplicate-8-12-postnat.pcap")]
    [InlineData("enterprise-field-length-0.pcap")]
    [InlineData("ipfix-variable-length-pad3.pcap")]
    [InlineData("ipv4-mapped.pcap")]
    [InlineData("redefined-mid-message.pcap")]
    [InlineData("set-not-multiple-of-4.pcap")]
    [InlineData("v9-count-0.pcap")]
    [InlineData("v9-count-of-flowsets.pcap")]
    [InlineData("v9-variable-length.pcap")]
    [InlineData("wide-protocol-and-ports.pcap")]
    public void Records_of_odd_layouts_are_read_whole(string file)
    {
        var replay = ReportReplay.Of("04-sets-and-lengths", file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal(
            (4, 2, 2), (replay.Count("data_records"), replay.Count("flow_starts"), replay.Rejected("already_known")));
        Assert.Equal(["already_known"], replay.RejectionReasons);
    }

    [Fact]
    public void Layout_that_changes_within_a_message_reads_what_comes_behind_each_definition()
    {
        var replay = ReportReplay.Of("04-sets-and-lengths", "redefined-mid-message-twice.pcap");

        Assert.Equal([ReportReplay.BaseStory, "mapper-only 10.20.1.15 -> 10.20.0.10, 09:15:31.000 then none"], replay.Stories);
        Assert.Equal((5, 3), (replay.Count("data_records"), replay.Count("flow_starts")));
        Assert.Equal(["already_known"], replay.RejectionReasons);
    }

    [Fact]
    public void Set_ids_of_netflow_v9_are_reserved_in_ipfix()
    {
        var replay = ReportReplay.Of("04-sets-and-lengths", "ipfix-with-v9-set-ids.pcap");

        Assert.Empty(replay.Stories);
        Assert.Equal((1, 1), (replay.Rejected("reserved_set_id"), replay.Rejected("missing_template")));
    }

    [Fact]
    public void Second_message_of_a_datagram_is_not_read()
    {
        var replay = ReportReplay.Of("04-sets-and-lengths", "two-messages-in-one-datagram.pcap");

        Assert.Equal(["mapper-only 10.20.1.15 -> 10.20.0.10, 09:15:01.000 then none"], replay.Stories);
        Assert.Equal(2, replay.Count("data_records"));
    }
}
