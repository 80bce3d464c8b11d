using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Writes what the feed of findings hands over, one transaction for all that waits, tells who listens once it is committed, and keeps the findings within their bounds.</summary>
/// <remarks>A failing disk is waited for, as long as it takes: the feed is bounded and counts what it drops meanwhile.</remarks>
internal sealed class FindingWriter(FindingFeed feed, FindingStore store, FindingEvents events, TimeProvider time, ILogger<FindingWriter> logger) : BackgroundService
{
    // At the longest pause about once a minute.
    private const int LoggedAttempts = 12;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleTrim = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private IReadOnlyCollection<FindingChange> _batch = [];
    private readonly IdleTrimming _trimming = new(store.Trim, logger);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // One attempt for each batch that is left, unless the host has lost its patience with the writing that still goes on.
        if (ExecuteTask is { IsCompleted: false }) return;
        do
        {
            if (_batch.Count > 0 && TryWrite() is { } failure) GiveUp(failure);
            _batch = feed.Take();
        }
        while (_batch.Count > 0);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (await feed.WaitAsync(_trimming.Run() ? TimeSpan.Zero : IdleTrim, stoppingToken))
            {
                await Task.Delay(Gathering, time, stoppingToken);
                _batch = feed.Take();
                if (_batch.Count > 0) await WriteAsync(stoppingToken);
            }
            else
            {
                await Task.Yield();
            }
        }
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        for (var attempt = 1; TryWrite() is { } failure; attempt++)
        {
            // A disk may come back; what is a bug would be one again.
            if (!ActivityStore.IsDiskFailure(failure))
            {
                GiveUp(failure);
                return;
            }

            if (attempt % LoggedAttempts == 1) StoreLog.FindingsNotWritten(logger, failure.Message, _batch.Count + feed.Backlog);
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>Why it failed; null when it is written.</returns>
    private Exception? TryWrite()
    {
        try
        {
            events.Publish(store.Write(_batch));
            _batch = [];
            return null;
        }
        catch (Exception failure)
        {
            // Whatever it is: the judge goes on, and what is lost is counted.
            return failure;
        }
    }

    private void GiveUp(Exception failure)
    {
        StoreLog.FindingsGivenUp(logger, _batch.Count, failure.Message);
        feed.Drop(_batch.Count);
        _batch = [];
    }
}
