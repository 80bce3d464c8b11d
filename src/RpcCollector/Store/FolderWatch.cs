namespace RpcCollector.Store;

/// <summary>Looks every other second whether the folder of the store and the files in it are still those that were opened.</summary>
internal sealed class FolderWatch(StoreFolder folder, TimeProvider time, ILogger<FolderWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (folder.FullName is not null && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!folder.Look()) continue;
            if (folder.Loss is { } loss) StateLog.FolderLost(logger, loss);
            else StateLog.FolderIsBack(logger);
        }
    }
}
