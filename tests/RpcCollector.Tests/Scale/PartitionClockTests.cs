using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class PartitionClockTests
{
    private const long Now = 1_800_000_000_000;

    private readonly PartitionClock _clock = new();

    [Fact]
    public void Clock_is_the_least_of_what_its_sensors_said()
    {
        Say("a", Now);
        Say("b", Now - 3_000);
        Assert.Equal(Now, _clock.UnixMilliseconds);

        Say("b", Now + 1_000);
        Say("a", Now + 4_000);

        Assert.Equal(Now + 1_000, _clock.UnixMilliseconds);
    }

    [Fact]
    public void Clock_does_not_run_backwards_when_a_sensor_joins_that_is_behind()
    {
        Say("a", Now);
        Say("b", Now - 60_000, log: Now);

        Assert.Equal(Now, _clock.UnixMilliseconds);
    }

    [Fact]
    public void Sensor_that_is_silent_for_longer_than_five_minutes_is_left_out()
    {
        Say("a", Now);
        Say("b", Now);
        Say("a", Now + PartitionClock.Patience);
        Assert.Equal(Now, _clock.UnixMilliseconds);

        Say("a", Now + PartitionClock.Patience + 1);

        Assert.Equal(Now + PartitionClock.Patience + 1, _clock.UnixMilliseconds);
        Assert.Equal("b", Assert.Single(_clock.Changed).Name);
        Assert.Equal(1, _clock.NumLeftOut);
    }

    [Fact]
    public void Sensor_whose_clock_is_an_hour_ahead_is_left_out_and_the_others_count()
    {
        Say("a", Now);
        Say("wrong", Now + 3_600_000, log: Now);
        Say("a", Now + 1_000);

        Assert.Equal(Now + 1_000, _clock.UnixMilliseconds);
        Assert.True(_clock.Of("wrong").IsLeftOut);
    }

    [Fact]
    public void Where_the_brokers_clock_is_a_day_ahead_the_latest_sensor_counts()
    {
        Say("a", Now, log: Now + 86_400_000);
        Say("b", Now + 500, log: Now + 86_400_000);

        Assert.Equal(Now + 500, _clock.UnixMilliseconds);
    }

    [Fact]
    public void Sensor_that_is_alone_and_whose_clock_is_hours_ahead_does_not_stop_the_clock_for_those_that_come()
    {
        Say("wrong", Now + 36_000_000, log: Now);
        Assert.Equal(Now + PartitionClock.Patience, _clock.UnixMilliseconds);

        Say("a", Now + PartitionClock.Patience + 1_000);

        Assert.Equal(Now + PartitionClock.Patience + 1_000, _clock.UnixMilliseconds);
    }

    [Fact]
    public void Sensors_count_again_after_the_brokers_clock_leapt_and_was_set_right()
    {
        Say("a", Now, log: Now + 86_400_000);
        Assert.Equal(0, _clock.NumCounted);

        Say("a", Now + 1_000);

        Assert.Equal((1, 0), (_clock.NumCounted, _clock.NumLeftOut));
        Assert.Equal(Now + 1_000, _clock.UnixMilliseconds);
    }

    private void Say(string sensor, long watermark, long? log = null) => _clock.Advance(_clock.Of(sensor), watermark, log ?? watermark);
}
