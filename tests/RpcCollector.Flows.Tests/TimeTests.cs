namespace RpcCollector.Flows.Tests;

public sealed class TimeTests
{
    private const long Export = MessageBuilder.ExportMilliseconds;

    private readonly DecoderUnderTest _decoder = new();

    private (long Start, long End, int Resolution) Times
    {
        get
        {
            var start = Assert.Single(_decoder.Collected.FlowStarts);
            return (start.StartUnixMilliseconds, start.EndUnixMilliseconds, start.ResolutionMilliseconds);
        }
    }

    [Fact]
    public void Seconds_have_a_resolution_of_a_second()
    {
        DecodeIpfix([(150, 4), (151, 4)], set => set.U32((uint)(Export / 1000) - 9).U32((uint)(Export / 1000) - 8));

        Assert.Equal((Export - 9000, Export - 8000, 1000), Times);
    }

    [Theory]
    [InlineData(154, 155)]
    [InlineData(156, 157)]
    public void Microseconds_and_nanoseconds_are_ntp_coded(int start, int end)
    {
        DecodeIpfix([(start, 8), (end, 8)], set => set.U64(Ntp(Export - 9000, half: true)).U64(Ntp(Export - 8000, half: false)));

        Assert.Equal((Export - 8500, Export - 8000, 1), Times);
    }

    [Fact]
    public void Milliseconds_are_preferred_to_seconds_and_zero_is_no_time()
    {
        DecodeIpfix([(150, 4), (152, 8), (153, 8)], set => set.U32((uint)(Export / 1000) - 9).U64(0).U64(Export - 1));

        Assert.Equal((Export - 9000, Export - 1, 1000), Times);
    }

    [Fact]
    public void Netflow_v9_uptimes_count_from_the_header()
    {
        DecodeNetFlowV9([(22, 4), (21, 4)], set => set.U32(60_000).U32(61_000), sysUpTime: 100_000);

        Assert.Equal((Export - 40_000, Export - 39_000, 1), Times);
    }

    [Fact]
    public void Uptime_that_wrapped_between_flow_and_export_is_still_before_the_export()
    {
        DecodeNetFlowV9([(22, 4), (21, 4)], set => set.U32(uint.MaxValue - 999).U32(500), sysUpTime: 2000);

        Assert.Equal((Export - 3000, Export - 1500, 1), Times);
    }

    [Fact]
    public void Netflow_v5_header_is_exact_to_the_millisecond()
    {
        _decoder.Decode(
            MessageBuilder.NetFlowV5(count: 1, sysUpTime: 100_000, nanoseconds: 250_000_000)
                .V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000).From());

