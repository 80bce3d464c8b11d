namespace RpcCollector.WireFormat.Tests;

public sealed class NetflowV9Tests
{
    private const string Header = "0009 0003 0036ee80 5f2bb795 0000002a 00000100";
    private const string Template = "0100 0002 0008 0004 000c 0004";
    private const string OptionsTemplate = "0101 0004 0008 0001 0000 0022 0004 0023 0001";

    [Fact]
    public void Header_reads_field_by_field()
    {
        var header = new NetflowV9(Octets.Stream(Header)).Header;

        Assert.Equal((9, 3), (header.Version, header.NumRecords));
        Assert.Equal((3_600_000u, 0x5f2bb795u, 42u, 256u),
            (header.SystemUptimeMilliseconds, header.ExportSeconds, header.SequenceNumber, header.SourceId));
    }

    [Fact]
    public void Flow_sets_of_all_kinds_read_in_the_order_of_the_wire()
    {
        var message = new NetflowV9(Octets.Stream(Header,
            "0000 0010", Template, "0001 0018", OptionsTemplate, "0000", "0100 000c 0a000001 0a000002", "0005 0006 beef"));

        Assert.Equal([0, 1, 256, 5], message.FlowSets.Select(set => (int)set.FlowSetId));
        Assert.Single(Assert.IsType<NetflowV9.TemplateSet>(message.FlowSets[0].Body).Records);
        Assert.Single(Assert.IsType<NetflowV9.OptionsTemplateSet>(message.FlowSets[1].Body).Records);
        Assert.Equal(Octets.Of("0a000001 0a000002"), Assert.IsType<byte[]>(message.FlowSets[2].Body));
        Assert.Equal(Octets.Of("beef"), Assert.IsType<byte[]>(message.FlowSets[3].Body));
    }

    [Fact]
    public void Template_set_reads_alone()
    {
        var records = new NetflowV9.TemplateSet(Octets.Stream(Template, "0102 0001 0001 0008")).Records;

        Assert.Equal([256, 258], records.Select(record => (int)record.TemplateId));
        Assert.Equal([(8, 4), (12, 4)], records[0].Fields.Select(field => ((int)field.FieldType, (int)field.LenField)));
        Assert.Equal([(1, 8)], records[1].Fields.Select(field => ((int)field.FieldType, (int)field.LenField)));
    }

    [Fact]
    public void Field_types_above_32767_are_plain_numbers_without_an_enterprise() =>
        Assert.Equal(
            [57_590, 8],
            new NetflowV9.TemplateSet(
                Octets.Stream("0100 0002 e0f6 0002 0008 0004")).Records[0].Fields.Select(field => (int)field.FieldType));

    [Fact]
    public void Options_template_divides_scope_from_options_by_their_octets()
    {
        var record = new NetflowV9.OptionsTemplateSet(Octets.Stream(OptionsTemplate)).Records[0];

        var scope = Assert.Single(record.ScopeFields);
        Assert.Equal((NetflowV9.Scope.System, 0), (scope.ScopeType, scope.LenField));
        Assert.Equal([(34, 4), (35, 1)], record.OptionFields.Select(field => ((int)field.FieldType, (int)field.LenField)));
    }

    [Fact]
    public void Scope_type_that_the_standard_does_not_name_keeps_its_number() =>
        Assert.Equal(
            99, (int)new NetflowV9.OptionsTemplateSet(Octets.Stream("0101 0004 0000 0063 0004")).Records[0].ScopeFields[0].ScopeType);

    [Theory]
    [InlineData("00")]
    [InlineData("0000")]
    [InlineData("ffffff")]
    public void Padding_of_a_template_set_shorter_than_a_record_is_not_read(string padding) =>
        Assert.False(Assert.Single(new NetflowV9.TemplateSet(Octets.Stream(Template, padding)).Records).IsPadding);

    [Theory]
    [InlineData("00000000")]
    [InlineData("00000000 00000000 000000")]
    public void Zeros_behind_the_templates_read_as_one_record_of_padding(string padding) =>
        Assert.Equal([false, true], new NetflowV9.TemplateSet(Octets.Stream(Template, padding)).Records.Select(record => record.IsPadding));

    [Theory]
    [InlineData("0000", 1)]
    [InlineData("0000 0000 00", 1)]
    [InlineData("0000 0000 0000 0000", 2)]
    public void Options_templates_are_padded_likewise(string padding, int records) =>
        Assert.Equal(records, new NetflowV9.OptionsTemplateSet(Octets.Stream(OptionsTemplate, padding)).Records.Count);

    [Fact]
    public void Template_set_without_content_has_no_list_of_records()
    {
        Assert.Null(new NetflowV9.TemplateSet(Octets.Stream("0000")).Records);
        Assert.Null(new NetflowV9.OptionsTemplateSet(Octets.Stream("0000 0000")).Records);
    }

    [Fact]
    public void Template_that_ends_beyond_its_set_throws() =>
        Assert.Throws<EndOfStreamException>(() => new NetflowV9.TemplateSet(Octets.Stream("0100 0003 0008 0004 000c 0004")));

    [Fact]
    public void Zero_fill_ends_the_message()
    {
        var message = new NetflowV9(Octets.Stream(Header, "0100 0008 0a000001", "0000 0000 0000 0000 0000 00"));

        Assert.Equal([false, true], message.FlowSets.Select(set => set.IsFill));
        Assert.Null(message.FlowSets[1].Body);
    }

    [Fact]
    public void Fewer_than_four_octets_behind_the_last_flow_set_are_not_read() =>
        Assert.Single(new NetflowV9(Octets.Stream(Header, "0100 0008 0a000001", "000000")).FlowSets);

    [Fact]
    public void Header_alone_is_a_message_without_flow_sets() =>
        Assert.Null(new NetflowV9(Octets.Stream(Header)).FlowSets);

    [Theory]
    [InlineData("0100 0003 0a000001")]
    [InlineData("0000 0003 0a000001")]
    [InlineData("0100 0000 0a000001")]
    public void Flow_set_shorter_than_its_header_is_refused(string flowSet) =>
        Assert.Throws<ValidationExprError>(() => new NetflowV9(Octets.Stream(Header, flowSet)));

    [Fact]
    public void Flow_set_longer_than_its_datagram_throws() =>
        Assert.Throws<EndOfStreamException>(() => new NetflowV9(Octets.Stream(Header, "0100 0009 0a000001")));
}
