using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests.Forged;

/// <summary>What layouts take that are held beside those that stand, and what they cost.</summary>
public sealed class ContestRoomTests
{
    private const long Begin = MessageBuilder.ExportMilliseconds;
    private const string Honest = "198.51.100.1";

    private static readonly (int, int)[] Changed = [(95, 4), .. Layout.Flow];

    [Fact]
    public void Flood_of_forged_layouts_takes_no_more_than_templates_may_and_one_for_each()
    {
        var options = new FlowOptions { MaxTemplatesPerExporter = 100 };
        var decoder = new DecoderUnderTest(options);
        for (var length = 1; length <= 200; length++) Send(decoder, Templates(80, length));

        Assert.Equal(80, decoder.Catalog.NumTemplates);
        Assert.InRange(decoder.Catalog.NumRivals, 80, options.MaxTemplatesPerExporter);
        Assert.Equal(decoder.Catalog.NumRivals, decoder.Catalog.Templates().Sum(template => template.Rivals.Count));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Forged_layouts_take_no_room_from_new_templates()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 100, MaxTemplates = 100 });
        for (var length = 1; length <= 20; length++) Send(decoder, Templates(40, length));
        Send(decoder, MessageBuilder.Ipfix().Template(999, Layout.Flow).Set(999, set => set.MapperFlow()));

        Assert.Equal(41, decoder.Catalog.NumTemplates);
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Exporter_that_has_as_many_templates_as_it_may_can_still_change_one()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 10 });
        Send(decoder, Templates(10, 4));
        for (var length = 10; length < 20; length++) Send(decoder, Templates(10, length));
        Send(decoder, MessageBuilder.Ipfix().Template(256, Changed));
        Send(decoder, MessageBuilder.Ipfix().Set(256, set => set.U32(7).MapperFlow()));

        Assert.Single(decoder.Collected.FlowStarts);
        Assert.Equal((10, 10), (decoder.Catalog.NumTemplates, decoder.Catalog.NumRivals));
    }

    [Fact]
    public void Layout_that_is_held_costs_only_a_comparison_when_it_is_stated_again_in_whatever_set()
    {
        // Each Set is another one, so none is known as a whole.
        var decoder = new DecoderUnderTest();
        Send(decoder, MessageBuilder.Ipfix().Template(256, Layout.Flow));
        Send(decoder, MessageBuilder.Ipfix().Template(256, Changed));
        for (var i = 0; i < 100; i++) Send(decoder, MessageBuilder.Ipfix().Set(2, set => Two(set, (i % 2) == 0, 300 + i)));

        // One more layout than those two: that of all the others.
        Assert.Equal(3, decoder.Decoder.ParsedTemplateRecords);
        Assert.Equal(1, decoder.Counters.Noted(Irregularity.TemplateContested));
        Assert.Equal(1, decoder.Catalog.NumRivals);
    }

    [Fact]
    public void Layout_of_the_same_datagram_is_read_by_even_if_its_set_was_not_known_as_a_whole()
    {
        var decoder = new DecoderUnderTest();
        Send(decoder, MessageBuilder.Ipfix().Template(256, Layout.Flow));
        (int, int)[] swapped = [(12, 4), (8, 4), .. Layout.Flow[2..]];
        Send(decoder, MessageBuilder.Ipfix().Template(256, swapped));
        Send(decoder, MessageBuilder.Ipfix().Template(300, (8, 4)).Template(256, swapped).Set(256, set => set.MapperFlow()));

        Assert.Equal("10.0.0.2", Assert.Single(decoder.Collected.FlowStarts).Client.ToString());
    }

    [Fact]
    public void Flood_of_forged_layouts_for_one_id_is_read_only_as_far_as_its_network_may()
    {
        var decoder = new DecoderUnderTest();
        Send(decoder, MessageBuilder.Ipfix().Template(256, Layout.Flow));
        for (var i = 0; i < 40; i++)
        {
            var first = i * 5000;
            Send(decoder, MessageBuilder.Ipfix().Set(2, set =>
            {
                for (var number = first; number < first + 5000; number++)
                    set.U16(256).U16(2).U16(1 + (number & 0x3FFF)).U16(1 + (number >> 14)).U16(8).U16(4);
            }));
        }

        Assert.InRange(decoder.Decoder.ParsedTemplateRecords, 1000, 20_000);
        Assert.NotEqual(0, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TemplatesTooFast));
        Assert.InRange(decoder.Catalog.NumRivals, 1, 3);
        Send(decoder, MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()));
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Exporter_that_makes_room_leaves_no_layouts_behind()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxExporters = 64 });
        for (var i = 0; i < 500; i++)
        {
            foreach (var length in (int[])[4, 5, 6]) Send(decoder, Templates(2, length), $"203.0.{i / 200}.{1 + (i % 200)}");
        }

        var left = decoder.Catalog.Exporters();
        Assert.Equal(64, left.Count);
        Assert.Equal(left.Sum(exporter => exporter.Contested.Templates), decoder.Catalog.NumTemplates);
        Assert.Equal(2 * decoder.Catalog.NumTemplates, decoder.Catalog.NumRivals);
    }

    [Fact]
    public void Whatever_ends_a_template_ends_what_was_held_beside_it()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 10 });
        foreach (var length in (int[])[4, 5]) Send(decoder, Templates(10, length));

        // Those that were never used make room.
        Send(decoder, MessageBuilder.Ipfix().Template(999, Layout.Flow), now: 31_000);
        Assert.Equal((1, 0, 0), (decoder.Catalog.NumTemplates, decoder.Catalog.NumRivals, Contested(decoder)));

        // A contest that is over, and one that a new layout has won, leave no more than there is.
        Send(decoder, MessageBuilder.Ipfix().Template(999, Changed), now: 32_000);
        for (var now = 33_000; now < 53_000; now += 1000)
            Send(decoder, MessageBuilder.Ipfix().Set(999, set => set.U32(7).MapperFlow()), now: now);
        Assert.Equal(Changed.Length, Assert.Single(decoder.Catalog.Templates()).Fields.Count);
        Assert.Equal((1, 0, 0), (decoder.Catalog.NumTemplates, decoder.Catalog.NumRivals, Contested(decoder)));
    }

    [Fact]
    public void Template_whose_rival_is_in_use_is_not_one_that_was_never_used()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 2 });
        Send(decoder, MessageBuilder.Ipfix().Template(256, (8, 4), (95, 40)).Template(257, (8, 4)));
        Send(decoder, MessageBuilder.Ipfix().Template(256, Layout.Flow));
        Send(decoder, MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()));
        Send(decoder, MessageBuilder.Ipfix().Template(258, (8, 4)), now: 31_000);
        Send(decoder, MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()), now: 32_000);

        Assert.Equal(2, decoder.Collected.FlowStarts.Count);
        Assert.Equal([256, 258], decoder.Catalog.Templates().Select(template => (int)template.TemplateId));
    }

    private static int Contested(DecoderUnderTest decoder) => decoder.Catalog.Exporters().Sum(exporter => exporter.Contested.Templates);

    private static MessageBuilder Templates(int count, int length)
    {
        var message = MessageBuilder.Ipfix();
        for (var i = 0; i < count; i++) message.Template(256 + i, (8, 4), (95, length));
        return message;
    }

    private static void Two(MessageBuilder set, bool isChanged, int other)
    {
        var layout = isChanged ? Changed : Layout.Flow;
        set.U16(256).U16(layout.Length);
        foreach (var (element, length) in layout) set.U16(element).U16(length);
        set.U16(other).U16(1).U16(8).U16(4);
    }

    private static void Send(DecoderUnderTest decoder, MessageBuilder message, string exporter = Honest, long now = 0) =>
        decoder.Decode(message.From(exporter) with { ArrivalUnixMilliseconds = Begin + now });
}
