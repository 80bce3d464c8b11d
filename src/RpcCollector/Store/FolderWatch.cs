using RpcCollector.Vitals;

namespace RpcCollector.Store;

/// <summary>Looks every other second whether the folder of the store and the files in it are still those that were opened.</summary>
internal sealed class FolderWatch(StoreFolder folder, TimeProvider time, Heartbeats heartbeats, ILogger<FolderWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.FolderWatch, "folder watch", Heartbeat.OfWriter));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _heartbeat.RunAsync(async () =>
    {
        while (folder.FullName is not null && !stoppingToken.IsCancellationRequested)
        {
            await _heartbeat.DelayAsync(Interval, time, stoppingToken);
            if (!folder.Look()) continue;
            if (folder.Loss is { } loss) StateLog.FolderLost(logger, loss);
            else StateLog.FolderIsBack(logger);
        }
    }, stoppingToken);
}
