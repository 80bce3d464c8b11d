using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Metrics;
using RpcCollector.Options;

namespace RpcCollector.KnownExporters;

/// <summary>Loads what was known of the exporters before the first datagram is read, saves it soon after something changed and at the end, and forgets Templates that are over.</summary>
internal sealed class ExporterStateKeeper(
    CollectorOptions options, ExporterCatalog catalog, ExporterGauges gauges, ArrivalClock clock, TimeProvider time,
    ILogger<ExporterStateKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Clock estimates and last uses move all the time: they are saved so often even if nothing else changed.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A large state shall not keep the disk busy: between two saves lies so many times what one takes.
    private const int RestFactor = 10;

    private readonly ExporterStateFile _file = new(options.Store.Folder, clock, time);
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
        await base.StopAsync(cancellationToken);
        if (options.Store.Enabled && ExecuteTask is null or { IsCompleted: true }) Save();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (saved, forgotten) = (time.GetTimestamp(), time.GetTimestamp());
        var rest = Pause;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            if (time.GetElapsedTime(forgotten) >= LongestPause)
            {
                Forget();
                forgotten = time.GetTimestamp();
            }

            rest = Pause;
            if (!options.Store.Enabled || (catalog.Changes == _savedChanges && time.GetElapsedTime(saved) < LongestPause)) continue;
            var began = time.GetTimestamp();
            Save();
            saved = time.GetTimestamp();
            if (time.GetElapsedTime(began, saved) * RestFactor is var longer && longer > rest) rest = longer;
        }
    }

    private void Load()
    {
        try
        {
            if (_file.Load(catalog, options.Flows) is { } exporters) ExporterLog.Loaded(logger, exporters, catalog.NumTemplates, _file.Path);
        }
        catch (InvalidDataException damage)
        {
            gauges.CountStateDamage();
            SetAside(damage.Message);
        }
        catch (Exception failure) when (ExporterStateFile.IsDiskFailure(failure))
        {
            gauges.CountStateFailure();
            ExporterLog.SaveFailed(logger, _file.Path, failure.Message);
        }
    }

    private void SetAside(string reason)
    {
        try
        {
            ExporterLog.SetAside(logger, _file.Path, reason, _file.SetAside());
        }
        catch (Exception failure) when (ExporterStateFile.IsDiskFailure(failure))
        {
            // It will be written over.
            ExporterLog.SetAside(logger, _file.Path, reason, _file.Path);
        }
    }

    private void Save()
    {
        var changes = catalog.Changes;
        try
        {
            _file.Save(catalog);
            _savedChanges = changes;
            if (_isFailing) ExporterLog.SavesAgain(logger);
            _isFailing = false;
        }
        catch (Exception failure) when (ExporterStateFile.IsDiskFailure(failure))
        {
            gauges.CountStateFailure();
            if (!_isFailing) ExporterLog.SaveFailed(logger, _file.Path, failure.Message);
            _isFailing = true;
        }
    }

    private void Forget()
    {
        var lifetime = options.Flows.TemplateLifetime;
        var forgotten = catalog.ForgetTemplatesUnusedSince(clock.AgedUnixMilliseconds - (long)lifetime.TotalMilliseconds);
        if (forgotten > 0) ExporterLog.TemplatesForgotten(logger, forgotten, lifetime);
    }
}
