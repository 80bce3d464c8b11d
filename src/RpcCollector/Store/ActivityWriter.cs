using RpcCollector.Detection;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store;

/// <summary>Writes activities as the feed hands them over, and keeps their store within its bounds.</summary>
internal sealed class ActivityWriter : BackgroundService
{
    private readonly ActivityStore _store;
    private readonly ActivePairs _pairs;
    private readonly CommitDurations _durations;
    private readonly ArrivalClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BatchWriter<ActivityChange> _writer;

    public ActivityWriter(
        ActivityFeed feed, ActivityStore store, ActivePairs pairs, CommitDurations durations, ArrivalClock clock, TimeProvider time,
        ILogger<ActivityWriter> logger)
    {
        (_store, _pairs, _durations, _clock, _time, _logger) = (store, pairs, durations, clock, time, logger);
        _writer = new BatchWriter<ActivityChange>("Activities", feed, Write, Trim, time, logger);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _pairs.Refill(_store);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // The pairs fill again with the next activities; a store that cannot be read is no reason not to collect.
            StoreLog.PairsNotRefilled(_logger, failure.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Unless the host has lost its patience with the writing that still goes on.
        if (ExecuteTask is null or { IsCompleted: true }) _writer.WriteRest();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _writer.RunAsync(stoppingToken);

    private void Write(IReadOnlyCollection<ActivityChange> changes)
    {
        var began = _time.GetTimestamp();
        _pairs.Apply(_store.Write(changes));
        _durations.Add(_time.GetElapsedTime(began));
    }

    private bool Trim() => _store.Trim(_clock.UnixMilliseconds, _clock.AgedUnixMilliseconds);
}
