using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class GuardTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.0/24", "192.0.2.200", true)]
    [InlineData("192.0.2.0/24", "192.0.3.1", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    public void Filter_matches_addresses_and_prefixes_of_both_families(string entry, string address, bool isIn)
    {
        Assert.True(AddressFilter.TryParse([entry], out var filter, out _));

        Assert.Equal(isIn, filter!.Contains(HostAddress.Parse(address)));
    }

    [Theory]
    [InlineData("router1")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("2001:db8::/129")]
    [InlineData("192.0.2")]
    [InlineData("")]
    public void Filter_entry_that_is_neither_address_nor_prefix_is_named(string entry)
    {
        Assert.False(AddressFilter.TryParse(["192.0.2.1", entry], out _, out var wrong));

        Assert.Equal(entry, wrong);
    }

    [Fact]
    public void Exporter_that_is_not_allowed_leaves_no_trace_but_its_count()
    {
        var decoder = new DecoderUnderTest();
        Assert.True(AddressFilter.TryParse(["192.0.2.1"], out var filter, out _));
        decoder.Catalog.Allowed = filter!;

        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.66"));
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.1"));

        Assert.Equal(1, decoder.Counters.Rejected(Hop.Datagram, Rejection.ExporterNotAllowed));
        Assert.Equal("192.0.2.1", Assert.Single(decoder.Catalog.Exporters()).Address.ToString());
    }

    [Fact]
    public void Changed_allow_list_applies_from_the_next_datagram()
    {
        var decoder = new DecoderUnderTest();
        var datagram = MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.66");
        decoder.Decode(datagram);
        Assert.True(AddressFilter.TryParse(["192.0.2.1"], out var filter, out _));

        decoder.Catalog.Allowed = filter!;
        decoder.Decode(datagram);

        Assert.Equal((1, 1), ((int)decoder.Counters.Used(Hop.Datagram), (int)decoder.Counters.Rejected(Hop.Datagram)));
    }

    [Fact]
    public void A_hundred_thousand_forged_exporters_leave_a_known_one_unharmed()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxExporters = 100 });
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.1"));
        var forged = MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(999, set => set.Zeros(100)).From();
        for (uint i = 0; i < 100_000; i++)
            decoder.Decode(forged with { Session = forged.Session with { ExporterAddress = HostAddress.FromIPv4(0x0A00_0000 + i) } });

        decoder.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From("192.0.2.1"));

        Assert.Single(decoder.Collected.FlowStarts);
        Assert.Equal(100, decoder.Catalog.Exporters().Count);
        Assert.Equal(100_000 - 99, decoder.Catalog.Displaced(Displacement.Exporter));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Trusted_forwarder_speaks_for_the_exporters_its_records_name()
    {
        var decoder = new DecoderUnderTest();
        Assert.True(AddressFilter.TryParse(["192.0.2.1"], out var filter, out _));
        decoder.Catalog.TrustedForwarders = filter!;
        var message = MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (130, 4)])
            .Set(256, set => set.MapperFlow().Address("198.51.100.7"));

        decoder.Decode(message.From("192.0.2.1"));
        decoder.Decode(message.From("192.0.2.2"));

        Assert.Equal(
            ["198.51.100.7", "192.0.2.2"],
            decoder.Collected.FlowStarts.Select(start => decoder.Catalog.Directory[start.ExporterId].ToString()));
    }

    [Fact]
    public void Domains_that_fell_silent_make_room_after_an_hour()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxDomainsPerExporter = 2 });
        var hours = 0;
        foreach (var domain in (uint[])[1, 2, 3])
            decoder.Decode(
                MessageBuilder.Ipfix(domain).Template(256, Layout.Flow).From() with
                {
                    ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + (hours++ * 3_700_000L),
                });

        Assert.Equal(0, decoder.Counters.Rejected(Hop.Datagram));
        Assert.Equal([2u, 3u], Assert.Single(decoder.Catalog.Exporters()).Domains.Select(domain => domain.ObservationDomainId));
    }

    [Fact]
    public void Tcp_and_udp_sessions_with_the_same_ports_are_different()
    {
        var decoder = new DecoderUnderTest();
        var udp = MessageBuilder.Ipfix().Template(256, Layout.Flow).From();
        var tcp = udp with { Session = udp.Session with { IsOverTcp = true } };
        decoder.Decode(udp);
        decoder.Decode(tcp);

        decoder.Decoder.End(tcp.Session);

        Assert.Single(decoder.Catalog.Templates());
        decoder.Decode(udp with { Payload = MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).Build() });
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Withdrawal_over_tcp_is_obeyed_and_templates_end_with_the_connection()
    {
        var decoder = new DecoderUnderTest();
        var tcp = MessageBuilder.Ipfix().Template(256, Layout.Flow).Template(257, Layout.Flow).From();
        tcp = tcp with { Session = tcp.Session with { IsOverTcp = true } };
        decoder.Decode(tcp);

        decoder.Decode(tcp with { Payload = MessageBuilder.Ipfix().Set(2, set => set.U16(256).U16(0)).Build() });
        Assert.Equal(257, Assert.Single(decoder.Catalog.Templates()).TemplateId);

        decoder.Decoder.End(tcp.Session);
        Assert.Empty(decoder.Catalog.Templates());
    }
}
