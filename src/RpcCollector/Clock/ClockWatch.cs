using System.Globalization;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Clock;

/// <summary>
/// Reads the clock of arrivals even when nothing arrives, acts on its steps and tells of them, and keeps its last reading.
/// </summary>
internal sealed class ClockWatch(
    ArrivalClock clock, KeptClock kept, ExporterCatalog catalog, ActivePairs pairs, TimeProvider time, Heartbeats heartbeats,
    StopDeadline stop, ILogger<ClockWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenKeeps = TimeSpan.FromSeconds(5);

    private const string Name = "clock watch";

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.ClockWatch, Name, Heartbeat.OfWriter));
    private bool _isUnbelieved;
    private bool _isFailing;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        Keep();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask))
            stop.Do(Name, StopDeadline.Writers, Keep);
    }

    /// <summary>Looks once; for the service itself, and for tests.</summary>
    public void Look()
    {
        var now = clock.UnixMilliseconds;
        while (clock.TryReadStep(out var step))
        {
            // What was kept of arrivals by an earlier process is by its clock, and was taken as of now when it was read.
            if (!step.IsOverRestart)
            {
                catalog.MoveArrivals(step, now);
                pairs.MoveArrivals(step, now);
            }

            clock.StepIsTold();
            Tell(step);
        }

        if (clock.IsBelieved != _isUnbelieved) return;
        _isUnbelieved = !_isUnbelieved;
        if (_isUnbelieved) ClockLog.NotBelieved(logger, DateTimeOffset.FromUnixTimeMilliseconds(now));
        else ClockLog.BelievedAgain(logger);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _heartbeat.RunAsync(async () =>
    {
        var keptAt = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            await _heartbeat.DelayAsync(Interval, time, stoppingToken);
            Look();
            if (time.GetElapsedTime(keptAt) < BetweenKeeps) continue;
            Keep();
            keptAt = time.GetTimestamp();
        }
    }, stoppingToken);

    private void Tell(ClockStep step)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(step.FromUnixMilliseconds);
        var to = DateTimeOffset.FromUnixTimeMilliseconds(step.ToUnixMilliseconds);
        var occasion = step.IsOverRestart ? " while this program did not run" : "";
        var duration = InWords((to - from).Duration());
        if (step.IsBack) ClockLog.SetBack(logger, duration, occasion, from, to);
        else ClockLog.SetAhead(logger, duration, occasion, from, to);
    }

    private static string InWords(TimeSpan duration) => duration < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s")
        : TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)).ToString("c", CultureInfo.InvariantCulture);

    private void Keep()
    {
        var failure = kept.Write(clock);
        if (failure is not null && !_isFailing) ClockLog.NotKept(logger, failure);
        if (failure is null && _isFailing) ClockLog.KeptAgain(logger);
        _isFailing = failure is not null;
    }
}
