namespace RpcCollector.Tests.Reports;

/// <summary>No TCP connection has an end that is unspecified, loopback, multicast or broadcast, or both ends alike.</summary>
public class ImpossibleAddressTests
{
    [Theory]
    [InlineData("16-unspecified-addresses", "both-zero.pcap", 4)]
    [InlineData("16-unspecified-addresses", "broadcast-and-multicast.pcap", 6)]
    [InlineData("16-unspecified-addresses", "destination-zero.pcap", 2)]
    [InlineData("16-unspecified-addresses", "ipv6-zero.pcap", 4)]
    [InlineData("16-unspecified-addresses", "same-both-ends.pcap", 2)]
    [InlineData("04-sets-and-lengths", "duplicate-8-12-first-zero.pcap", 4)]
    public void Record_with_an_address_that_no_connection_has_is_counted_and_nothing_comes_of_it(string folder, string file, int records)
    {
        var replay = ReportReplay.Of(folder, file);

        Assert.Empty(replay.Activities);
        Assert.Empty(replay.Findings);
        Assert.Equal(records, replay.Rejected("not_a_transport_flow"));
        Assert.Equal(
            (records, 0), (replay.Summary.GetProperty("data_records").GetInt32(), replay.Summary.GetProperty("flow_starts").GetInt32()));
    }
}
