using RpcCollector.Flows.Tests.Zeek;

namespace RpcCollector.Flows.Tests;

/// <summary>Addresses that no TCP connection has.</summary>
public sealed class ImpossibleAddressTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 5000;

    private static readonly (int Element, int Length)[] FlowOfIPv6 = [(27, 16), (28, 16), .. Layout.Flow[2..]];

    public static readonly TheoryData<string> Impossible =
    [
        "0.0.0.0", "0.0.0.1", "0.255.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.255", "224.0.0.0", "224.0.0.1", "239.255.255.255",
        "255.255.255.255", "::", "::1", "::ffff:0.0.0.0", "::ffff:127.0.0.1", "::ffff:224.0.0.1", "::ffff:255.255.255.255", "ff00::",
        "ff02::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ];

    public static readonly TheoryData<string> Possible =
    [
        "1.0.0.0", "10.20.1.15", "126.255.255.255", "128.0.0.1", "169.254.1.1", "172.16.0.0", "192.168.1.255", "223.255.255.255",
        "240.0.0.1",
        "255.255.255.254", "::ffff:10.20.1.15", "::2", "64:ff9b::a14:10f", "fe80::1", "fd00::1", "2001:db8::1", "fec0::1", "feff::1",
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Address_that_no_host_has_on_a_network_is_none_of_a_connection(string address)
    {
        Assert.False(HostAddress.Parse(address).IsConnectable);
        foreach (var (client, server) in (ReadOnlySpan<(string, string)>)[(address, "10.0.0.2"), ("10.0.0.2", address), (address, address)])
        {
            AssertRejected(client, server);
            new ZeekLines().Read(Line(client, server)).AssertRejected(Hop.FlowRecord, Rejection.NotATransportFlow);
        }
    }

    [Theory]
    [MemberData(nameof(Possible))]
    public void Address_that_a_host_may_have_is_one_of_a_connection_but_not_at_both_ends(string address)
    {
        Assert.True(HostAddress.Parse(address).IsConnectable);
        Assert.Single(Decode(address, "10.0.0.2").Collected.FlowStarts);
        Assert.Single(new ZeekLines().Read(Line(address, "10.0.0.2")).Collected.FlowStarts);
        AssertRejected(address, address);
        new ZeekLines().Read(Line(address, address)).AssertRejected(Hop.FlowRecord, Rejection.NotATransportFlow);
    }

    /// <summary>They stand for hosts of other sites, and no host has one on a network.</summary>
    [Theory]
    [InlineData("10.20.1.15@site-a")]
    [InlineData("f800::1")]
    public void Address_by_which_a_host_of_a_site_is_known_is_none_of_a_connection(string text)
    {
        var address = HostAddress.Parse(text).ToIPAddress().ToString();

        AssertRejected(address, "2001:db8::2");
        AssertRejected("2001:db8::2", address);
        new ZeekLines().Read(Line(address, "10.0.0.2")).AssertRejected(Hop.FlowRecord, Rejection.NotATransportFlow);
    }

    [Fact]
    public void Record_of_NetFlow_v5_without_addresses_is_rejected_too()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.NetFlowV5(2).V5Record("0.0.0.0", 50_000, "10.0.0.2", 135, 1_000, 2_000)
            .V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 1_000, 2_000).From());

        Assert.Single(decoder.Collected.FlowStarts);
        Assert.Equal(1, decoder.Counters.Rejected(Hop.FlowRecord, Rejection.NotATransportFlow));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Both_families_in_a_template_leave_the_one_that_is_used()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (27, 16), (28, 16)]).Set(256, set => set
            .FlowRecord("0.0.0.0", 50_000, "0.0.0.0", 135, Start, Start).Address("2001:db8::1").Address("2001:db8::2")
            .FlowRecord("0.0.0.0", 50_000, "0.0.0.0", 135, Start, Start).Address("::").Address("::")).From());

        Assert.Equal("2001:db8::1", Assert.Single(decoder.Collected.FlowStarts).Client.ToString());
        Assert.Equal(1, decoder.Counters.Rejected(Hop.FlowRecord, Rejection.NotATransportFlow));
    }

    private static void AssertRejected(string source, string destination)
    {
        var decoder = Decode(source, destination);
        Assert.Empty(decoder.Collected.FlowStarts);
        Assert.Equal(1, decoder.Counters.Rejected(Hop.FlowRecord, Rejection.NotATransportFlow));
        decoder.AssertEverythingIsAccountedFor();
    }

    /// <summary>One flow to the mapper, as IPv6 whichever family its addresses are of.</summary>
    private static DecoderUnderTest Decode(string source, string destination)
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, FlowOfIPv6).Set(256, set => set
            .Address(InIPv6(source)).Address(InIPv6(destination)).U16(50_000).U16(135).U8(6).U8(0x1B).U64((ulong)Start).U64((ulong)Start))
                .From());
        return decoder;
    }

    private static string InIPv6(string address) => address.Contains(':', StringComparison.Ordinal) ? address : $"::ffff:{address}";

    private static string Line(string client, string server) =>
        $$"""{"ts":1588316990.4,"id.orig_h":"{{client}}","id.orig_p":50000,"id.resp_h":"{{server}}","id.resp_p":135""" +
        ""","proto":"tcp","conn_state":"SF","history":"ShADadFf"}""";
}
