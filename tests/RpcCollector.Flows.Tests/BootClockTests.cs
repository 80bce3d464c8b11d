using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Tests;

public sealed class BootClockTests
{
    // The exporter started 300 ms after a whole second.
    private const long Boot = 1_600_000_000_300;

    private readonly BootClock _clock = new();

    [Fact]
    public void Estimate_from_whole_second_headers_settles_on_the_boot_time()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++) ObserveAt(Boot + 60_000 + (i * 1000L) + random.Next(1000));

        Assert.InRange(_clock.EstimateUnixMilliseconds, Boot - 2, Boot);
    }

    [Fact]
    public void Flows_in_different_datagrams_keep_their_distance_from_the_first_datagram()
    {
        var random = new Random(2);
        var first = ObserveAt(Boot + 60_999);
        var anchored = _clock.At(50_000, first);
        for (var i = 1; i < 100; i++)
        {
            var header = ObserveAt(Boot + 61_000 + (i * 777L) + random.Next(500));
            Assert.Equal(anchored + i, _clock.At((uint)(50_000 + i), header));
        }
    }

    [Fact]
    public void Corrected_times_are_right_to_two_milliseconds_once_settled()
    {
        var random = new Random(3);
        ExportMessage header = default;
        for (var i = 0; i < 3000; i++) header = ObserveAt(Boot + 60_000 + (i * 500L) + random.Next(500));

        Assert.InRange(_clock.At(100_000, header) + _clock.CorrectionMilliseconds, Boot + 100_000 - 2, Boot + 100_000);
    }

    [Fact]
    public void Uptime_that_wraps_is_no_restart()
    {
        const long Wrap = 1L << 32;
        ObserveAt(Boot + Wrap - 5000);
        var before = _clock.EstimateUnixMilliseconds;

        Assert.Equal(ClockEvent.None, Observe(Boot + Wrap + 5000, out var header));

        Assert.InRange(_clock.EstimateUnixMilliseconds - before, 0, 999);
        Assert.InRange(_clock.At(unchecked((uint)(Wrap - 1000)), header), Boot + Wrap - 2000, Boot + Wrap);
    }

    [Fact]
    public void Uptime_that_starts_over_is_a_restart()
    {
        ObserveAt(Boot + 1_000_000);

        Assert.Equal(ClockEvent.Restarted, _clock.Observe(Header((Boot + 1_060_000) / 1000, sysUpTime: 7000)));
        Assert.InRange(_clock.EstimateUnixMilliseconds, Boot + 1_060_000 - 7000 - 1000, Boot + 1_060_000 - 7000);
    }

    [Fact]
    public void Time_of_day_that_was_set_is_a_step()
    {
        ObserveAt(Boot + 1_000_000);

        Assert.Equal(ClockEvent.Stepped, _clock.Observe(Header(((Boot + 1_001_000) / 1000) + 3600, sysUpTime: 1_001_000)));
    }

    [Theory]
    [InlineData(0.000_1)]
    [InlineData(-0.000_1)]
    public void Drift_of_a_hundred_parts_in_a_million_is_followed(double drift)
    {
        var random = new Random(4);
        var upTime = 0L;
        for (var i = 1; i < 20_000; i++)
        {
            upTime = (i * 5000L) + random.Next(1000);
            Assert.Contains(
                _clock.Observe(Header((Boot + upTime + (long)(upTime * drift)) / 1000, (uint)upTime)),
                (ClockEvent[])[ClockEvent.First, ClockEvent.None]);
        }

        Assert.InRange(_clock.EstimateUnixMilliseconds - (Boot + (upTime * drift)), -60, 60);
    }

    [Fact]
    public void Netflow_v5_header_with_nanoseconds_is_exact_at_once()
    {
        Span<byte> datagram = MessageBuilder.NetFlowV5(count: 0, sysUpTime: 1234, nanoseconds: 250_000_000).Build();
        ExportMessage.Read(datagram, out var header);

        _clock.Observe(header);

        Assert.Equal(MessageBuilder.ExportMilliseconds + 250 - 1234, _clock.EstimateUnixMilliseconds);
    }

    private ExportMessage ObserveAt(long now)
    {
        Observe(now, out var header);
        return header;
    }

    private ClockEvent Observe(long now, out ExportMessage header)
    {
        header = Header(now / 1000, unchecked((uint)(now - Boot)));
        return _clock.Observe(header);
    }

    private static ExportMessage Header(long seconds, uint sysUpTime)
    {
        ExportMessage.Read(MessageBuilder.NetFlowV9(sysUpTime: sysUpTime, exportSeconds: (uint)seconds).Build(), out var header);
        return header;
    }
}
