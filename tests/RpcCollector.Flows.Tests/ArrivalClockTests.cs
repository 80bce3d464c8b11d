using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Tests;

public sealed class ArrivalClockTests
{
    private const long Begin = 1_795_000_000_000;
    private const long Hour = 3_600_000;

    private readonly ManualClock _machine = new(Begin);

    [Fact]
    public void Time_goes_on_with_the_machines_clock()
    {
        var clock = new ArrivalClock(_machine);
        for (var i = 1; i <= 100; i++)
        {
            _machine.Pass(137);
            Assert.Equal(new ArrivalTime(0, Begin + (137 * i)), clock.Read());
        }

        Assert.False(TryTakeStep(clock, out _));
        Assert.True(clock.IsBelieved);
    }

    [Theory]
    [InlineData(3 * Hour)]
    [InlineData(-3 * Hour)]
    [InlineData(501)]
    [InlineData(-501)]
    public void Clock_that_is_set_begins_a_new_era_and_is_told_once(long by)
    {
        var clock = new ArrivalClock(_machine);
        _machine.Pass(1_000);
        clock.Read();
        _machine.Pass(200);
        _machine.Wall += by;

        Assert.Equal(new ArrivalTime(1, Begin + 1_200 + by), clock.Read());
        _machine.Pass(50);
        Assert.Equal(new ArrivalTime(1, Begin + 1_250 + by), clock.Read());

        Assert.True(TryTakeStep(clock, out var step));
        Assert.Equal(new ClockStep(Begin + 1_200, Begin + 1_200 + by, IsOverRestart: false), step);
        Assert.Equal(by < 0, step.IsBack);
        Assert.False(TryTakeStep(clock, out _));
        Assert.Equal((by > 0 ? 1 : 0, by < 0 ? 1 : 0), (clock.StepsAhead, clock.StepsBack));
    }

    [Fact]
    public void Clock_that_is_slewed_is_followed_however_far()
    {
        var clock = new ArrivalClock(_machine);
        for (var i = 0; i < 1_000; i++)
        {
            _machine.Pass(1_100);
            _machine.Wall += i < 500 ? 100 : -100;
            Assert.Equal(new ArrivalTime(0, _machine.Wall), clock.Read());
        }
    }

    [Fact]
    public void Small_step_back_holds_the_time_until_the_clock_has_caught_up()
    {
        var clock = new ArrivalClock(_machine);
        _machine.Pass(100);
        var before = clock.Read();
        _machine.Wall -= 400;

        Assert.Equal(before, clock.Read());
        _machine.Pass(399);
        Assert.Equal(before, clock.Read());
        _machine.Pass(2);
        Assert.Equal(before with { UnixMilliseconds = before.UnixMilliseconds + 1 }, clock.Read());
    }

    [Fact]
    public void Many_small_steps_back_are_a_step_in_the_end()
    {
        var clock = new ArrivalClock(_machine);
        for (var i = 0; i < 10; i++)
        {
            _machine.Wall -= 400;
            clock.Read();
            _machine.Pass(1);
            clock.AgedUnixMilliseconds.ToString();
        }

        Assert.True(clock.StepsBack > 0);
        Assert.InRange(clock.UnixMilliseconds - _machine.Wall, 0, ArrivalClock.StepMilliseconds);
    }

    [Fact]
    public void Thread_that_is_held_up_between_the_two_clocks_takes_no_delay_for_a_step()
    {
        var clock = new ArrivalClock(_machine);
        _machine.Pass(5_000);
        foreach (var delay in (long[])[2_000, 3_000, 700, 0]) _machine.Delays.Enqueue(delay);

        Assert.Equal((byte)0, clock.Read().Era);
        Assert.Equal(new ArrivalTime(0, _machine.Wall), clock.Read());
        Assert.Equal(0, clock.StepsAhead);
    }

    [Fact]
    public void Clock_that_went_back_while_no_process_ran_is_told_like_a_step()
    {
        var before = new ArrivalClock(_machine);
        var kept = before.Save();
        _machine.Wall -= 24 * Hour;

        var clock = new ArrivalClock(_machine, AgingClock.Load(kept));

        Assert.True(TryTakeStep(clock, out var step));
        Assert.Equal(new ClockStep(Begin, Begin - (24 * Hour), IsOverRestart: true), step);
        Assert.Equal(1, clock.StepsBack);
        Assert.Equal(new ArrivalTime(1, Begin - (24 * Hour)), clock.Read());
    }

