using RpcCollector.Clock;
using RpcCollector.Flows.Time;
using RpcCollector.KnownExporters;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.KnownExporters;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Clock;

public sealed class ClockWatchTests : IDisposable
{
    private readonly WatchedExporters _exporters = new();
    private readonly List<string> _kept = [];
    private readonly KeptClock _keeping;
    private readonly ClockWatch _watch;

    public ClockWatchTests()
    {
        // Long after the release, so that a clock that goes back is believed.
        _exporters.Time.Now += TimeSpan.FromDays(300);
        _keeping = new KeptClock(() => _kept.LastOrDefault(), _kept.Add);
        _watch = Watch(_exporters.Clock);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _exporters.Dispose();
    }

    [Fact]
    public void Step_is_told_once_with_both_times()
    {
        _watch.Look();
        _exporters.Time.Step = TimeSpan.FromHours(-3);
        _watch.Look();
        _watch.Look();
        _exporters.Time.Step = TimeSpan.FromDays(1);
        _watch.Look();

        Assert.Equal(
            [
                "Warning: The machine's clock was set back by 03:00:00, from 2026-10-28T00:00:00.000Z to 2026-10-27T21:00:00.000Z: "
                    + "flows go on being held, hours that are not over are judged again, "
                    + "and what was learned later than now counts as learned now",
                "Warning: The machine's clock was set ahead by 1.03:00:00, from 2026-10-27T21:00:00.000Z to 2026-10-29T00:00:00.000Z: "
                    + "flows go on being held, hours that are over are closed, "
                    + "and nothing is forgotten for its age before this time has lasted a day",
            ],
            _exporters.Log.Lines);
        Assert.Equal((1, 1), (_exporters.Clock.StepsAhead, _exporters.Clock.StepsBack));
    }

    [Theory]
    [InlineData(-180)]
    [InlineData(1_440)]
    public void Exporters_are_neither_silent_nor_back_again_because_the_clock_was_set(int minutes)
    {
        _exporters.Send("192.0.2.7", 100);
        _exporters.Time.Now += TimeSpan.FromMinutes(8);
        _exporters.Time.Step = TimeSpan.FromMinutes(minutes);

        // Whoever looks first: the exporters are looked at again when what is kept of them has been moved.
        _exporters.Look(TimeSpan.Zero);
        _watch.Look();
        _exporters.Look(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (_exporters.Gauges.Silent, _exporters.Gauges.Events(ExporterEvent.Silent)));

        _exporters.Look(TimeSpan.FromMinutes(2));
        Assert.Equal((1, 1), (_exporters.Gauges.Silent, _exporters.Gauges.Events(ExporterEvent.Silent)));
    }

    [Fact]
    public async Task Last_reading_is_kept_at_the_start_and_at_the_stop_and_a_clock_that_went_back_meanwhile_is_told()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);
        await _watch.StopAsync(TestContext.Current.CancellationToken);
        Assert.InRange(_kept.Count, 2, 100);
        _exporters.Time.Step = TimeSpan.FromDays(-2);

        using var next = Watch(new ArrivalClock(_exporters.Time, _keeping.Read()));
        next.Look();

        Assert.Contains("was set back by 2.00:00:00 while this program did not run", Assert.Single(_exporters.Log.Lines),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Clock_that_has_lost_the_time_is_told_once_and_so_is_its_return()
    {
        _watch.Look();
        _exporters.Time.Step = DateTimeOffset.UnixEpoch - _exporters.Time.Now;
        _watch.Look();
        _watch.Look();
        _exporters.Time.Step = TimeSpan.Zero;
        _watch.Look();
        _watch.Look();

        Assert.Collection(
            _exporters.Log.Lines,
            line => Assert.Contains("is not believed: time goes on from 2026-10-28T00:00:00.000Z", line, StringComparison.Ordinal),
            line => Assert.Contains("is believed again", line, StringComparison.Ordinal));
        Assert.Equal((0, 0), (_exporters.Clock.StepsAhead, _exporters.Clock.StepsBack));
    }

    [Fact]
    public async Task Disk_that_refuses_the_reading_is_told_once()
    {
        var refuses = new KeptClock(() => throw new IOException("no"), _ => throw new IOException("full"));
        using var watch = new ClockWatch(
            _exporters.Clock, refuses, _exporters.Catalog, new ActivePairs(new MetricsOptions(), _exporters.Clock), _exporters.Time,
                new Heartbeats(), new StopDeadline(_exporters.Log.For<ClockWatch>()), _exporters.Log.For<ClockWatch>());

        await watch.StartAsync(TestContext.Current.CancellationToken);
        await watch.StopAsync(TestContext.Current.CancellationToken);

        Assert.Null(refuses.Read());
        Assert.StartsWith("Warning: The time cannot be kept (full)", Assert.Single(_exporters.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void State_keeps_the_reading_and_what_makes_no_sense_is_no_reading()
    {
        using var temporary = new TemporaryStore();
        Assert.Null(KeptClock.In(temporary.Options, () => temporary.State).Read());

        var kept = KeptClock.In(temporary.Options, () => temporary.State);
        Assert.Null(kept.Write(_exporters.Clock));
        Assert.Equal(_exporters.Clock.UnixMilliseconds, kept.Read()?.ClockUnixMilliseconds);

        temporary.State.SetValue(KeptClock.Name, "no time");
        Assert.Null(kept.Read());
    }

    [Fact]
    public void Where_no_reading_is_kept_time_goes_on_from_when_the_store_was_last_written()
    {
        using var temporary = new TemporaryStore();
        temporary.State.SetValue("other", "a value");
        temporary.Close();
        var now = temporary.Time.GetUtcNow();
        File.WriteAllText(temporary.DatabasePath, "");
        File.SetLastWriteTimeUtc(temporary.DatabasePath, now.UtcDateTime);
        File.SetLastWriteTimeUtc(temporary.StatePath, now.UtcDateTime.AddDays(-1));

        var kept = KeptClock.In(temporary.Options, () => temporary.State).Read();

        // A clock that is a year ahead makes nothing old.
        temporary.Time.Now += TimeSpan.FromDays(365);
        Assert.Equal(now.ToUnixTimeMilliseconds(), new ArrivalClock(temporary.Time, kept).AgedUnixMilliseconds);
    }

    private ClockWatch Watch(ArrivalClock clock) =>
        new(clock, _keeping, _exporters.Catalog, new ActivePairs(new MetricsOptions(), clock), _exporters.Time,
            new Heartbeats(), new StopDeadline(_exporters.Log.For<ClockWatch>()), _exporters.Log.For<ClockWatch>());
}
