using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

/// <summary>Several decoders read the datagrams of one session: an idle receiving thread helps a busy one, batch by batch.</summary>
public sealed class SharedSessionTests
{
    private const int Batch = 64;
    private const int NumMessages = 8_000;

    private readonly ExporterCatalog _catalog = new(new ExporterDirectory());

    public static TheoryData<bool, bool, int> WaysOfCounting() => new()
    {
        { false, false, 2 }, { false, true, 2 }, { true, false, 2 }, { true, true, 2 }, { false, false, 4 }, { false, true, 4 },
        { true, false, 4 }, { true, true, 4 },
    };

    [Theory]
    [MemberData(nameof(WaysOfCounting))]
    public async Task Several_threads_lose_nothing_of_one_ipfix_session_however_its_exporter_counts(
        bool statesNumberAfter, bool countsOptions, int threads)
    {
        var datagrams = Ipfix(statesNumberAfter, countsOptions);

        var decoders = await Decode(datagrams, threads);

        Assert.Equal((0L, 0L, 0L), Losses(10));
        Assert.Equal(Enumerable.Range(0, NumMessages).Sum(RecordsOf), decoders.Sum(decoder => decoder.Counters.Used(Hop.DataRecord)));
        Assert.Equal(datagrams.Length, Assert.Single(_catalog.Exporters()).Datagrams);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Several_threads_lose_nothing_of_one_netflow_v9_session_and_keep_one_clock(int threads)
    {
        var datagrams = Enumerable.Range(0, NumMessages)
            .Select(i => MessageBuilder.NetFlowV9(sysUpTime: 100_000 + ((uint)i / 10), sequence: (uint)i)
            .Template(256, (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4))
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(90_000).U32(91_000)).From())
                .ToArray();

        var decoders = await Decode(datagrams, threads);

        Assert.Equal((0L, 0L, 0L), Losses(9));
        Assert.Equal(NumMessages, decoders.Sum(decoder => decoder.FlowStarts.Count));
        Assert.Single(decoders.SelectMany(decoder => decoder.FlowStarts).Select(start =>
            (start.ClockKey, start.StartUnixMilliseconds)).Distinct());
    }

    [Fact]
    public void Missing_messages_are_lost_even_when_two_threads_take_turns()
    {
        var datagrams = Ipfix(statesNumberAfter: false, countsOptions: true).ToList();
        var (first, second) = (new Reader(_catalog), new Reader(_catalog));

        // The two hold a batch each and take turns message by message; every thousandth message never came.
        for (var i = 0; i + (2 * Batch) <= datagrams.Count; i += 2 * Batch)
        {
            for (var j = 0; j < Batch; j++)
            {
                if ((i + j) % 1000 != 500) first.Decode(datagrams[i + j]);
                second.Decode(datagrams[i + Batch + j]);
            }
        }

        first.Decoder.Complete();
        second.Decoder.Complete();
        var missing = Enumerable.Range(0, datagrams.Count / (2 * Batch)).SelectMany(pair => Enumerable.Range(pair * 2 * Batch, Batch))
            .Where(i => i % 1000 == 500).Sum(RecordsOf);
        Assert.Equal((missing, 0L, 0L), Losses(10));
    }

