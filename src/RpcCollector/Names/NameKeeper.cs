using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Names;

/// <summary>
/// Loads what hosts were called before the first line is read, saves it a second after something changed and at the end, forgets what is
/// old, and reads the names file.
/// </summary>
/// <param name="isKept">True to keep it in the store.</param>
internal sealed class NameKeeper(
    NameOptions options, bool isKept, NameBook book, Func<StateStore> state, ArrivalClock clock, TimeProvider time, Heartbeats heartbeats,
    StopDeadline stop, ILogger<NameKeeper> logger)
    : BackgroundService
{
    private const string Name = "name keeper";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // When names were told last moves all the time: that is saved this often.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A large change must not keep the disk busy: the pause between two saves is this many times as long as a save.
    private const int RestFactor = 10;

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.NameKeeper, Name, Heartbeat.OfWriter));
    private readonly NameFileWatch _file = new(options, book, logger);
    private NameRows? _rows;
    private bool _isFailing;

    /// <exception cref="StartupException">The names file cannot be used, or what is kept cannot be read.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _file.Start();
        if (isKept) Load();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask) && _rows is not null)
            stop.Do(Name, StopDeadline.Writers, () => Save(alsoSeen: true));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _heartbeat.RunAsync(() => KeepAsync(stoppingToken), stoppingToken);

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var saved = time.GetTimestamp();
        var rest = Pause;
        while (await _heartbeat.DelayAsync(rest, time, stoppingToken))
        {
            _file.Reload();
            rest = Pause;
            var isLong = time.GetElapsedTime(saved) >= LongestPause;
            if (isLong)
            {
                Forget();
                saved = time.GetTimestamp();
            }

            var began = time.GetTimestamp();
            Save(isLong);
            if (time.GetElapsedTime(began) * RestFactor is var longer && longer > rest)
                rest = longer < LongestPause ? longer : LongestPause;
        }
    }

    private void Load()
    {
        _rows = new NameRows(state());
        var names = StoreFolder.ReadOrRefuse("what hosts were called", _rows.LoadNames);
        var logons = StoreFolder.ReadOrRefuse("who logged on", _rows.LoadLogons);
        book.Restore(names, logons);
        if (book.Count > 0) NameLog.Loaded(logger, book.Count);
    }

    private void Save(bool alsoSeen)
    {
        // Without a store nothing waits for it.
        if (book.Changes.Take(alsoSeen) is not { } batch || _rows is null) return;
        try
        {
            _heartbeat.Doing = "saving";
            _rows.Save(book, batch, _heartbeat.Beat);
            _heartbeat.Fault = null;
            if (_isFailing) NameLog.SavesAgain(logger);
            _isFailing = false;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            book.Changes.Return(batch);
            if (!_isFailing) NameLog.SaveFailed(logger, failure.Message);
            _isFailing = true;
            _heartbeat.Fault = $"what hosts are called cannot be saved: {failure.Message}";
        }
        finally
        {
            _heartbeat.Doing = null;
        }
    }

    private void Forget()
    {
        _heartbeat.Doing = "forgetting";

        // What is told of a time so far ahead is told by a clock that is wrong; ours may be, too, and is then not heeded at once.
        var kept = (long)options.KeepFor.TotalMilliseconds;
        book.Forget(clock.AgedUnixMilliseconds - kept, clock.UnixMilliseconds + kept);
        _heartbeat.Doing = null;
    }
}
