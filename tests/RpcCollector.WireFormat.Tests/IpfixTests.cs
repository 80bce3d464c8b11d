namespace RpcCollector.WireFormat.Tests;

public sealed class IpfixTests
{
    private const string Template = "0100 0003 0008 0004 8001 ffff 00001ad7 000c 0004";
    private const string OptionsTemplate = "0101 0003 0001 0095 0004 0022 0004 8023 0001 00001ad7";

    [Fact]
    public void Header_reads_field_by_field()
    {
        var header = new Ipfix(Octets.Stream(Message(""))).Header;

        Assert.Equal((10, 16), (header.Version, header.LenMessage));
        Assert.Equal((0x5f2bb795u, 42u, 256u), (header.ExportSeconds, header.SequenceNumber, header.ObservationDomainId));
    }

    [Fact]
    public void Sets_of_all_kinds_read_in_the_order_of_the_wire()
    {
        var message = new Ipfix(Octets.Stream(Message(
            "0002 0018", Template, "0003 001a", OptionsTemplate, "0100 000c 0a000001 0a000002", "0005 0006 beef")));

        Assert.Equal([2, 3, 256, 5], message.Sets.Select(set => (int)set.SetId));
        Assert.Single(Assert.IsType<Ipfix.TemplateSet>(message.Sets[0].Body).Records);
        Assert.Single(Assert.IsType<Ipfix.OptionsTemplateSet>(message.Sets[1].Body).Records);
        Assert.Equal(Octets.Of("0a000001 0a000002"), Assert.IsType<byte[]>(message.Sets[2].Body));
        Assert.Equal(Octets.Of("beef"), Assert.IsType<byte[]>(message.Sets[3].Body));
    }

    [Fact]
    public void Enterprise_bit_brings_an_enterprise_number_and_is_no_part_of_the_element_id()
    {
        var fields = new Ipfix.TemplateSet(Octets.Stream(Template)).Records[0].Fields;

        Assert.Equal([(8ul, false, null), (1ul, true, 6871u), (12ul, false, null)],
            fields.Select(field => (field.InformationElementId, field.IsEnterprise, field.EnterpriseNumber)));
        Assert.Equal([false, true, false], fields.Select(field => field.IsVariableLength));
    }

    [Fact]
    public void Options_template_divides_scope_from_options_by_the_scope_field_count()
    {
        var record = new Ipfix.OptionsTemplateSet(Octets.Stream(OptionsTemplate)).Records[0];

        Assert.Equal((3, (ushort?)1), (record.NumFields, record.NumScopeFields));
        Assert.Equal([149ul], record.ScopeFields.Select(field => field.InformationElementId));
        Assert.Equal(
            [(34ul, null), (35ul, 6871u)], record.OptionFields.Select(field => (field.InformationElementId, field.EnterpriseNumber)));
    }

