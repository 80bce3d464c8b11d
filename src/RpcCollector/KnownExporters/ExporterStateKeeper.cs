using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.KnownExporters;

/// <summary>
/// Loads what was known of the exporters before the first datagram is read, saves it soon after something changed and at the end, and
/// forgets Templates that are over.
/// </summary>
internal sealed class ExporterStateKeeper(
    CollectorOptions options, ExporterCatalog catalog, StateStore state, ExporterGauges gauges, ArrivalClock clock, TimeProvider time,
    Heartbeats heartbeats, StopDeadline stop, ILogger<ExporterStateKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Clock estimates and last uses move all the time: they are saved this often even if nothing else changed.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A large state must not keep the disk busy: the pause between two saves is this many times as long as a save.
    private const int RestFactor = 10;

    private const string Name = "exporter keeper";

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.ExporterKeeper, Name, Heartbeat.OfWriter));
    private readonly ExporterRows _rows = new(state);
    private readonly ChangedExporters _changed = new(catalog);
    private long _savedChanges;
    private bool _isFailing;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Store.Enabled) Load();
        _savedChanges = catalog.Changes;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask) && options.Store.Enabled)
            stop.Do(Name, StopDeadline.Writers, () => Save(alsoSeen: true));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _heartbeat.RunAsync(() => KeepAsync(stoppingToken), stoppingToken);

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var (saved, forgotten) = (time.GetTimestamp(), time.GetTimestamp());
        var rest = Pause;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!await _heartbeat.DelayAsync(rest, time, stoppingToken)) return;
            if (time.GetElapsedTime(forgotten) >= LongestPause)
            {
                Forget();
                forgotten = time.GetTimestamp();
            }

            rest = Pause;
            var isLong = time.GetElapsedTime(saved) >= LongestPause;
            if (!options.Store.Enabled || (catalog.Changes == _savedChanges && !isLong)) continue;
            var began = time.GetTimestamp();
            Save(isLong);
            var ended = time.GetTimestamp();
            if (isLong) saved = ended;
            if (time.GetElapsedTime(began, ended) * RestFactor is var longer && longer > rest) rest = longer;
        }
    }

    /// <exception cref="StartupException">It cannot be read: it would soon be written over.</exception>
    private void Load()
    {
        try
        {
            var exporters = _rows.Load(catalog, options.Flows, clock.UnixMilliseconds, clock.AgedUnixMilliseconds);
            if (exporters > 0) ExporterLog.Loaded(logger, exporters, catalog.NumTemplates);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure) && failure is not StartupException)
        {
            // What is over could not be deleted: the next start does it.
            gauges.CountStateFailure();
            ExporterLog.DeleteFailed(logger, failure.Message);
        }
    }

    private void Save(bool alsoSeen)
    {
        var changes = catalog.Changes;
        try
        {
            _heartbeat.Doing = "saving";
            _rows.Save(_changed, alsoSeen);
            _savedChanges = changes;
            _heartbeat.Fault = null;
            if (_isFailing) ExporterLog.SavesAgain(logger);
            _isFailing = false;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            gauges.CountStateFailure();
            if (!_isFailing) ExporterLog.SaveFailed(logger, failure.Message);
            _isFailing = true;
            _heartbeat.Fault = $"what is known of the exporters cannot be saved: {failure.Message}";
        }
        finally
        {
            _heartbeat.Doing = null;
        }
    }

    private void Forget()
    {
        var lifetime = options.Flows.TemplateLifetime;
        var forgotten = catalog.ForgetTemplatesUnusedSince(clock.AgedUnixMilliseconds - (long)lifetime.TotalMilliseconds);
        if (forgotten > 0) ExporterLog.TemplatesForgotten(logger, forgotten, lifetime);
        catalog.SettleContests(clock.UnixMilliseconds);
    }
}
