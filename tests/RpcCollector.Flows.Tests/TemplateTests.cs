namespace RpcCollector.Flows.Tests;

public sealed class TemplateTests
{
    private readonly DecoderUnderTest _decoder = new();

    private static MessageBuilder WithData => MessageBuilder.Ipfix().Set(256, set => set.MapperFlow());

    [Fact]
    public void Template_whose_records_could_have_length_zero_is_refused()
    {
        _decoder.Decode(MessageBuilder.NetFlowV9().Template(256, (8, 0), (12, 0)).Set(256, set => set.Zeros(64)).From());

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.ZeroLengthRecord));
        Assert.Equal(1, _decoder.SetsWithoutTemplate());
    }

    [Fact]
    public void Template_that_ends_beyond_its_set_is_refused_and_those_before_it_are_kept()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Set(2, set =>
        {
            set.U16(256).U16(1).U16(8).U16(4);
            set.U16(257).U16(9).U16(8).U16(4);
        }).From());

        Assert.Equal(256, Assert.Single(_decoder.Catalog.Templates()).TemplateId);
        Assert.Equal(1, _decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.MalformedTemplate));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Template_id_below_256_is_refused()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(255, (8, 4)).From());

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.MalformedTemplate));
    }

    [Fact]
    public void Template_with_too_many_fields_is_refused()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxFieldsPerTemplate = 3 });

        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4), (7, 2), (11, 2)).From());

        Assert.Equal(1, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TooManyFields));
    }

    [Fact]
    public void Templates_beyond_the_bound_are_refused_and_known_ones_may_still_change()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 2 });
        decoder.Decode(
            MessageBuilder.Ipfix().Template(256, (8, 4)).Template(257, (8, 4)).Template(258, (8, 4)).Template(256, (12, 4)).From());

        Assert.Equal(1, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TooManyTemplates));
        Assert.Equal(1, decoder.Counters.Noted(Irregularity.TemplateChanged));
        Assert.Equal(2, decoder.Catalog.NumTemplates);
    }

    [Fact]
    public void Templates_beyond_the_bound_of_all_exporters_are_refused()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplates = 2 });
        foreach (var exporter in (string[])["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"])
            decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From(exporter));

        Assert.Equal(1, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TooManyTemplates));
        Assert.Equal(2, decoder.Catalog.NumTemplates);
    }

    [Fact]
    public void Templates_left_behind_by_a_changing_port_make_room_for_new_ones()
    {
        const long Hour = 3_600_000;
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 4 });
        for (ushort port = 40_000; port < 40_010; port++)
        {
            var datagram = MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4)).From(port: port);
            decoder.Decode(datagram with { ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + ((port - 40_000) * Hour) });
        }

        Assert.Equal(0, decoder.Counters.Rejected(Hop.TemplateRecord));
        Assert.InRange(decoder.Catalog.NumTemplates, 1, 4);
    }

    [Fact]
    public void Changed_template_takes_over_at_once()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow()).From());
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [(95, 4), .. Layout.Flow]).Set(256, set => set.U32(7).MapperFlow()).From());

        Assert.Equal(2, _decoder.Collected.FlowStarts.Count);
        Assert.All(
            _decoder.Collected.FlowStarts, start =>
            Assert.Equal(("10.0.0.1", 50_000, 135), (start.Client.ToString(), start.ClientPort, start.ServerPort)));
    }

    [Fact]
    public void Withdrawal_over_udp_is_ignored()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());
        _decoder.Decode(MessageBuilder.Ipfix().Set(2, set => set.U16(256).U16(0)).From());
        _decoder.Decode(WithData.From());

        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.WithdrawalIgnored));
        Assert.Equal(1, _decoder.DataRecords);
    }

    [Fact]
    public void Template_of_one_exporter_does_not_read_the_records_of_another()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.1"));
        _decoder.Decode(WithData.From("192.0.2.2"));

        Assert.Equal(1, _decoder.SetsWithoutTemplate());
    }

    [Fact]
    public void Template_of_one_domain_does_not_read_the_records_of_another()
    {
        _decoder.Decode(MessageBuilder.Ipfix(domain: 1).Template(256, Layout.Flow).From());
        _decoder.Decode(MessageBuilder.Ipfix(domain: 2).Set(256, set => set.MapperFlow()).From());

        Assert.Equal(1, _decoder.SetsWithoutTemplate());
    }

    [Fact]
    public void Exporter_that_changed_its_port_is_read_when_one_layout_is_known()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From(port: 40_000));
        _decoder.Decode(WithData.From(port: 40_001));
        _decoder.Decode(WithData.From(port: 40_001));

        Assert.Equal(2, _decoder.DataRecords);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.TemplateFromOtherSession));
    }

    [Fact]
    public void Exporter_that_changed_its_port_is_not_guessed_at_when_two_layouts_are_known()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From(port: 40_000));
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [(95, 4), .. Layout.Flow]).From(port: 40_001));
        _decoder.Decode(WithData.From(port: 40_002));

        Assert.Equal(0, _decoder.DataRecords);
        Assert.Equal(1, _decoder.SetsWithoutTemplate());
    }

    [Fact]
    public void Catalog_names_the_elements_of_a_template()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Set(2, set =>
        {
            set.U16(300).U16(5).U16(8).U16(4).U16(152).U16(8).U16(0x8000 | 1).U16(8).U32(29_305).U16(0x8000 | 45).U16(65_535).U32(6871)
                .U16(30_000).U16(2);
        }).From());

        var template = Assert.Single(_decoder.Catalog.Templates());
        Assert.Equal(
            ["sourceIPv4Address", "flowStartMilliseconds", "reverseOctetDeltaCount", "enterprise6871Element45", "element30000"],
            template.Fields.Select(field => field.Name));
    }
}
