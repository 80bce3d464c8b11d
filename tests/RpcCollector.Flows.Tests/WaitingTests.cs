namespace RpcCollector.Flows.Tests;

public sealed class WaitingTests
{
    private static readonly MessageBuilder TemplateMessage = MessageBuilder.Ipfix().Template(256, Layout.Flow);

    private static MessageBuilder DataMessage => MessageBuilder.Ipfix().Set(256, set => set.MapperFlow());

    [Fact]
    public void Data_before_its_template_waits_and_is_decoded_when_it_comes()
    {
        var decoder = new DecoderUnderTest();

        decoder.Decode(DataMessage.From());
        Assert.Equal(1, decoder.Decoder.WaitingSets);
        decoder.AssertEverythingIsAccountedFor();
        decoder.Decode(TemplateMessage.From());

        Assert.Equal(MessageBuilder.ExportMilliseconds - 5000, Assert.Single(decoder.Collected.FlowStarts).StartUnixMilliseconds);
        Assert.Equal(0, decoder.Decoder.WaitingSets);
        Assert.Equal(1, decoder.Counters.Noted(Irregularity.DecodedAfterWaiting));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Data_that_waited_keeps_the_times_of_its_own_message()
    {
        var decoder = new DecoderUnderTest();
        (int, int)[] fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (158, 4)];
        decoder.Decode(MessageBuilder.Ipfix(exportSeconds: MessageBuilder.ExportSeconds - 60)
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(1_000_000)).From());

        decoder.Decode(MessageBuilder.Ipfix().Template(256, fields).From());

        Assert.Equal(MessageBuilder.ExportMilliseconds - 61_000, Assert.Single(decoder.Collected.FlowStarts).StartUnixMilliseconds);
    }

    [Fact]
    public void Data_of_another_session_goes_on_waiting_when_two_layouts_are_known()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From(port: 40_000));
        decoder.Decode(MessageBuilder.Ipfix().Template(256, [(95, 4), .. Layout.Flow]).From(port: 40_001));
        decoder.Decode(DataMessage.From(port: 40_002));

        Assert.Equal(1, decoder.Decoder.WaitingSets);
        decoder.Decode(TemplateMessage.From(port: 40_002));
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Records_that_find_no_room_to_wait_for_the_exporters_start_are_read_without_it()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxWaitingBytesPerExporter = 0 });

        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4))
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(1000).U32(2000)).From());

        Assert.Single(decoder.Collected.FlowStarts);
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Templates_that_change_back_and_forth_in_one_message_do_not_try_every_waiting_set_each_time()
    {
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < 20; i++)
        {
            decoder.Decode(MessageBuilder.Ipfix().Set(256, _ => { }).Set(256, _ => { }).Set(256, _ => { }).From(port: 40_000));
        }

        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4)).From(port: 40_001));
        decoder.Decode(MessageBuilder.Ipfix().Set(2, set =>
        {
            for (var i = 0; i < 4000; i++) set.U16(256).U16(1).U16(i % 2 == 0 ? 12 : 7).U16(4);
        }).From(port: 40_002));

        Assert.Equal(60, decoder.Decoder.WaitingSets + (int)decoder.Counters.Noted(Irregularity.DecodedAfterWaiting));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Sets_wait_no_longer_than_the_setting_allows()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxWaiting = TimeSpan.FromMinutes(5) });
        decoder.Decode(DataMessage.From());

        decoder.Decoder.AdvanceTo(MessageBuilder.ExportMilliseconds + 299_000);
        Assert.Equal(1, decoder.Decoder.WaitingSets);
        decoder.Decoder.AdvanceTo(MessageBuilder.ExportMilliseconds + 301_000);

        Assert.Equal(0, decoder.Decoder.WaitingSets);
        Assert.Equal(1, decoder.Counters.Rejected(Hop.Set, Rejection.MissingTemplate));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void One_exporter_cannot_take_the_room_of_another()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxWaitingBytesPerExporter = 1000, MaxWaitingBytes = 2000 });
        for (var i = 0; i < 100; i++) decoder.Decode(DataMessage.From("192.0.2.66"));
        var waitingOfOne = decoder.Decoder.WaitingSets;

        decoder.Decode(DataMessage.From("192.0.2.1"));

        Assert.InRange(decoder.Decoder.WaitingBytes, 1, 2000);
        Assert.Equal(waitingOfOne + 1, decoder.Decoder.WaitingSets);
        Assert.Equal(100 - waitingOfOne, decoder.Counters.Rejected(Hop.Set, Rejection.NoRoomToWait));
        decoder.AssertEverythingIsAccountedFor();
    }

    public static IEnumerable<TheoryDataRow<string>> Exports() => RealLifeTests.Exports();

    [Theory]
    [MemberData(nameof(Exports))]
    public void Datagrams_in_reverse_order_give_the_same_records(string path)
    {
        var datagrams = CapturedDatagrams.Read(SharedData.PathOf(path));
        var (forward, reverse) = (new DecoderUnderTest(), new DecoderUnderTest());

        forward.Decode(datagrams);
        var arrival = datagrams[^1].ArrivalUnixMilliseconds;
        reverse.Decode(datagrams.AsEnumerable().Reverse().Select(datagram => datagram with { ArrivalUnixMilliseconds = arrival }));
        forward.Decoder.Complete();
        reverse.Decoder.Complete();

        // In reverse order, a Set may be read that never finds its Template in capture order; but none may be lost.
        Assert.InRange(reverse.DataRecords, forward.DataRecords, long.MaxValue);
        Assert.InRange(reverse.OptionsRecords, forward.OptionsRecords, long.MaxValue);
        if (forward.SetsWithoutTemplate() == 0)
            Assert.Equal((forward.DataRecords, forward.OptionsRecords), (reverse.DataRecords, reverse.OptionsRecords));
        reverse.AssertEverythingIsAccountedFor();
    }
}
