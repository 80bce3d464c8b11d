namespace RpcCollector.Flows.Tests;

public sealed class RecordTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 5000;

    private readonly DecoderUnderTest _decoder = new();

    private FlowStart OnlyFlowStart => Assert.Single(_decoder.Collected.FlowStarts);

    [Fact]
    public void Variable_length_fields_move_what_lies_behind_them()
    {
        (int, int)[] fields = [(82, 65_535), (8, 4), (96, 65_535), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (152, 8)];
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, fields).Set(256, set =>
        {
            foreach (var length in (int[])[0, 3, 300])
            {
                if (length < 255) set.U8(length);
                else set.U8(255).U16(length);
                set.Zeros(length).Address("10.0.0.1").U8(2).U16(0xFFFF).Address("10.0.0.2").U16(50_000).U16(135).U8(6).U8(2).U64(Start);
            }
        }).From());

        Assert.Equal(3, _decoder.DataRecords);
        Assert.All(
            _decoder.Collected.FlowStarts, start =>
            Assert.Equal(
                ("10.0.0.1", "10.0.0.2", 135, Start),
                (start.Client.ToString(), start.Server.ToString(), start.ServerPort, start.StartUnixMilliseconds)));
    }

    [Fact]
    public void Variable_length_field_that_ends_beyond_its_set_skips_the_rest_of_the_set()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, (82, 65_535), (8, 4))
                .Set(256, set => set.U8(1).U8(9).Address("10.0.0.1").U8(200).Zeros(10)).From());

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.DataRecord, Rejection.FieldLongerThanSet));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Enterprise_elements_are_skipped_whatever_their_id()
    {
        _decoder.Decode(MessageBuilder.Ipfix()
            .Set(2, set =>
            {
                set.U16(256).U16(9).U16(0x8000 | 8).U16(4).U32(4242);
                foreach (var (element, length) in Layout.Flow) set.U16(element).U16(length);
            })
            .Set(256, set => set.U32(0xDEAD_BEEF).MapperFlow()).From());

        Assert.Equal("10.0.0.1", OnlyFlowStart.Client.ToString());
    }

    [Fact]
    public void First_of_repeated_elements_counts()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (8, 4), (12, 4)])
                .Set(256, set => set.MapperFlow().Address("172.16.0.1").Address("172.16.0.2")).From());

        Assert.Equal(("10.0.0.1", "10.0.0.2"), (OnlyFlowStart.Client.ToString(), OnlyFlowStart.Server.ToString()));
    }

    [Fact]
    public void Reduced_size_counters_are_read()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (1, 3), (2, 5)])
                .Set(256, set => set.MapperFlow().U8(1).U16(2).U8(0).U32(7)).From());

        Assert.Equal((0x010002ul, 7ul), (OnlyFlowStart.ClientOctets, OnlyFlowStart.ClientPackets));
    }

    [Fact]
    public void Biflow_carries_both_directions()
    {
        _decoder.Decode(MessageBuilder.Ipfix()
            .Set(2, set =>
            {
                set.U16(256).U16(10);
                foreach (var (element, length) in Layout.Flow) set.U16(element).U16(length);
                set.U16(1).U16(8).U16(0x8000 | 1).U16(8).U32(29_305);
            })
            .Set(256, set => set.MapperFlow().U64(100).U64(200)).From());

        Assert.Equal((FlowHalf.Both, 100ul, 200ul), (OnlyFlowStart.Half, OnlyFlowStart.ClientOctets, OnlyFlowStart.ServerOctets));
    }

    [Fact]
    public void Ipv6_flow_is_read()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, (27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (152, 8))
            .Set(256, set => set.Address("2001:db8::1").Address("2001:db8::2").U16(50_000).U16(135).U8(6).U64(Start)).From());

        Assert.Equal(("2001:db8::1", "2001:db8::2"), (OnlyFlowStart.Client.ToString(), OnlyFlowStart.Server.ToString()));
    }

    [Fact]
    public void Template_with_both_address_families_reads_the_one_that_is_used()
    {
        (int, int)[] fields = [(8, 4), (12, 4), (27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (152, 8)];
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, fields).Set(256, set => set
            .Zeros(8).Address("2001:db8::1").Address("2001:db8::2").U16(50_000).U16(135).U8(6).U64(Start)
            .Address("10.0.0.1").Address("10.0.0.2").Zeros(32).U16(50_000).U16(135).U8(6).U64(Start)).From());

        Assert.Equal(["2001:db8::1", "10.0.0.1"], _decoder.Collected.FlowStarts.Select(start => start.Client.ToString()));
    }

    [Fact]
    public void Structured_data_is_skipped_safely()
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, [(293, 65_535), .. Layout.Flow])
                .Set(256, set => set.U8(5).U8(3).U16(256).U16(9).MapperFlow()).From());

        Assert.Equal(135, OnlyFlowStart.ServerPort);
    }

    [Fact]
    public void Records_without_transport_endpoints_are_counted_and_dropped()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, (56, 6), (80, 6)).Set(256, set => set.Zeros(24)).From());

        Assert.Equal(2, _decoder.Counters.Rejected(Hop.DataRecord, Rejection.NotATransportFlow));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Udp_and_irrelevant_ports_are_counted_and_dropped()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set
            .FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 135, Start, Start, protocol: 17)
            .FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 443, Start, Start)).From());

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.FlowRecord, Rejection.NotTcp));
        Assert.Equal(1, _decoder.Counters.Rejected(Hop.FlowRecord, Rejection.IrrelevantPorts));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(34, 0)]
    [InlineData(50, 0)]
    [InlineData(305, 306)]
    public void Sampling_interval_of_options_data_marks_the_flows_of_its_domain(int element, int spaceElement)
    {
        (int, int)[] fields = spaceElement == 0 ? [(element, 4)] : [(element, 4), (spaceElement, 4)];
        _decoder.Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(149, 4)], fields).Template(256, Layout.Flow)
            .Set(300, set =>
            {
                set.U32(1);
                if (spaceElement == 0) set.U32(100);
                else set.U32(1).U32(99);
            })
            .Set(256, set => set.MapperFlow()).From());

        Assert.Equal(100u, OnlyFlowStart.SamplingInterval);
        Assert.Equal(1, _decoder.OptionsRecords);
    }

    [Fact]
    public void Sampling_interval_of_a_netflow_v5_header_excludes_the_mode_bits()
    {
        _decoder.Decode(
            MessageBuilder.NetFlowV5(count: 1, sampling: 0x4000 | 1000).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000)
                .From());

        Assert.Equal(1000u, OnlyFlowStart.SamplingInterval);
    }

    [Fact]
    public void Sampling_interval_of_the_settings_overrides_what_the_exporter_states()
    {
        Assert.True(SamplingTable.TryParse(["192.0.2.0/24=512"], out var table, out _));
        _decoder.Catalog.Sampling = table!;
        _decoder.Decode(
            MessageBuilder.NetFlowV5(count: 1, sampling: 100).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000).From());

        Assert.Equal(512u, OnlyFlowStart.SamplingInterval);
        Assert.Equal(512u, Assert.Single(_decoder.Catalog.Exporters()).SamplingInterval);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1=0")]
    [InlineData("192.0.2.1=many")]
    [InlineData("router=100")]
    public void Malformed_sampling_interval_of_the_settings_is_named(string entry)
    {
        Assert.False(SamplingTable.TryParse(["192.0.2.1=10", entry], out _, out var wrong));

        Assert.Equal(entry, wrong);
    }

    [Fact]
    public void Options_scope_of_length_zero_is_read()
    {
        _decoder.Decode(
            MessageBuilder.NetFlowV9().OptionsTemplate(300, [(1, 0)], [(34, 4), (35, 1)]).Set(300, set => set.U32(10).U8(1).Zeros(3))
                .From());

        Assert.Equal(1, _decoder.OptionsRecords);
        Assert.Equal(10u, Assert.Single(Assert.Single(_decoder.Catalog.Exporters()).Domains).SamplingInterval);
    }
}
