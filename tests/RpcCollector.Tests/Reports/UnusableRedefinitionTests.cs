namespace RpcCollector.Tests.Reports;

/// <summary>Folder 01: a Template that is redefined by a record that cannot be used no longer reads its Data Sets.</summary>
public class UnusableRedefinitionTests
{
    [Theory]
    [InlineData("phantom.pcap", "malformed_template")]
    [InlineData("truncated.pcap", "malformed_template")]
    [InlineData("zero-length.pcap", "zero_length_record")]
    [InlineData("too-many-fields.pcap", "too_many_fields")]
    public void Data_behind_a_redefinition_that_cannot_be_used_is_not_read_by_the_former_layout(string file, string reason)
    {
        var replay = ReportReplay.Of("01-stale-template-after-bad-redefinition", file);

        Assert.Equal(["mapper-only 10.9.9.9 -> 10.9.9.8, 09:14:56.000 then none"], replay.Stories);
        Assert.Equal((1, 1), (replay.Rejected(reason), replay.Rejected("unusable_template")));
        Assert.Equal(1, replay.Summary.GetProperty("data_records").GetInt32());
    }
}
