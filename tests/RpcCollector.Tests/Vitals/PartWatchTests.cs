using Microsoft.Extensions.Hosting;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Vitals;

public sealed class PartWatchTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly Heartbeats _heartbeats = new();
    private readonly StopDeadline _stop;
    private readonly Lifetime _lifetime = new();
    private readonly PartWatch _watch;

    public PartWatchTests()
    {
        _stop = new StopDeadline(_temporary.Log.For<StopDeadline>());
        _watch = new PartWatch(_heartbeats, _stop, _lifetime, _temporary.Log.For<PartWatch>());
    }

    private static long Now => Environment.TickCount64;

    public void Dispose()
    {
        _watch.Dispose();
        _lifetime.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void Part_that_is_stuck_is_said_once_and_once_more_when_it_goes_on()
    {
        var heartbeat = _heartbeats.Add(new Heartbeat(Part.Shard, "shard 3", Heartbeat.OfThread));
        heartbeat.Run(() =>
        {
            _watch.Look(Now);
            heartbeat.Doing = "something";
            _watch.Look(Now + 10_000);
            _watch.Look(Now + 20_000);
            heartbeat.Beat();
            _watch.Look(Now);
        });

        Assert.Collection(
            _temporary.Log.Lines,
            line => Assert.StartsWith("Error: 'shard 3' is stuck", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: 'shard 3' goes on", line, StringComparison.Ordinal));
        Assert.False(_stop.HasFailed);
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public void Part_that_died_ends_the_process_with_a_line_and_an_exit_code()
    {
        var heartbeat = _heartbeats.Add(new Heartbeat(Part.ActivityWriter, "activity writer", Heartbeat.OfWriter));
        heartbeat.Run(() => throw new InvalidCastException());

        _watch.Look(Now);
        _watch.Look(Now);

        Assert.Contains("'activity writer' (activity_writer) died", Assert.Single(_temporary.Log.Lines), StringComparison.Ordinal);
        Assert.True(_stop.HasFailed);
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(11, true)]
    public void Judge_that_dies_soon_after_the_start_does_not_make_the_process_start_over_and_over(int minutes, bool ends)
    {
        _heartbeats.Add(new Heartbeat(Part.Judge, "judge", Heartbeat.OfWriter)).Run(() => throw new InvalidCastException());

        _watch.Look(Now + (minutes * 60_000));

        Assert.Equal((ends, ends), (_stop.HasFailed, _lifetime.ApplicationStopping.IsCancellationRequested));
        Assert.Single(_heartbeats.Unwell(Now));
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
