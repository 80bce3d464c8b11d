using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class MessageTests
{
    private static readonly TransportSession Session = new(HostAddress.Parse("192.0.2.1"), 40_000, HostAddress.Parse("192.0.2.9"), 2055);

    private readonly DecoderUnderTest _decoder = new();

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0005")]
    [InlineData("0009000100000000")]
    [InlineData("000A0010")]
    public void Datagram_shorter_than_its_header_is_rejected(string octets)
    {
        _decoder.Decoder.Decode(Convert.FromHexString(octets), Session, 0);

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Datagram, Rejection.DatagramTooShort));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Version_other_than_5_9_and_10_is_rejected()
    {
        _decoder.Decoder.Decode(new byte[] { 0, 7, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, Session, 0);

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Datagram, Rejection.UnknownVersion));
    }

    [Fact]
    public void Ipfix_message_longer_than_its_datagram_is_rejected()
    {
        _decoder.Decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).BuildWithStatedLength(2000), Session, 0);

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Datagram, Rejection.MessageLongerThanDatagram));
    }

    [Fact]
    public void Ipfix_message_shorter_than_its_own_header_is_rejected()
    {
        _decoder.Decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).BuildWithStatedLength(15), Session, 0);

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Datagram, Rejection.MessageShorterThanHeader));
    }

    [Fact]
    public void Octets_after_an_ipfix_message_are_ignored_and_counted()
    {
        var message = MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow()).Build();

        _decoder.Decoder.Decode([.. message, 1, 2, 3, 4, 5, 6, 7, 8], Session, MessageBuilder.ExportMilliseconds);

        Assert.Equal(1, _decoder.DataRecords);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.OctetsAfterMessage));
    }

    [Fact]
    public void Set_longer_than_its_datagram_rejects_the_whole_message()
    {
        var message = MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow())
            .Set(256, set => set.MapperFlow(), statedLength: 400).Build();

        _decoder.Decoder.Decode(message, Session, MessageBuilder.ExportMilliseconds);

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Datagram, Rejection.SetLongerThanMessage));
        Assert.Equal(0, _decoder.DataRecords);
        Assert.Empty(_decoder.Catalog.Templates());
    }

    [Fact]
    public void Set_that_ends_beyond_its_message_but_within_its_datagram_is_read()
    {
        var message = MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow());
        var length = message.Build().Length;

        _decoder.Decoder.Decode(message.BuildWithStatedLength(length - 2), Session, MessageBuilder.ExportMilliseconds);

        Assert.Equal(1, _decoder.DataRecords);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.MessageLengthTooShort));
    }

    [Fact]
    public void Set_shorter_than_its_header_ends_the_message_but_keeps_what_came_before()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow()).Set(300, _ => { }, statedLength: 3).From());

        Assert.Equal(1, _decoder.DataRecords);
        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Set, Rejection.SetShorterThanHeader));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public void Zero_fill_ends_the_message_quietly(int version)
    {
        var builder = version == 9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();
        _decoder.Decode(builder.Template(256, Layout.Flow).Set(256, set => set.MapperFlow()).Zeros(1000).From());

        Assert.Equal(1, _decoder.DataRecords);
        Assert.Equal(0, _decoder.Counters.Rejected(Hop.Set));
    }

    [Fact]
    public void Missing_template_skips_only_its_own_set()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Set(999, set => set.Zeros(40)).Template(256, Layout.Flow).Set(256, set => set.MapperFlow()).From());

        Assert.Equal(1, _decoder.SetsWithoutTemplate());
        Assert.Equal(1, _decoder.DataRecords);
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(10, 1)]
    [InlineData(10, 4)]
    [InlineData(10, 255)]
    [InlineData(9, 2)]
    [InlineData(9, 3)]
    public void Reserved_set_id_is_rejected(int version, int setId)
    {
        var builder = version == 9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();

        _decoder.Decode(builder.Set(setId, set => set.Zeros(8)).From());

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.Set, Rejection.ReservedSetId));
    }

    [Fact]
    public void Netflow_v5_count_beyond_the_datagram_reads_what_is_there()
    {
        var message = MessageBuilder.NetFlowV5(count: 55_582).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000);

        _decoder.Decode(message.From());

        Assert.Equal(1, _decoder.DataRecords);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.RecordCountWrong));
    }

    [Fact]
    public void Exporters_beyond_the_bound_make_room_for_each_other_and_known_ones_go_on()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxExporters = 2 });
        foreach (var exporter in (string[])["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"])
            decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From(exporter));

        Assert.Equal((4, 1), (decoder.Counters.Used(Hop.Datagram), decoder.Catalog.Displaced(Displacement.Exporter)));
        Assert.Equal(["192.0.2.1", "192.0.2.3"], decoder.Catalog.Exporters().Select(exporter => exporter.Address.ToString()));
    }

    [Fact]
    public void Domains_beyond_the_bound_make_room_for_each_other_and_known_ones_go_on()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxDomainsPerExporter = 2 });
        foreach (var domain in (uint[])[1, 2, 3, 1]) decoder.Decode(MessageBuilder.Ipfix(domain).Template(256, Layout.Flow).From());

        Assert.Equal((4, 1), (decoder.Counters.Used(Hop.Datagram), decoder.Catalog.Displaced(Displacement.Domain)));
        Assert.Equal([1u, 3u], Assert.Single(decoder.Catalog.Exporters()).Domains.Select(domain => domain.ObservationDomainId));
    }
}