    [Fact]
    public void Set_whose_template_another_thread_learned_is_read_at_the_next_tick()
    {
        var (first, second) = (new Reader(_catalog), new Reader(_catalog));

        second.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From());
        first.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());
        Assert.Equal(1, second.Decoder.WaitingSets);
        second.Decoder.AdvanceTo(MessageBuilder.ExportMilliseconds + 500);

        Assert.Equal(0, second.Decoder.WaitingSets);
        Assert.Single(second.FlowStarts);
        Assert.Equal(0, Assert.Single(_catalog.Exporters()).WaitingSets);
    }

    [Fact]
    public void Records_that_wait_for_the_exporters_start_are_read_once_another_thread_learns_it()
    {
        var (first, second) = (new Reader(_catalog), new Reader(_catalog));
        second.Decode(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4))
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(1000).U32(2000)).From());
        Assert.Equal(1, second.Decoder.WaitingSets);

        first.Decode(
            MessageBuilder.Ipfix().OptionsTemplate(257, [(149, 4)], [(160, 8)])
                .Set(257, set => set.U32(1).U64(MessageBuilder.ExportMilliseconds - 60_000)).From());
        second.Decoder.AdvanceTo(MessageBuilder.ExportMilliseconds + 500);

        Assert.Equal(MessageBuilder.ExportMilliseconds - 59_000, Assert.Single(second.FlowStarts).StartUnixMilliseconds);
    }

    [Fact]
    public void Template_replaced_by_one_thread_applies_to_the_other_at_once()
    {
        var (first, second) = (new Reader(_catalog), new Reader(_catalog));
        first.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From());
        second.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From());

        first.Decode(MessageBuilder.Ipfix().Template(256, [(95, 4), .. Layout.Flow]).From());
        second.Decode(MessageBuilder.Ipfix().Set(256, set => set.U32(0).MapperFlow()).From());

        Assert.Equal([135, 135], second.FlowStarts.Select(start => (int)start.ServerPort));
        Assert.Equal(2, second.Counters.Used(Hop.FlowRecord));
    }

    private (long Lost, long Duplicated, long Resets) Losses(int version) =>
        (_catalog.Sequence(version).Lost, _catalog.Sequence(version).Duplicated, _catalog.Sequence(version).Resets);

    private static int RecordsOf(int message) => 1 + (message * 7 % 11);

    /// <summary>
    /// One Template, then Messages of 1 to 11 Data Records, every 50th with 2 Options Data Records; numbered in one of the four ways.
    /// </summary>
    private static CapturedDatagram[] Ipfix(bool statesNumberAfter, bool countsOptions)
    {
        var number = 0u;
        var datagrams = new List<CapturedDatagram>();
        for (var i = 0; i < NumMessages; i++)
        {
            var (data, options) = (RecordsOf(i), i % 50 == 25 ? 2 : 0);
            var units = (uint)(countsOptions ? data + options : data);
            var message = MessageBuilder.Ipfix(sequence: statesNumberAfter ? number + units : number).Template(256, Layout.Flow)
                .OptionsTemplate(257, [(149, 4)], [(34, 4)]);
            message.Set(256, set =>
            {
                for (var record = 0; record < data; record++)
                    set.FlowRecord(
                        "10.0.0.1", 50_000, "10.0.0.2", 443, MessageBuilder.ExportMilliseconds, MessageBuilder.ExportMilliseconds);
            });
            if (options != 0) message.Set(257, set => set.U32(1).U32(100).U32(2).U32(100));
            datagrams.Add(message.From());
            number += units;
        }

        return [.. datagrams];
    }

    /// <summary>Threads that take batch after batch, as receiving threads take them from one socket.</summary>
    private async Task<IReadOnlyList<Reader>> Decode(CapturedDatagram[] datagrams, int threads)
    {
        var next = 0;
        Reader[] readers = [.. Enumerable.Range(0, threads).Select(_ => new Reader(_catalog))];
        await Task.WhenAll(readers.Select(reader => Task.Factory.StartNew(
            () =>
            {
                for (int first; (first = Interlocked.Add(ref next, Batch) - Batch) < datagrams.Length;)
                {
                    foreach (var datagram in datagrams.AsSpan(first, Math.Min(Batch, datagrams.Length - first))) reader.Decode(datagram);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)))
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        foreach (var reader in readers) reader.Decoder.Complete();
        return readers;
    }

    private sealed class Reader : IFlowStartSink
    {
        public Reader(ExporterCatalog catalog) => Decoder = new DatagramDecoder(new FlowOptions(), catalog, Counters, this);

        public HopCounters Counters { get; } = new();

        public DatagramDecoder Decoder { get; }

        public List<FlowStart> FlowStarts { get; } = [];

        public void Decode(CapturedDatagram datagram) =>
            Decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);

        public void Offer(in FlowStart start) => FlowStarts.Add(start);
    }
}
