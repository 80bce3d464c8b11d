using RpcCollector.Flows.Tests.Forged;

namespace RpcCollector.Flows.Tests.UnusableTemplates;

/// <summary>A Template that is redefined by a record that cannot be used: what its Data Sets are read by, and when.</summary>
public sealed class UnusableTemplateTests
{
    private const long Second = 1_000;

    private readonly DecoderUnderTest _decoder = new();
    private long _now;

    private int Flows => _decoder.Collected.FlowStarts.Count;

    private long GivenUp => _decoder.Counters.Rejected(Hop.Set, Rejection.UnusableTemplate);

    private bool IsInDoubt => Assert.Single(_decoder.Catalog.Templates(), template => template.TemplateId == 256).IsInDoubt;

    private Exporters.ExporterStatus Exporter => Assert.Single(_decoder.Catalog.Exporters());

    public static TheoryData<int, int> Kinds()
    {
        var kinds = new TheoryData<int, int>();
        for (var kind = 0; kind < UnusableRecords.Kinds; kind++)
        {
            kinds.Add(9, kind);
            kinds.Add(10, kind);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_of_the_same_datagram_is_never_read_by_the_former_layout(int version, int kind)
    {
        Decode(Message(version).Template(256, Layout.Flow));
        Decode(Unusable(version, kind).Set(256, set => set.MapperFlow()));
        for (var i = 0; i < 10; i++) Decode(Message(version).Set(256, set => set.MapperFlow()));
        _decoder.Decoder.Complete();

        Assert.Equal((10, 1), (Flows, GivenUp));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_behind_it_waits_and_is_given_up_at_the_end(int version, int kind)
    {
        Decode(Message(version).Template(256, Layout.Flow));
        Decode(Unusable(version, kind));
        Decode(Message(version).Set(256, set => set.MapperFlow()));

        Assert.Equal((0, 1), (Flows, _decoder.Decoder.WaitingSets));
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.TemplateInDoubt));
        Assert.True(IsInDoubt);
        Assert.Equal((1, true), (Exporter.Contested.Templates, Exporter.Contested.IsNow));
        _decoder.Decoder.Complete();
        Assert.Equal((0, 1L), (Flows, GivenUp));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Former_layout_stated_again_reads_all_that_waited(int version, int kind)
    {
        Decode(Message(version).Template(256, Layout.Flow));
        Decode(Unusable(version, kind).Set(256, set => set.MapperFlow()));
        Decode(Message(version).Set(256, set => set.MapperFlow()));
        Decode(Message(version).Template(256, Layout.Flow));

        Assert.Equal((2, 0), (Flows, _decoder.Decoder.WaitingSets));
        Assert.False(Exporter.Contested.IsNow);
        Assert.False(IsInDoubt);
        Decode(Message(version).Set(256, set => set.MapperFlow()));
        Assert.Equal(3, Flows);
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Other_layout_stated_next_reads_all_that_waited(int version, int kind)
    {
        (int, int)[] changed = [(95, 4), .. Layout.Flow];
        Decode(Message(version).Template(256, Layout.Flow));
        Decode(Unusable(version, kind));
        Decode(Message(version).Set(256, set => set.U32(7).MapperFlow()));
        Decode(Message(version).Template(256, changed));

        Assert.Equal("10.0.0.1", Assert.Single(_decoder.Collected.FlowStarts).Client.ToString());
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Usable_definition_behind_it_in_the_same_message_ends_the_doubt_at_once()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0).Template(256, Layout.Flow).Set(256, set => set.MapperFlow()));

        Assert.Equal((1, 0), (Flows, _decoder.Decoder.WaitingSets));
    }

    [Fact]
    public void Data_before_it_in_the_same_message_is_read()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        var message = Message(10).Set(256, set => set.MapperFlow());
        UnusableRecords.Write(message, 256, 0, 10);
        Decode(message);

        Assert.Equal(1, Flows);
    }

    [Fact]
    public void Other_templates_are_read_as_before()
    {
        Decode(Message(10).Template(256, Layout.Flow).Template(257, Layout.Flow));
        Decode(Unusable(10, 0).Set(257, set => set.MapperFlow()));

        Assert.Equal(1, Flows);
    }