    [Fact]
    public void Withdrawals_are_four_octets_in_both_kinds_of_template_sets()
    {
        var templates = new Ipfix.TemplateSet(Octets.Stream("0100 0000", Template, "0002 0000")).Records;
        Assert.Equal([(256, true), (256, false), (2, true)], templates.Select(record => ((int)record.TemplateId, record.IsWithdrawal)));
        Assert.Empty(templates[0].Fields);

        var options = new Ipfix.OptionsTemplateSet(Octets.Stream("0101 0000", OptionsTemplate, "0003 0000")).Records;
        Assert.Equal([(257, true), (257, false), (3, true)], options.Select(record => ((int)record.TemplateId, record.IsWithdrawal)));
        Assert.Null(options[0].NumScopeFields);
        Assert.Empty(options[0].ScopeFields);
        Assert.Empty(options[0].OptionFields);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0000")]
    [InlineData("ffffff")]
    public void Padding_of_a_template_set_shorter_than_a_record_is_not_read(string padding)
    {
        Assert.False(Assert.Single(new Ipfix.TemplateSet(Octets.Stream(Template, padding)).Records).IsPadding);
        Assert.False(Assert.Single(new Ipfix.OptionsTemplateSet(Octets.Stream(OptionsTemplate, padding)).Records).IsPadding);
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("00000000 00000000 000000")]
    public void Zeros_behind_the_templates_read_as_one_record_of_padding_and_not_as_a_withdrawal(string padding)
    {
        var templates = new Ipfix.TemplateSet(Octets.Stream(Template, padding)).Records;
        Assert.Equal([(false, false), (true, false)], templates.Select(record => (record.IsPadding, record.IsWithdrawal)));

        var options = new Ipfix.OptionsTemplateSet(Octets.Stream(OptionsTemplate, padding)).Records;
        Assert.Equal([(false, false), (true, false)], options.Select(record => (record.IsPadding, record.IsWithdrawal)));
    }

    [Fact]
    public void Template_set_without_content_has_no_list_of_records()
    {
        Assert.Null(new Ipfix.TemplateSet(Octets.Stream("000000")).Records);
        Assert.Null(new Ipfix.OptionsTemplateSet(Octets.Stream("")).Records);
    }

    [Fact]
    public void Template_that_ends_beyond_its_set_throws()
    {
        Assert.Throws<EndOfStreamException>(() => new Ipfix.TemplateSet(Octets.Stream("0100 0002 0008 0004 8001 0004")));
        Assert.Throws<EndOfStreamException>(() => new Ipfix.OptionsTemplateSet(Octets.Stream("0101 0002 0001 0095 0004")));
    }

    [Fact]
    public void Scope_field_count_above_the_field_count_leaves_no_options()
    {
        var record = new Ipfix.OptionsTemplateSet(Octets.Stream("0101 0001 0002 0095 0004 0022 0004")).Records[0];

        Assert.Equal(2, record.ScopeFields.Count);
        Assert.Empty(record.OptionFields);
    }

    [Fact]
    public void Message_ends_where_its_header_says_and_not_where_the_datagram_does() =>
        Assert.Single(new Ipfix(Octets.Stream(Message("0100 0008 0a000001"), "0100 0008 0a000002")).Sets);

    [Fact]
    public void Zero_fill_ends_the_message()
    {
        var message = new Ipfix(Octets.Stream(Message("0100 0008 0a000001", "0000 0000 0000 0000 0000 00")));

        Assert.Equal([false, true], message.Sets.Select(set => set.IsFill));
        Assert.Null(message.Sets[1].Body);
    }

    [Fact]
    public void Header_alone_is_a_message_without_sets() =>
        Assert.Null(new Ipfix(Octets.Stream(Message(""))).Sets);

    [Fact]
    public void Message_longer_than_its_datagram_throws() =>
        Assert.Throws<EndOfStreamException>(() => new Ipfix(Octets.Stream("000a 0018 5f2bb795 0000002a 00000100", "0100")));

    [Fact]
    public void Message_shorter_than_its_header_is_refused() =>
        Assert.Throws<ValidationLessThanError>(() => new Ipfix(Octets.Stream("000a 000f 5f2bb795 0000002a 00000100")));

    [Theory]
    [InlineData("0100 0003 0a000001")]
    [InlineData("0000 0003 0a000001")]
    [InlineData("0100 0000 0a000001")]
    public void Set_shorter_than_its_header_is_refused(string set) =>
        Assert.Throws<ValidationExprError>(() => new Ipfix(Octets.Stream(Message(set))));

    [Fact]
    public void Set_longer_than_its_datagram_throws() =>
        Assert.Throws<EndOfStreamException>(() => new Ipfix(Octets.Stream(Message("0100 0009 0a000001"))));

    private static string Message(params string[] sets)
    {
        var content = Convert.ToHexString(Octets.Of(sets));
        return $"000a {16 + (content.Length / 2):x4} 5f2bb795 0000002a 00000100 {content}";
    }
}
