using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class SavedExportersTests
{
    private const long Now = MessageBuilder.ExportMilliseconds;

    private static MessageBuilder V9 => MessageBuilder.NetFlowV9(sysUpTime: 100_500);

    [Fact]
    public void Data_is_decoded_at_once_with_templates_of_the_previous_process()
    {
        var before = new DecoderUnderTest();
        before.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());

        var after = Restarted(before);
        after.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From());

        Assert.Single(after.Collected.FlowStarts);
        Assert.Equal((0, 0), (after.Decoder.WaitingSets, after.Counters.Noted(Irregularity.DecodedAfterWaiting)));
        Assert.Equal(before.Catalog.Templates().Single().Fields, after.Catalog.Templates().Single().Fields);
    }

    [Fact]
    public void Boot_clock_goes_on_so_that_flow_times_do_not_move()
    {
        (int, int)[] fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4)];
        var data = MessageBuilder.NetFlowV9(sysUpTime: 101_900, exportSeconds: MessageBuilder.ExportSeconds + 1)
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(99_000).U32(99_500)).From();
        var uninterrupted = new DecoderUnderTest();
        uninterrupted.Decode(V9.Template(256, fields).From());
        var after = Restarted(uninterrupted);

        uninterrupted.Decode(data);
        after.Decode(data);

        Assert.Equal(
            uninterrupted.Collected.FlowStarts.Single().StartUnixMilliseconds, after.Collected.FlowStarts.Single().StartUnixMilliseconds);
        Assert.Equal(0, after.Counters.Noted(Irregularity.ExporterRestarted));
    }

    [Fact]
    public void Exporter_that_restarted_while_the_collector_was_down_is_noticed()
    {
        var before = new DecoderUnderTest();
        before.Decode(V9.Template(256, Layout.Flow).From());

        var after = Restarted(before);
        after.Decode(MessageBuilder.NetFlowV9(sysUpTime: 1_000, exportSeconds: MessageBuilder.ExportSeconds + 60).From());

        Assert.Equal(1, after.Counters.Noted(Irregularity.ExporterRestarted));
    }

    [Fact]
    public void Sampling_is_known_before_options_data_comes_again()
    {
        var before = new DecoderUnderTest();
        before.Decode(
            MessageBuilder.Ipfix().Template(256, Layout.Flow).OptionsTemplate(257, [(149, 4)], [(34, 4)])
                .Set(257, set => set.U32(1).U32(100)).From());

        var after = Restarted(before);
        after.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From());

        Assert.Equal(100u, Assert.Single(after.Collected.FlowStarts).SamplingInterval);
    }

    [Fact]
    public void Bounds_apply_to_what_is_loaded()
    {
        var before = new DecoderUnderTest();
        for (var i = 0; i < 20; i++)
        {
            for (var id = 256; id < 266; id++)
                before.Decode(MessageBuilder.Ipfix((uint)id).Template(id, Layout.Flow).From($"192.0.2.{i}", (ushort)(40_000 + id)));
        }

        var after =
            Restarted(
                before, new FlowOptions
                {
                    MaxExporters = 5,
                    MaxTemplatesPerExporter = 3,
                    MaxDomainsPerExporter = 2,
                    MaxSessionsPerExporter = 2,
                });

        Assert.Equal(5, after.Catalog.Exporters().Count);
        Assert.All(after.Catalog.Exporters(), exporter => Assert.Equal(2, exporter.Domains.Count));
        Assert.Equal(15, after.Catalog.NumTemplates);
    }

    [Fact]
    public void Exporter_that_is_no_longer_allowed_is_not_loaded()
    {
        var before = new DecoderUnderTest();
        before.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.66"));
        before.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.1"));
        var after = new DecoderUnderTest();
        Assert.True(AddressFilter.TryParse(["192.0.2.1"], out var filter, out _));
        after.Catalog.Allowed = filter!;

        Load(before, after, new FlowOptions(), Now);

        Assert.Equal("192.0.2.1", Assert.Single(after.Catalog.Exporters()).Address.ToString());
    }

    [Fact]
    public void Exporter_silent_for_longer_than_templates_live_is_not_loaded()
    {
        var before = new DecoderUnderTest();
        before.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());
        var after = new DecoderUnderTest();

        Load(before, after, new FlowOptions { TemplateLifetime = TimeSpan.FromHours(1) }, Now + 3_600_001);

        Assert.Empty(after.Catalog.Exporters());
    }

    [Fact]
    public void Template_of_a_tcp_connection_is_not_saved_for_the_next_process()
    {
        var before = new DecoderUnderTest();
        var tcp = MessageBuilder.Ipfix().Template(256, Layout.Flow).From();
        before.Decode(tcp with { Session = tcp.Session with { IsOverTcp = true } });

        Assert.Empty(Restarted(before).Catalog.Templates());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"address\":\"router\"}")]
    [InlineData("{\"address\":\"192.0.2.1\",\"templates\":[{\"id\":256,\"fields\":[1,2]}]}")]
    public void Damaged_content_is_refused_as_a_whole(string content)
    {
        var decoder = new DecoderUnderTest();

        Assert.Throws<InvalidDataException>(() => decoder.Catalog.Restore(content, new FlowOptions(), Now, Now));

        Assert.Empty(decoder.Catalog.Exporters());
    }

    [Fact]
    public void Every_cut_of_a_saved_exporter_is_refused()
    {
        var before = new DecoderUnderTest();
        before.Decode(V9.Template(256, Layout.Flow).From());
        var saved = Assert.Single(Saved(before));

        for (var length = 0; length < saved.Length; length++)
            Assert.Throws<InvalidDataException>(() => new DecoderUnderTest().Catalog.Restore(saved[..length], new FlowOptions(), Now, Now));
    }

    [Fact]
    public void Exporter_is_saved_as_the_form_of_former_versions_has_it()
    {
        var before = new DecoderUnderTest();
        before.Decode(
            MessageBuilder.Ipfix(domain: uint.MaxValue).Set(2, set => set.U16(300).U16(1).U16(0x8102).U16(4).U32(uint.MaxValue))
                .From(port: 65_535));

        // What is 0, false or absent is left out; a field is its element, length, enterprise number, and 1 for a Scope field.
        var session = $"'exporter_port':65535,'collector_port':2055,'version':10,'domain':{uint.MaxValue}";
        var form = $"{{'address':'192.0.2.1','first_seen':{Now},'domains':[{{'version':10,'id':{uint.MaxValue},'last_seen':{Now}}}],"
            + $"'sessions':[{{{session},'last_seen':{Now}}}],"
            + $"'templates':[{{{session},'id':300,'first_received':{Now},'last_received':{Now},'fields':[258,4,{uint.MaxValue},0]}}]}}";
        Assert.Equal(form.Replace('\'', '"'), Assert.Single(Saved(before)));
    }

    [Fact]
    public void Templates_of_any_number_of_layouts_are_saved_unchanged()
    {
        var before = new DecoderUnderTest();
        for (var exporter = 1; exporter <= 3; exporter++)
        {
            for (var i = 0; i < 500; i++)
                before.Decode(MessageBuilder.Ipfix().Template(256 + i, (8, 4), (exporter, 1 + i)).From($"192.0.2.{exporter}"));
        }

        var after = Restarted(before);

        Assert.Equal(1_500, after.Catalog.NumTemplates);
        Assert.Equal(
            before.Catalog.Templates().SelectMany(template => template.Fields), after.Catalog.Templates()
                .SelectMany(template => template.Fields));
    }

    [Fact]
    public void Message_that_holds_nothing_new_leaves_nothing_to_save()
    {
        var decoder = new DecoderUnderTest();
        var message = V9.Template(256, Layout.Flow).From();
        decoder.Decode(message);
        var changes = decoder.Catalog.Changes;

        decoder.Decode(message);
        Assert.Equal(changes, decoder.Catalog.Changes);

        decoder.Decode(V9.Template(257, Layout.Flow).From());
        Assert.NotEqual(changes, decoder.Catalog.Changes);
    }

    [Fact]
    public void Template_neither_repeated_nor_used_is_forgotten()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).Template(257, Layout.Flow).From());
        var later = MessageBuilder.Ipfix().Set(257, set => set.MapperFlow()).From() with { ArrivalUnixMilliseconds = Now + 60_000 };
        decoder.Decode(later);

        Assert.Equal(1, decoder.Catalog.ForgetTemplatesUnusedSince(Now + 30_000));

        Assert.Equal(257, Assert.Single(decoder.Catalog.Templates()).TemplateId);
    }

    internal static DecoderUnderTest Restarted(DecoderUnderTest before, FlowOptions? options = null, long now = Now)
    {
        options ??= new FlowOptions();
        var after = new DecoderUnderTest(options);
        Load(before, after, options, now);
        return after;
    }

    private static void Load(DecoderUnderTest before, DecoderUnderTest after, FlowOptions options, long now)
    {
        foreach (var content in Saved(before)) after.Catalog.Restore(content, options, now, now);
    }

    private static List<string> Saved(DecoderUnderTest decoder)
    {
        var saved = new List<string>();
        new ChangedExporters(decoder.Catalog).Write(alsoSeen: false, (_, _, content) => saved.Add(content));
        return saved;
    }
}