    [Fact]
    public void Reserved_id_puts_no_template_in_doubt()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Message(10).Set(2, set => set.U16(200).U16(9).U16(8).U16(4)).Set(256, set => set.MapperFlow()));

        Assert.Equal(1, Flows);
    }

    [Fact]
    public void Forged_record_delays_the_exporter_by_a_few_datagrams_and_loses_nothing()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0));
        for (var i = 0; i < 3; i++) Decode(Message(10).Set(256, set => set.MapperFlow()));
        Assert.Equal(0, Flows);
        Decode(Message(10).Set(256, set => set.MapperFlow()));

        Assert.Equal((4, 0), (Flows, _decoder.Decoder.WaitingSets));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Many_sets_of_one_datagram_speak_once()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0));
        var message = Message(10);
        for (var i = 0; i < 20; i++) message.Set(256, set => set.MapperFlow());
        Decode(message);

        Assert.Equal((0, 20), (Flows, _decoder.Decoder.WaitingSets));
    }

    [Fact]
    public void Who_forges_such_records_without_end_delays_nothing_after_the_first()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        for (var i = 0; i < 4; i++)
        {
            Decode(Unusable(10, i));
            Decode(Message(10).Set(256, set => set.MapperFlow()));
        }

        for (var i = 0; i < 20; i++, _now += Second)
        {
            Decode(Unusable(10, i % UnusableRecords.Kinds));
            Decode(Message(10).Set(256, set => set.MapperFlow()));
            if (i % 5 == 0) Decode(Message(10).Template(256, Layout.Flow));
            Assert.Equal((5 + i, 0), (Flows, _decoder.Decoder.WaitingSets));
        }
    }

    [Fact]
    public void What_does_not_fit_the_former_layout_goes_on_waiting_after_the_doubt_was_refuted()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0));
        for (var i = 0; i < 4; i++)
        {
            Decode(Message(10).Set(256, set => set.U64(0x0102_0304_0506_0708).MapperFlow()));
            Decode(Message(10).Set(256, set => set.MapperFlow()));
        }

        Assert.Equal((4, 4), (Flows, _decoder.Decoder.WaitingSets));
        _decoder.Decoder.Complete();
        Assert.Equal((4, 4), (Flows, GivenUp));
    }

    [Fact]
    public void Over_tcp_no_data_speaks_against_it()
    {
        Decode(Message(10).Template(256, Layout.Flow), isOverTcp: true);
        Decode(Unusable(10, 0), isOverTcp: true);
        for (var i = 0; i < 20; i++) Decode(Message(10).Set(256, set => set.MapperFlow()), isOverTcp: true);
        Assert.Equal((0, 20), (Flows, _decoder.Decoder.WaitingSets));
        Decode(Message(10).Template(256, Layout.Flow), isOverTcp: true);

        Assert.Equal((20, 0), (Flows, _decoder.Decoder.WaitingSets));
    }

    [Fact]
    public void Session_that_defines_an_id_by_such_a_record_does_not_borrow_it_from_another()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0).Set(256, set => set.MapperFlow()), port: 40_001);
        Decode(Message(10).Set(256, set => set.MapperFlow()), port: 40_001);
        Assert.Equal(0, Flows);
        Decode(Message(10).Set(256, set => set.MapperFlow()));
        Assert.Equal(1, Flows);
        Decode(Message(10).Template(256, Layout.Flow), port: 40_001);

        Assert.Equal(3, Flows);
    }

    [Fact]
    public void Options_data_waits_as_well()
    {
        Decode(Message(10).Template(256, Layout.Flow).OptionsTemplate(300, [(149, 4)], [(34, 4)]));
        var message = Message(10);
        UnusableRecords.Write(message, 300, 6, 10);
        Decode(message.Set(300, set => set.U32(1).U32(1000)));
        Decode(Message(10).Set(256, set => set.MapperFlow()));
        Assert.Equal(0u, Assert.Single(_decoder.Collected.FlowStarts).SamplingInterval);
        Decode(Message(10).OptionsTemplate(300, [(149, 4)], [(34, 4)]));
        Decode(Message(10).Set(256, set => set.MapperFlow()));

        Assert.Equal(1000u, _decoder.Collected.FlowStarts[^1].SamplingInterval);
    }

    [Fact]
    public void Doubt_survives_a_restart()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0));
        var after = SavedExportersTests.Restarted(_decoder);
        after.Decode(Message(10).Set(256, set => set.MapperFlow()).From());
        Assert.Empty(after.Collected.FlowStarts);
        after.Decode(Message(10).Template(256, Layout.Flow).From());

        Assert.Single(after.Collected.FlowStarts);
    }

    [Fact]
    public void Forged_record_beside_a_forged_layout_loses_nothing()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Message(10).Template(256, (8, 4), (12, 4), (95, 40)));
        Decode(Unusable(10, 1));
        for (var i = 0; i < 8; i++) Decode(Message(10).Set(256, set => set.MapperFlow()));

        Assert.Equal((8, 0), (Flows, _decoder.Decoder.WaitingSets));
    }

    [Fact]
    public void Data_that_waits_in_another_thread_is_read_as_well()
    {
        var counters = new HopCounters();
        var other = new Decoding.DatagramDecoder(new FlowOptions(), _decoder.Catalog, counters, _decoder.Collected);
        Decode(Message(10).Template(256, Layout.Flow));
        Decode(Unusable(10, 0));
        var data = Message(10).Set(256, set => set.MapperFlow()).From();
        for (var i = 0; i < 3; i++) other.Decode(data.Payload, data.Session, data.ArrivalUnixMilliseconds);
        Decode(Message(10).Template(256, Layout.Flow));
        Assert.Equal((0, 3), (Flows, other.WaitingSets));
        other.AdvanceTo(data.ArrivalUnixMilliseconds + Second);

        Assert.Equal((3, 0), (Flows, other.WaitingSets));
    }

    [Fact]
    public void Layout_that_there_is_no_time_to_learn_is_not_taken_for_the_former_one_in_its_own_datagram()
    {
        Decode(Message(10).Template(256, Layout.Flow));
        for (var i = 0; _decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TemplatesTooFast) == 0; i++)
        {
            Decode(Message(10).Set(2, set =>
            {
                for (var record = 0; record < 2000; record++) set.U16(300 + (record % 1000)).U16(1).U16(8).U16(1 + ((i + record) % 200));
            }));
        }

        Decode(Message(10).Template(256, [(95, 4), .. Layout.Flow]).Set(256, set => set.U32(7).MapperFlow()));
        Decode(Message(10).Set(256, set => set.MapperFlow()));

        Assert.Equal((1, 1L), (Flows, GivenUp));
        Assert.Equal("10.0.0.1", Assert.Single(_decoder.Collected.FlowStarts).Client.ToString());
    }

    private static MessageBuilder Message(int version) => version == 9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();

    private static MessageBuilder Unusable(int version, int kind)
    {
        var message = Message(version);
        UnusableRecords.Write(message, 256, kind, version);
        return message;
    }

    private void Decode(MessageBuilder message, bool isOverTcp = false, ushort port = 40_000)
    {
        var datagram = message.From(port: port);
        _decoder.Decode(datagram with
        {
            ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + _now,
            Session = datagram.Session with { IsOverTcp = isOverTcp },
        });
    }
}
