namespace RpcCollector.Flows.Tests.Forged;

/// <summary>A Template that somebody else states in an exporter's name; and one that the exporter itself changes.</summary>
public sealed class ForgedTemplateTests
{
    private const long Second = 1_000;

    private readonly DecoderUnderTest _decoder = new();
    private long _now;

    private int Flows => _decoder.Collected.FlowStarts.Count;

    private Exporters.ContestedStatus Contested => Assert.Single(_decoder.Catalog.Exporters()).Contested;

    [Fact]
    public void Data_of_the_exporter_is_read_as_before()
    {
        Template(Layout.Flow);
        Template([(8, 4), (12, 4), (95, 40)]);
        Data();

        Assert.Equal(1, Flows);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.TemplateContested));
        Assert.Equal((1, true, 1L), (Contested.Templates, Contested.IsNow, Contested.TemplateTimes));
        var template = Assert.Single(_decoder.Catalog.Templates());
        Assert.Equal((Layout.Flow.Length, 3), (template.Fields.Count, Assert.Single(template.Rivals).Fields.Count));
    }

    [Fact]
    public void Forged_template_that_came_first_does_not_keep_data_from_being_read()
    {
        Template([(8, 4), (12, 4), (95, 40)]);
        Template(Layout.Flow);
        Data();

        Assert.Equal(1, Flows);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.ReadByContestedTemplate));
    }

    [Fact]
    public void Forged_layout_that_the_data_refute_is_dropped_soon()
    {
        Template(Layout.Flow);
        Template([(8, 4), (12, 4), (95, 40)]);
        for (var i = 0; i < 8; i++) Data();

        Assert.False(Contested.IsNow);
        Assert.Empty(Assert.Single(_decoder.Catalog.Templates()).Rivals);
        Assert.Equal(8, Flows);
    }

    [Fact]
    public void Forged_layout_that_fits_the_data_as_well_is_dropped_when_the_exporter_repeats_its_own()
    {
        Template(Layout.Flow);
        Template([(12, 4), (8, 4), .. Layout.Flow[2..]]);
        Data();
        Assert.True(Contested.IsNow);
        for (var i = 0; i < 3; i++, _now += 60 * Second) Template(Layout.Flow);
        Data();

        Assert.False(Contested.IsNow);
        Assert.All(_decoder.Collected.FlowStarts, start => Assert.Equal("10.0.0.1", start.Client.ToString()));
    }

    [Fact]
    public void Forged_layout_is_dropped_in_time_when_nothing_is_sent()
    {
        Template(Layout.Flow);
        Template([(8, 4)]);
        _decoder.Catalog.SettleContests(MessageBuilder.ExportMilliseconds + (1_801 * Second));

        Assert.False(Contested.IsNow);
    }

    [Fact]
    public void New_layout_whose_data_come_becomes_the_one_that_stands()
    {
        (int, int)[] changed = [(95, 4), .. Layout.Flow];
        Template(Layout.Flow);
        Data();
        Template(changed);
        for (var i = 0; i < 20; i++, _now += Second) Send(Ipfix().Set(256, set => set.U32(7).MapperFlow()));

        Assert.Equal(21, Flows);
        Assert.Equal(changed.Length, Assert.Single(_decoder.Catalog.Templates()).Fields.Count);
        Assert.False(Contested.IsNow);
    }

    [Fact]
    public void New_layout_that_fits_as_well_is_believed_when_only_it_is_repeated()
    {
        (int, int)[] changed = [(12, 4), (8, 4), .. Layout.Flow[2..]];
        for (var i = 0; i < 3; i++, _now += 60 * Second) Template(Layout.Flow);
        for (var i = 0; i < 3; i++, _now += 60 * Second)
        {
            Template(changed);
            Send(Ipfix().Set(256, set => set.FlowRecord(
                "10.0.0.2", 50_000, "10.0.0.1", 135, MessageBuilder.ExportMilliseconds - 5000, MessageBuilder.ExportMilliseconds - 4000)));
        }

        // Until the third statement it is read by the former layout.
        Assert.Equal(["10.0.0.2", "10.0.0.2", "10.0.0.1"], _decoder.Collected.FlowStarts.Select(start => start.Client.ToString()));
    }

    [Fact]
    public void Two_processes_behind_one_address_are_both_read_for_as_long_as_they_like()
    {
        (int, int)[] other = [(95, 4), .. Layout.Flow];
        for (var i = 0; i < 200; i++, _now += 5 * Second)
        {
            if (i % 12 == 0) Template(Layout.Flow);
            if (i % 12 == 6) Template(other);
            Data();
            if (i > 6) Send(Ipfix().Set(256, set => set.U32(7).MapperFlow()));
        }

        Assert.Equal(200 + 193, Flows);
        Assert.All(_decoder.Collected.FlowStarts, start => Assert.Equal(135, start.ServerPort));
        Assert.True(Contested.IsNow);
    }

    [Fact]
    public void Flood_of_forged_layouts_pushes_neither_the_exporters_nor_a_new_one_that_data_came_by()
    {
        (int, int)[] changed = [(95, 4), .. Layout.Flow];
        Template(Layout.Flow);
        Template(changed);
        Send(Ipfix().Set(256, set => set.U32(7).MapperFlow()));
        for (var i = 1; i < 500; i++, _now += 10)
        {
            Template([(8, 4), (95, i)]);
            Send(Ipfix().Set(256, set => set.U32(7).MapperFlow()));
            Data();
        }

        Assert.Equal(1 + (2 * 499), Flows);
        Assert.InRange(Assert.Single(_decoder.Catalog.Templates()).Rivals.Count, 1, 3);
    }

    [Fact]
    public void Options_template_does_not_take_the_place_of_a_template()
    {
        Template(Layout.Flow);
        Send(Ipfix().OptionsTemplate(256, [(149, 4)], [(34, 4)]));
        Data();

        Assert.Equal((1, 0L), (Flows, _decoder.OptionsRecords));
    }

    [Fact]
    public void Data_in_one_datagram_with_its_template_is_read_by_it()
    {
        Template(Layout.Flow);
        Send(Ipfix().Template(256, [(12, 4), (8, 4), .. Layout.Flow[2..]]).Set(256, set => set.MapperFlow()));

        Assert.Equal("10.0.0.2", Assert.Single(_decoder.Collected.FlowStarts).Client.ToString());
    }

    [Fact]
    public void Over_tcp_a_changed_template_takes_over_at_once()
    {
        foreach (var layout in ((int, int)[][])[Layout.Flow, [(12, 4), (8, 4), .. Layout.Flow[2..]]])
            Send(Ipfix().Template(256, layout), isOverTcp: true);
        Send(Ipfix().Set(256, set => set.MapperFlow()), isOverTcp: true);

        Assert.Equal("10.0.0.2", Assert.Single(_decoder.Collected.FlowStarts).Client.ToString());
        Assert.False(Contested.IsNow);
    }

    [Fact]
    public void Layouts_that_are_held_survive_a_restart()
    {
        Template(Layout.Flow);
        Template([(95, 4), .. Layout.Flow]);
        var after = SavedExportersTests.Restarted(_decoder);
        after.Decode(Ipfix().Set(256, set => set.MapperFlow()).From());
        after.Decode(Ipfix().Set(256, set => set.U32(7).MapperFlow()).From());

        Assert.Equal([135, 135], after.Collected.FlowStarts.Select(start => (int)start.ServerPort));
        Assert.Equal(1, Assert.Single(after.Catalog.Exporters()).Contested.Templates);
    }

    [Fact]
    public void Layouts_that_are_held_are_forgotten_with_the_one_that_stands()
    {
        Template(Layout.Flow);
        Template([(8, 4)]);
        Assert.Equal(1, _decoder.Catalog.ForgetTemplatesUnusedSince(long.MaxValue));

        Assert.Equal((0, 0), (_decoder.Catalog.NumTemplates, Contested.Templates));
    }

    private MessageBuilder Ipfix() => MessageBuilder.Ipfix(exportSeconds: MessageBuilder.ExportSeconds + (uint)(_now / 1000));

    private void Template((int, int)[] fields) => Send(Ipfix().Template(256, fields));

    private void Data() => Send(Ipfix().Set(256, set => set.MapperFlow()));

    private void Send(MessageBuilder message, bool isOverTcp = false)
    {
        var datagram = message.From();
        _decoder.Decode(datagram with
        {
            ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + _now,
            Session = datagram.Session with { IsOverTcp = isOverTcp },
        });
    }
}