        Assert.Equal((Export + 250 - 10_000, Export + 250 - 9000, 1), Times);
    }

    [Fact]
    public void Ipfix_uptimes_count_from_the_system_init_time_of_options_data()
    {
        const long Init = Export - 7_777_777_777;
        _decoder.Decode(
            MessageBuilder.Ipfix().OptionsTemplate(300, [(149, 4)], [(160, 8)]).Set(300, set => set.U32(1).U64((ulong)Init)).From());
        DecodeIpfix(
            [(22, 4), (21, 4)], set => set.U32(unchecked((uint)(Export - 5123 - Init))).U32(unchecked((uint)(Export - 5000 - Init))));

        Assert.Equal((Export - 5123, Export - 5000, 1), Times);
    }

    [Fact]
    public void Ipfix_uptimes_wait_for_the_system_init_time_of_options_data()
    {
        const long Init = Export - 9_000;
        DecodeIpfix([(22, 4), (21, 4)], set => set.U32(1000).U32(2000));
        Assert.Empty(_decoder.Collected.FlowStarts);
        Assert.Equal(1, _decoder.Decoder.WaitingSets);

        _decoder.Decode(
            MessageBuilder.Ipfix().OptionsTemplate(300, [(149, 4)], [(160, 8)]).Set(300, set => set.U32(1).U64((ulong)Init)).From());

        Assert.Equal((Init + 1000, Init + 2000, 1), Times);
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(0x8000_0000_0000_0001ul)]
    [InlineData(ulong.MaxValue)]
    public void Absurd_system_init_time_is_ignored(ulong absurd)
    {
        _decoder.Decode(
            MessageBuilder.Ipfix().OptionsTemplate(300, [(149, 4)], [(160, 8)]).Set(300, set => set.U32(1).U64(absurd)).From(port: 40_001));

        DecodeIpfix([(22, 4), (21, 4)], set => set.U32(1000).U32(2000));
        Assert.Equal(1, _decoder.Decoder.WaitingSets);
    }

    [Fact]
    public void Uptime_that_runs_ahead_for_days_moves_no_flow_to_its_export()
    {
        // 1.7 s a day: the exporter's uptime runs 20 parts in a million fast.
        for (var minute = 0; minute < 3 * 1440; minute++)
        {
            var upTime = 100_000 + (minute * 60_000L) + (minute * 60_000L / 50_000);
            _decoder.Decode(
                MessageBuilder.NetFlowV9(sysUpTime: (uint)upTime, exportSeconds: MessageBuilder.ExportSeconds + ((uint)minute * 60))
                    .From(arrival: Export + (minute * 60_000L)));
        }

        const uint Last = 3 * 1440;
        var now = (uint)(100_000 + (Last * 60_000L) + (Last * 60_000L / 50_000));
        _decoder.Decode(
            MessageBuilder.NetFlowV9(sysUpTime: now, exportSeconds: MessageBuilder.ExportSeconds + (Last * 60))
                .Template(256, [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4)])
            .Set(256, set => set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32(now - 300).U32(now - 100))
            .From(arrival: Export + (Last * 60_000L)));

        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal(200, start.EndUnixMilliseconds - start.StartUnixMilliseconds);
        Assert.Equal(0, _decoder.Counters.Noted(Irregularity.TimeClamped));
        Assert.InRange(
            start.StartUnixMilliseconds + start.ClockCorrectionMilliseconds - (MessageBuilder.ExportMilliseconds + (Last * 60_000L) - 300),
            -1100, 1100);
    }

    [Fact]
    public void Delta_microseconds_count_back_from_the_export()
    {
        DecodeIpfix([(158, 4), (159, 4)], set => set.U32(3_500_000).U32(1_000_000));

        Assert.Equal((Export - 3500, Export - 1000, 1000), Times);
    }

    [Fact]
    public void Duration_gives_the_missing_start()
    {
        DecodeIpfix([(153, 8), (161, 4)], set => set.U64(Export - 1000).U32(250));

        Assert.Equal((Export - 1250, Export - 1000, 1), Times);
    }

    [Fact]
    public void Time_of_an_event_is_its_start_when_there_is_no_other()
    {
        DecodeIpfix([(323, 8)], set => set.U64(Export - 77));

        Assert.Equal((Export - 77, Export - 77, 1), Times);
    }

    [Fact]
    public void Start_after_the_export_is_clamped_and_counted()
    {
        DecodeIpfix([(152, 8), (153, 8)], set => set.U64(Export + 3_600_000).U64(Export + 3_600_500));

        Assert.Equal((Export, Export, 2000), Times);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.TimeClamped));
    }

    [Fact]
    public void Start_within_the_truncated_second_of_the_export_is_kept()
    {
        DecodeIpfix([(152, 8), (153, 8)], set => set.U64(Export + 900).U64(Export + 950));

        Assert.Equal((Export + 900, Export + 950, 1), Times);
        Assert.Equal(0, _decoder.Counters.Noted(Irregularity.TimeClamped));
    }

    [Fact]
    public void End_before_the_start_is_clamped_and_counted()
    {
        DecodeIpfix([(152, 8), (153, 8)], set => set.U64(Export - 1000).U64(Export - 2000));

        Assert.Equal((Export - 1000, Export - 1000, 1), Times);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.TimeClamped));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 62)]
    public void Absurd_times_are_rejected(ulong absurd)
    {
        DecodeIpfix([(152, 8)], set => set.U64(absurd));

        Assert.Equal(1, _decoder.Counters.Rejected(Hop.FlowRecord, Rejection.ImplausibleTime));
    }

    private static ulong Ntp(long unixMilliseconds, bool half) =>
        (((ulong)(unixMilliseconds / 1000) + 2_208_988_800) << 32) | (half ? 0x8000_0000u : 0u);

    private void DecodeIpfix((int, int)[] times, Action<MessageBuilder> content) => Decode(MessageBuilder.Ipfix(), times, content);

    private void DecodeNetFlowV9((int, int)[] times, Action<MessageBuilder> content, uint sysUpTime) =>
        Decode(MessageBuilder.NetFlowV9(sysUpTime: sysUpTime), times, content);

    private void Decode(MessageBuilder builder, (int, int)[] times, Action<MessageBuilder> content) =>
        _decoder.Decode(builder.Template(256, [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), .. times]).Set(256, set =>
        {
            set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6);
            content(set);
        }).From());
}