    [Fact]
    public void Outage_is_no_step()
    {
        var kept = new ArrivalClock(_machine).Save();
        _machine.Wall += 72 * Hour;

        var clock = new ArrivalClock(_machine, AgingClock.Load(kept));

        Assert.False(TryTakeStep(clock, out _));
        Assert.Equal(_machine.Wall, clock.UnixMilliseconds);
    }

    [Fact]
    public void Clock_that_has_lost_the_time_is_not_believed_and_time_goes_on_from_what_was_kept()
    {
        var kept = new ArrivalClock(_machine).Save();
        _machine.Wall = 0;

        var clock = new ArrivalClock(_machine, AgingClock.Load(kept));
        Assert.False(clock.IsBelieved);
        _machine.Pass(60_000);
        Assert.Equal(new ArrivalTime(0, Begin + 60_000), clock.Read());

        // Set right by the network: an hour passed while the machine was off.
        _machine.Wall = Begin + Hour;
        Assert.Equal(new ArrivalTime(1, Begin + Hour), clock.Read());
        Assert.True(clock.IsBelieved);
        Assert.Equal((1, 0), (clock.StepsAhead, clock.StepsBack));
    }

    [Fact]
    public void Clock_that_has_lost_the_time_before_anything_was_kept_begins_with_the_release()
    {
        _machine.Wall = 5;
        var clock = new ArrivalClock(_machine);
        Assert.Equal(ArrivalClock.EarliestUnixMilliseconds, clock.UnixMilliseconds);
    }

    [Fact]
    public void Clock_that_loses_the_time_while_running_is_passed_over_until_it_is_right_again()
    {
        var clock = new ArrivalClock(_machine);
        _machine.Pass(100);
        _machine.Wall = 0;
        _machine.Pass(100);
        Assert.Equal(new ArrivalTime(0, Begin + 200), clock.Read());
        Assert.False(clock.IsBelieved);

        _machine.Pass(100);
        _machine.Wall = Begin + 300;
        Assert.Equal(new ArrivalTime(0, Begin + 300), clock.Read());
        Assert.True(clock.IsBelieved);
        Assert.False(TryTakeStep(clock, out _));
    }

    [Fact]
    public void Eras_wrap()
    {
        var clock = new ArrivalClock(_machine);
        var era = clock.Read().Era;
        for (var i = 0; i < 600; i++)
        {
            _machine.Wall += i % 2 == 0 ? Hour : -Hour;
            var next = clock.Read().Era;
            Assert.True(ArrivalTime.IsLater(next, era));
            Assert.False(ArrivalTime.IsLater(era, next));
            era = next;
        }

        // Nobody took them: they are bounded, and none is missing from the first to the last.
        var told = new List<ClockStep>();
        while (TryTakeStep(clock, out var step)) told.Add(step);
        Assert.InRange(told.Count, 1, 100);
        Assert.Equal(clock.UnixMilliseconds, told[^1].ToUnixMilliseconds);
    }

    [Fact]
    public void Threads_that_read_at_once_decide_each_step_once()
    {
        var clock = new ArrivalClock(_machine);
        for (var round = 1; round <= 50; round++)
        {
            _machine.Wall += round % 2 == 0 ? Hour : -Hour;
            Parallel.For(0, 8, _ => clock.Read());
            Assert.Equal(round, clock.StepsAhead + clock.StepsBack);
            Assert.Equal((byte)round, clock.Read().Era);
        }
    }

    [Fact]
    public void Leap_ahead_ages_nothing_at_once()
    {
        var clock = new ArrivalClock(_machine);
        _machine.Wall += 400 * 24 * Hour;
        Assert.Equal(Begin, clock.AgedUnixMilliseconds);
        Assert.Equal(_machine.Wall, clock.UnixMilliseconds);

        // Neither does the next process take it for an outage.
        _machine.Pass(10);
        var next = new ArrivalClock(_machine, AgingClock.Load(clock.Save()));
        Assert.Equal(Begin + 10, next.AgedUnixMilliseconds);
    }

    private static bool TryTakeStep(ArrivalClock clock, out ClockStep step)
    {
        Assert.Equal(clock.HasUntoldStep, clock.TryReadStep(out step));
        if (!clock.HasUntoldStep) return false;
        clock.StepIsTold();
        return true;
    }
}
