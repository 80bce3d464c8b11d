namespace RpcCollector.Tests.Reports;

/// <summary>Folder 02: a Template Record that cannot be used does not keep those behind it in its Set from being learned.</summary>
public class ReservedTemplateIdTests
{
    [Theory]
    [InlineData("ipfix-id-0-then-257.pcap", "malformed_template", 1, 0)]
    [InlineData("ipfix-id-200-then-257.pcap", "malformed_template", 1, 0)]
    [InlineData("options-id-100-then-data-template.pcap", "malformed_template", 2, 1)]
    [InlineData("v9-id-255-then-257.pcap", "malformed_template", 1, 0)]
    [InlineData("v9-id-256-no-fields-then-257.pcap", "malformed_template", 1, 0)]
    [InlineData("zero-length-then-257.pcap", "zero_length_record", 1, 0)]
    public void Templates_behind_one_that_cannot_be_used_are_learned(string file, string reason, int templates, int optionsRecords)
    {
        var replay = ReportReplay.Of("02-reserved-id-among-templates", file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal((templates, 1, 0), (replay.Count("templates"), replay.Rejected(reason), replay.Rejected("unusable_template")));
        Assert.Equal((4, optionsRecords), (replay.Count("data_records"), replay.Count("options_records")));
    }

    [Fact]
    public void Withdrawal_of_all_templates_over_udp_does_not_keep_those_behind_it_from_being_learned()
    {
        var replay = ReportReplay.Of("02-reserved-id-among-templates", "ipfix-id-2-withdraw-all-then-257.pcap");

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal((2, 4, 0), (replay.Count("templates"), replay.Count("data_records"), replay.Rejected("malformed_template")));
    }
}
