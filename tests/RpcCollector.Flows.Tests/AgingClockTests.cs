using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Tests;

public sealed class AgingClockTests
{
    private const long Begin = 1_795_000_000_000;
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    private readonly AgingClock _aging = new();
    private long _now = Begin;

    public AgingClockTests() => _aging.AdvanceTo(Begin);

    [Fact]
    public void Advances_of_up_to_an_hour_count_at_once()
    {
        Advance(Day);
        Assert.Equal(_now, _aging.AgedUnixMilliseconds);
    }

    [Fact]
    public void Leap_of_more_than_an_hour_counts_when_it_has_lasted_a_day()
    {
        Step(2 * Hour);
        Assert.Equal(Begin, _aging.AgedUnixMilliseconds);
        Advance(Day - Hour);
        Assert.Equal(Begin + Day - Hour, _aging.AgedUnixMilliseconds);
        Advance(Hour);
        Assert.Equal(_now, _aging.AgedUnixMilliseconds);
    }

    [Fact]
    public void Step_back_within_the_day_cancels_the_leap()
    {
        Step(400 * Day);
        Advance(20 * Hour);
        Step(-400 * Day);
        Assert.Equal(Begin + (20 * Hour), _aging.AgedUnixMilliseconds);
        Advance(3 * Day);
        Assert.Equal(_now, _aging.AgedUnixMilliseconds);
    }

    [Fact]
    public void Clock_that_goes_back_after_a_leap_has_counted_takes_age_back()
    {
        Step(400 * Day);
        Advance(2 * Day);
        Step(-400 * Day);
        Assert.Equal(Begin + (2 * Day), _aging.AgedUnixMilliseconds);
    }

    [Fact]
    public void Every_leap_lasts_its_own_day()
    {
        // A machine that runs ten hours a day grows old all the same.
        for (var day = 0; day < 30; day++)
        {
            Advance(10 * Hour);
            Step(14 * Hour);
        }

        Assert.InRange(_now - _aging.AgedUnixMilliseconds, 14 * Hour, 4 * Day);

        // A leap of 400 days waits for the whole day, though others came shortly before.
        var before = _aging.AgedUnixMilliseconds;
        Step(400 * Day);
        Advance(Day - Hour);
        Assert.InRange(_aging.AgedUnixMilliseconds, before, before + (5 * Day));
    }

    [Fact]
    public void Many_leaps_are_bounded_and_wait_for_the_longest()
    {
        for (var i = 0; i < 1_000; i++) Step(2 * Hour);
        Assert.Equal(Begin, _aging.AgedUnixMilliseconds);
        Assert.InRange(_aging.Save().Length, 1, 300);
        Advance(Day);
        Assert.Equal(_now, _aging.AgedUnixMilliseconds);
    }

    [Fact]
    public void What_is_saved_goes_on_as_if_it_had_not_been()
    {
        Step(3 * Hour);
        Advance(5 * Hour);
        Step(9 * Day);
        Advance(90 * 60_000);
        var loaded = AgingClock.Load(_aging.Save());
        Assert.NotNull(loaded);
        Assert.Equal((_aging.ClockUnixMilliseconds, _aging.AgedUnixMilliseconds),
            (loaded.ClockUnixMilliseconds, loaded.AgedUnixMilliseconds));
        for (var i = 0; i < 50; i++)
        {
            _now += Hour;
            Assert.Equal(_aging.AdvanceTo(_now), loaded.AdvanceTo(_now));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-5")]
    [InlineData("1795000000000 5")]
    [InlineData("1795000000000 5/")]
    [InlineData("1795000000000 1795000000001/3")]
    [InlineData("1795000000000 1/1 1/1 1/1 1/1 1/1 1/1 1/1 1/1 1/1")]
    [InlineData("99999999999999999999")]
    [InlineData("9999999999999999")]
    public void Line_that_is_none_of_its_own_is_not_read(string line) => Assert.Null(AgingClock.Load(line));

    private void Advance(long milliseconds)
    {
        for (; milliseconds > 0; milliseconds -= 10 * 60_000)
        {
            _now += Math.Min(milliseconds, 10 * 60_000);
            _aging.AdvanceTo(_now);
        }
    }

    private void Step(long milliseconds) => _aging.AdvanceTo(_now += milliseconds);
}
