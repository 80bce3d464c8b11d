using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class CompletenessTests
{
    private const long Arrival = MessageBuilder.ExportMilliseconds;

    private static ExporterStatus StatusOf(DecoderUnderTest decoder) => Assert.Single(decoder.Catalog.Exporters());

    [Fact]
    public void Everything_received_and_read_is_complete()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 10; i++) decoder.Decode(V9(sequence: i));

        Assert.Equal((1.0, 1.0), (decoder.Catalog.Completeness(0, Arrival), StatusOf(decoder).CompletenessOfLastHour));
        Assert.Equal(JoinTrust.Full, StatusOf(decoder).JoinTrust);
    }

    [Fact]
    public void Minute_in_which_ten_of_a_hundred_datagrams_were_lost_is_ninety_percent_complete()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 45; i++) decoder.Decode(V9(sequence: i));
        for (uint i = 55; i < 100; i++) decoder.Decode(V9(sequence: i));
        decoder.Decoder.AdvanceTo(Arrival + 5_000);

        var status = StatusOf(decoder);
        Assert.Equal(0.9, decoder.Catalog.Completeness(0, Arrival)!.Value, 6);
        Assert.Equal((10, JoinTrust.Incomplete), (status.Sequence.Lost, status.JoinTrust));
        Assert.Equal(10, decoder.Catalog.Sequence(9).Lost);
        Assert.Equal(0, decoder.Catalog.Sequence(10).Lost);
    }

    [Fact]
    public void Loss_counts_in_the_minute_in_which_the_gap_was_seen()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(V9(sequence: 0));
        decoder.Decode(V9(sequence: 2));
        decoder.Decode(V9(sequence: 3) with { ArrivalUnixMilliseconds = Arrival + 120_000 });

        Assert.Equal(2 / 3.0, decoder.Catalog.Completeness(0, Arrival)!.Value, 6);
        Assert.Equal(1, decoder.Catalog.Completeness(0, Arrival + 120_000));
    }

    [Fact]
    public void Set_that_waits_is_missing_until_its_template_comes()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From());
        Assert.Equal((0.0, 1), (decoder.Catalog.Completeness(0, Arrival), StatusOf(decoder).WaitingSets));

        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());

        Assert.Equal((1.0, 0), (decoder.Catalog.Completeness(0, Arrival), StatusOf(decoder).WaitingSets));
    }

    [Fact]
    public void Kernel_drops_are_shared_by_all_exporters_of_the_port()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(V9(sequence: 0));
        decoder.Decode(V9(sequence: 0, exporter: "192.0.2.2", collectorPort: 4739));

        decoder.Catalog.CountKernelDrops(2055, received: 75, dropped: 25, Arrival);

        Assert.Equal((0.75, 1.0), (decoder.Catalog.Completeness(0, Arrival), decoder.Catalog.Completeness(1, Arrival)));
    }

    [Fact]
    public void Kernel_drops_count_on_the_ports_that_an_exporter_sends_to_as_its_sessions_come_and_go()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxSessionsPerExporter = 2 });
        decoder.Catalog.CountKernelDrops(4739, received: 75, dropped: 25, Arrival);
        decoder.Decode(V9(sequence: 0, port: 1));
        decoder.Decode(V9(sequence: 0, port: 2, collectorPort: 4739));
        Assert.Equal(0.75, decoder.Catalog.Completeness(0, Arrival));

        for (ushort port = 3; port <= 6; port++) decoder.Decode(V9(sequence: 0, port: port));
        Assert.Equal(1.0, decoder.Catalog.Completeness(0, Arrival));

        decoder.Catalog.CountKernelDrops(2055, received: 50, dropped: 50, Arrival);
        Assert.Equal(0.5, decoder.Catalog.Completeness(0, Arrival));
    }

    [Fact]
    public void Newest_minute_stands_in_for_one_that_is_not_known()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(V9(sequence: 0));
        decoder.Decode(V9(sequence: 2));
        decoder.Decoder.AdvanceTo(Arrival + 5_000);

        Assert.Equal(2 / 3.0, decoder.Catalog.Completeness(0, Arrival - 86_400_000)!.Value, 6);
        Assert.Null(decoder.Catalog.Completeness(7, Arrival));
    }

    [Fact]
    public void Losses_of_sessions_that_were_forgotten_stay_counted()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxSessionsPerExporter = 2 });
        for (ushort port = 1; port <= 10; port++)
        {
            decoder.Decode(V9(sequence: 0, port: port));
            decoder.Decode(V9(sequence: 6, port: port));
        }

        decoder.Decoder.Complete();

        Assert.Equal(50, StatusOf(decoder).Sequence.Lost);
        Assert.Equal(50, decoder.Catalog.Sequence(9).Lost);
    }

    [Fact]
    public void Records_that_waited_do_not_count_in_the_sequence_of_the_message_that_brought_the_template()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 3; i++) decoder.Decode(Ipfix(sequence: i).Set(256, set => set.MapperFlow()).From());
        decoder.Decode(Ipfix(sequence: 3).Template(256, Layout.Flow).From());
        for (uint i = 3; i < 20; i++) decoder.Decode(Ipfix(sequence: i).Set(256, set => set.MapperFlow()).From());
        decoder.Decoder.Complete();

        Assert.Equal(20, decoder.Collected.FlowStarts.Count);
        Assert.Equal(default, StatusOf(decoder).Sequence);
    }

    [Fact]
    public void Joins_of_an_exporter_that_samples_are_not_fully_trusted()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.NetFlowV5(1, sampling: 100).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000).From());

        Assert.Equal((100u, JoinTrust.Sampled), (StatusOf(decoder).SamplingInterval, StatusOf(decoder).JoinTrust));
    }

    private static MessageBuilder Ipfix(uint sequence) => MessageBuilder.Ipfix(sequence: sequence);

    private static CapturedDatagram V9(uint sequence, string exporter = "192.0.2.1", ushort port = 40_000, ushort collectorPort = 2055) =>
        MessageBuilder.NetFlowV9(sequence: sequence).Template(256, Layout.Flow).From(exporter, port, collectorPort);
}
