using RpcCollector.Flows.Losses;

namespace RpcCollector.Flows.Tests.Forged;

/// <summary>One forged header moves neither the clock by which honest flows are read, nor what is counted as lost.</summary>
public sealed class ForgedClockTests
{
    private const uint Seconds = MessageBuilder.ExportSeconds;

    private static readonly (int, int)[] Fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4)];

    public static TheoryData<uint, uint> ForgedHeaders() => new()
    {
        { 1_000, Seconds }, { 900_000_000, Seconds }, { 101_000, Seconds + 86_400 }, { 101_000, Seconds - 3 }, { 101_000, Seconds + 4 },
        { 0, 0 }, { uint.MaxValue, uint.MaxValue },
    };

    [Theory]
    [MemberData(nameof(ForgedHeaders))]
    public void Forged_uptimes_and_export_times_move_no_flow_of_the_exporter(uint sysUpTime, uint exportSeconds)
    {
        var (honest, disturbed) = (new DecoderUnderTest(), new DecoderUnderTest());
        for (var i = 0u; i < 20; i++)
        {
            var datagram = V9(100_500 + (i * 3_010), Seconds + (i * 3), i);
            honest.Decode(datagram);
            disturbed.Decode(datagram);
            if (i % 5 == 2) disturbed.Decode(MessageBuilder.NetFlowV9(1, sysUpTime, exportSeconds, 77_777).From());
        }

        Assert.Equal(honest.Collected.FlowStarts, disturbed.Collected.FlowStarts);
        Assert.Equal(0, Assert.Single(disturbed.Catalog.Exporters()).Sequence.Lost);
    }

    [Fact]
    public void Clock_that_two_headers_disagreed_about_is_counted_and_shown()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(V9(100_500, Seconds, 0));
        decoder.Decode(MessageBuilder.NetFlowV9(1, 1_000, Seconds, 9).From());
        decoder.Decode(V9(103_500, Seconds + 3, 1));

        Assert.Equal(1, decoder.Counters.Noted(Irregularity.ExporterClockContested));
        Assert.Equal(1, Assert.Single(decoder.Catalog.Exporters()).Contested.ClockTimes);
    }

    [Fact]
    public void Exporter_that_restarts_is_read_by_its_new_clock_from_its_first_header_on_whatever_was_forged()
    {
        var (fresh, decoder) = (new DecoderUnderTest(), new DecoderUnderTest());
        for (var i = 0u; i < 10; i++) decoder.Decode(V9(100_500 + (i * 3_000), Seconds + (i * 3), i));
        decoder.Collected.FlowStarts.Clear();
        for (var i = 0u; i < 10; i++)
        {
            // Forged headers of the clock before the restart, and of none.
            if (i is 2 or 6) decoder.Decode(MessageBuilder.NetFlowV9(1, 131_500 + (i * 1_000), Seconds + 31 + i, 500).From());
            if (i == 8) decoder.Decode(MessageBuilder.NetFlowV9(1, 55, Seconds + 9_999, 500).From());
            var datagram = V9(60_200 + (i * 1_000), Seconds + 3_600 + i, i);
            fresh.Decode(datagram);
            decoder.Decode(datagram);
        }

        Assert.Equal(
            fresh.Collected.FlowStarts.Select(start => start.StartUnixMilliseconds),
            decoder.Collected.FlowStarts.Select(start => start.StartUnixMilliseconds));
    }

    [Theory]
    [InlineData(10u)]
    [InlineData(1u << 31)]
    [InlineData(20_100_000u)]
    [InlineData(200_000_000u)]
    public void Forged_flow_of_an_exporter_that_never_says_when_it_started_moves_no_other(uint forgedUpTime)
    {
        var (honest, disturbed) = (new DecoderUnderTest(), new DecoderUnderTest());
        Both(MessageBuilder.Ipfix().Template(256, Fields).From());
        for (var i = 0u; i < 40; i++)
        {
            // Flows are exported up to eight seconds after their end.
            Both(Flow(20_000_000 + (i * 1_000) - (i * 3_571 % 8_000), i));
            if (i == 20) disturbed.Decode(Flow(forgedUpTime, i));
        }

        var (expected, actual) = (honest.Collected.FlowStarts[^10..], disturbed.Collected.FlowStarts[^10..]);
        Assert.Equal(expected, actual);

        void Both(CapturedDatagram datagram)
        {
            honest.Decode(datagram);
            disturbed.Decode(datagram);
        }

        static CapturedDatagram Flow(uint upTime, uint second)
        {
            var message = MessageBuilder.Ipfix(exportSeconds: Seconds + second).Set(256, set => Record(set, upTime));
            return message.From() with { ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + (second * 1000) };
        }
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(900_000)]
    [InlineData(-100_000)]
    [InlineData(2_000_000_000)]
    public void One_message_far_from_the_sequence_is_no_loss_and_no_reset(int far)
    {
        var account = new SequenceAccount();
        var now = 1_600_000_000_000;
        for (var i = 0; i < 100; i++, now += 5_000)
        {
            account.Observe(200_000 + (uint)(i * 10), 10, now, reader: 0);
            if (i % 10 == 5) account.Observe((uint)(200_000 + far), 10, now, reader: 0);
        }

        account.CloseGaps(now + 100_000);
        Assert.Equal((0, 0, 0, 0), (account.Lost, account.Late, account.Duplicated, account.Resets));
    }

    [Fact]
    public void Large_loss_is_counted_once_the_next_message_goes_on_behind_it()
    {
        var account = new SequenceAccount();
        foreach (var number in (uint[])[0, 10, 50_000, 50_010]) account.Observe(number, 10, 1_000, reader: 0);

        account.CloseGaps(100_000);
        Assert.Equal((50_000 - 20, 0), (account.Lost, account.Resets));
    }

    private static CapturedDatagram V9(uint sysUpTime, uint exportSeconds, uint sequence)
    {
        var message = MessageBuilder.NetFlowV9(1, sysUpTime, exportSeconds, sequence).Template(256, Fields)
            .Set(256, set => Record(set, sysUpTime - 2_000));
        return message.From() with { ArrivalUnixMilliseconds = exportSeconds * 1000L };
    }

    private static void Record(MessageBuilder set, uint endUpTime) =>
        set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(endUpTime - 500).U32(endUpTime);
}
