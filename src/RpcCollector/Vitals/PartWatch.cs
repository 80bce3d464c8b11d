using RpcCollector.Naming;

namespace RpcCollector.Vitals;

/// <summary>
/// Looks at all parts twice a second: says once which one is stuck and when it goes on, and ends the process when one has died.
/// </summary>
/// <remarks>
/// What keeps the process is asked to restart it by the exit code: a part that died does not come back, and what it would have seen is
/// lost meanwhile. A judge that dies soon after a start would do so again after the next, whatever made it: then collecting goes on
/// without it, and readiness and health say so.
/// </remarks>
internal sealed class PartWatch(Heartbeats heartbeats, StopDeadline stop, IHostApplicationLifetime lifetime, ILogger<PartWatch> logger)
    : IHostedService, IDisposable
{
    private const int BetweenLooks = 500;

    private static readonly TimeSpan SoonAfterStart = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Heartbeat, PartState> _said = [];
    private readonly ManualResetEventSlim _ending = new();
    private readonly long _started = Environment.TickCount64;
    private Thread? _thread;

    /// <summary>Looks once; for the thread itself, and for tests.</summary>
    /// <param name="now">In the system's milliseconds.</param>
    public void Look(long now)
    {
        foreach (var heartbeat in heartbeats.All)
        {
            var state = heartbeat.At(now);
            var former = _said.GetValueOrDefault(heartbeat, PartState.Alive);
            if (state == former) continue;
            _said[heartbeat] = state;
            if (state == PartState.Dead) EndWith(heartbeat, now);
            else if (state == PartState.Stuck) VitalsLog.Stuck(logger, heartbeat.Name, now - heartbeat.LastBeat, Doing(heartbeat));
            else if (former == PartState.Stuck) VitalsLog.GoesOn(logger, heartbeat.Name);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: it shall see, too, that the pool has none left.
        _thread = new Thread(Run) { Name = "watch", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        End();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        End();
        _ending.Dispose();
    }

    private static string Doing(Heartbeat heartbeat) => heartbeat.Doing is { } doing ? $", at {doing}" : "";

    private void End()
    {
        if (_thread is null) return;
        _ending.Set();
        _thread.Join();
        _thread = null;
    }

    private void Run()
    {
        while (!_ending.Wait(BetweenLooks)) Look(Environment.TickCount64);
    }

    private void EndWith(Heartbeat heartbeat, long now)
    {
        // Which has said so itself.
        if (heartbeat.Part == Part.Judge && now - _started < SoonAfterStart.TotalMilliseconds) return;
        VitalsLog.Died(logger, heartbeat.Name, SnakeCase<Part>.Of(heartbeat.Part), StopDeadline.PartFailedExitCode, heartbeat.Death!);
        stop.HasFailed = true;
        lifetime.StopApplication();
    }
}
