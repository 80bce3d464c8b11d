using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Vitals;

namespace RpcCollector.Store;

/// <summary>Writes activities as the feed hands them over, and keeps their store within its bounds.</summary>
internal sealed class ActivityWriter : BackgroundService
{
    private const string Name = "activity writer";

    // So many are written at once where each is sorted in at once: pages of the log for each.
    private const int SortedBatch = 1_000;

    // From so many on there is no time to sort in; in a burst what comes does not wait for others to be sorted in, while there is room.
    private const int ManyWait = 10_000;
    private const int Burst = 1_000;

    // What is sorted in together shares pages: so long a few wait for more.
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(40);

    private readonly ActivityFeed _feed;
    private readonly ActivityStore _store;
    private readonly ActivePairs _pairs;
    private readonly CommitDurations _durations;
    private readonly ArrivalClock _clock;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly Heartbeat _heartbeat;
    private readonly ILogger _logger;
    private readonly BatchWriter<ActivityChange> _writer;
    private long _waitSince;

    public ActivityWriter(
        ActivityFeed feed, ActivityStore store, ActivePairs pairs, CommitDurations durations, ArrivalClock clock, TimeProvider time,
        Heartbeats heartbeats, StopDeadline stop, ILogger<ActivityWriter> logger)
    {
        (_feed, _store, _pairs, _durations, _clock, _time, _stop, _logger) = (feed, store, pairs, durations, clock, time, stop, logger);
        _heartbeat = heartbeats.Add(new Heartbeat(Part.ActivityWriter, Name, Heartbeat.OfWriter));
        _writer = new BatchWriter<ActivityChange>("Activities", feed, Write, Trim, time, _heartbeat, logger)
        {
            MostAtOnce = () => store.HasRoomToWait ? ActivityFeed.MaxBatch : SortedBatch,
        };
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
        if (await _stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask))
            _stop.Do(Name, StopDeadline.Writers, () => _writer.WriteRest(() => _stop.IsOver(StopDeadline.LastWrite)));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _heartbeat.RunAsync(() => _writer.RunAsync(stoppingToken), stoppingToken);

    private void Write(IReadOnlyCollection<ActivityChange> changes)
    {
        var (began, unsorted) = (_time.GetTimestamp(), _store.Unsorted);
        _pairs.Apply(_store.Write(changes, mayWait: true));
        _durations.Add(_time.GetElapsedTime(began));
        if (unsorted == 0) _waitSince = began;
    }

    private bool Trim()
    {
        var (began, unsorted) = (_time.GetTimestamp(), _store.Unsorted);
        var hasMore = _store.Trim(
            _clock.UnixMilliseconds,
            _clock.AgedUnixMilliseconds,
            isHurried: _feed.Backlog >= (_store.MayWait ? Burst : ManyWait),
            isGathering: _time.GetElapsedTime(_waitSince) < Gathering);

        // Nothing is written meanwhile, and what is sorted in is a batch, too.
        if (_store.Unsorted < unsorted) _durations.Add(_time.GetElapsedTime(began));
        return hasMore;
    }
}
