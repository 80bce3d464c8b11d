namespace RpcCollector.Tests.Reports;

public class CaptureFilesTests
{
    [Theory]
    [InlineData("erspan2.pcap")]
    [InlineData("fragments-reversed.pcap")]
    [InlineData("fragments-with-duplicate.pcap")]
    [InlineData("gre.pcap")]
    [InlineData("ipip.pcap")]
    [InlineData("ipv6-atomic-fragment.pcap")]
    [InlineData("ipv6-fragments-hopbyhop.pcap")]
    [InlineData("ipv6-hopbyhop-routing-destopts.pcap")]
    [InlineData("jumbo-8900.pcap")]
    [InlineData("llc-snap.pcap")]
    [InlineData("mpls.pcap")]
    [InlineData("nanosecond-big-endian.pcap")]
    [InlineData("pcapng-2-sections.pcapng")]
    [InlineData("pcapng-3-interfaces-nrb.pcapng")]
    [InlineData("pcapng-offset-year.pcapng")]
    [InlineData("pppoe.pcap")]
    [InlineData("truncated-file.pcap", "damaged_file")]
    [InlineData("v1-v7-v8-sflow-then-ipfix.pcap", "sflow", "netflow_v1", "netflow_v6", "netflow_v7", "netflow_v8")]
    [InlineData("vlan-mpls-2-labels.pcap")]
    [InlineData("vxlan.pcap")]
    public void What_carries_the_export_does_not_matter(string file, params string[] alsoHeld)
    {
        var report = ReportReplay.Of("10-capture-files", file);

        Assert.Equal([ReportReplay.BaseStory], report.Stories);
        Assert.Equal(alsoHeld, report.NotRead.Keys);
        Assert.Equal(2, report.Rejected("already_known"));
    }

    [Theory]
    [InlineData("ppp-dlt9.pcap", "ppp_link_type")]
    [InlineData("nflog-dlt239.pcap", "nflog_link_type")]
    [InlineData("vn-tag.pcap", "vn_tag")]
    [InlineData("snaplen-96.pcap", "cut_packet")]
    [InlineData("kuznetzov-modified.pcap", "modified_pcap")]
    public void What_is_not_read_is_counted_by_its_name(string file, string name)
    {
        var report = ReportReplay.Of("10-capture-files", file);

        Assert.Empty(report.Stories);
        Assert.Equal([(name, 1)], report.NotRead.Select(entry => (entry.Key, entry.Value)));
    }
}
