using RpcCollector.Vitals;

namespace RpcCollector.Tests.Vitals;

public sealed class HeartbeatTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static long Now => Environment.TickCount64;

    [Fact]
    public void Part_that_has_not_started_or_has_ended_as_planned_is_not_missed()
    {
        var heartbeat = new Heartbeat(Part.Shard, "shard 0", Heartbeat.OfThread);
        Assert.Equal(PartState.NotRunning, heartbeat.At(Now + 60_000));

        heartbeat.Run(() => Assert.Equal(PartState.Alive, heartbeat.At(Now)));

        Assert.Equal(PartState.NotRunning, heartbeat.At(Now + 60_000));
    }

    [Fact]
    public void Part_that_does_not_beat_is_stuck_and_says_what_it_was_at_and_is_alive_again_when_it_goes_on()
    {
        var heartbeats = new Heartbeats();
        var heartbeat = heartbeats.Add(new Heartbeat(Part.Judge, "judge", Heartbeat.OfThread));
        heartbeat.Run(() =>
        {
            heartbeat.Doing = "closing an hour";
            Assert.Empty(heartbeats.Unwell(Now));
            Assert.Equal((heartbeat, PartState.Stuck), Assert.Single(heartbeats.Unwell(Now + 6_000)));
            Assert.False(heartbeats.IsWell(Part.Judge, Now + 6_000));
            Assert.True(heartbeats.IsWell(Part.Shard, Now + 6_000));
            Assert.InRange(heartbeats.Silence(Part.Judge, Now + 6_000).TotalSeconds, 6, 60);
            Assert.Equal("closing an hour", heartbeat.Doing);

            heartbeat.Beat();
            Assert.Equal(PartState.Alive, heartbeat.At(heartbeat.LastBeat + 4_000));
        });
    }

    [Fact]
    public void Part_that_beats_and_cannot_do_its_work_fails_until_it_can()
    {
        var heartbeat = new Heartbeat(Part.ZeekFollower, "zeek", Heartbeat.OfThread);
        heartbeat.Run(() =>
        {
            heartbeat.Fault = "conn.log cannot be read";
            Assert.Equal(PartState.Failing, heartbeat.At(Now));
            heartbeat.Fault = null;
            Assert.Equal(PartState.Alive, heartbeat.At(Now));
        });
    }

    [Fact]
    public async Task Part_that_an_exception_ended_is_dead_and_being_told_to_stop_is_no_death()
    {
        var thread = new Heartbeat(Part.UdpReceiver, "udp 2055", Heartbeat.OfThread);
        var service = new Heartbeat(Part.ClockWatch, "clock watch", Heartbeat.OfThread);
        using var stopping = new CancellationTokenSource();

        thread.Run(() => throw new InvalidOperationException());
        await service.RunAsync(async () =>
        {
            await stopping.CancelAsync();
            await Task.Delay(1_000, stopping.Token);
        }, stopping.Token);

        Assert.Equal((PartState.Dead, PartState.NotRunning), (thread.At(Now), service.At(Now)));
        Assert.IsType<InvalidOperationException>(thread.Death);
        await service.RunAsync(() => throw new InvalidOperationException(), stopping.Token);
        Assert.Equal(PartState.Dead, service.At(Now));
    }

    [Fact]
    public async Task Service_that_waits_beats()
    {
        var heartbeat = new Heartbeat(Part.ExporterWatch, "exporter watch", Heartbeat.OfThread);
        var before = heartbeat.LastBeat;
        await Task.Delay(30, Stop);

        Assert.True(await heartbeat.DelayAsync(TimeSpan.FromMilliseconds(30), TimeProvider.System, Stop));

        Assert.True(heartbeat.LastBeat > before);
        Assert.False(await heartbeat.DelayAsync(TimeSpan.FromMinutes(5), TimeProvider.System, new CancellationToken(canceled: true)));
    }
}
