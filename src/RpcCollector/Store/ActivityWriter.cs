using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>Writes what the feed hands over in batches, one transaction each, and keeps the store within its bounds.</summary>
/// <remarks>A failing disk is waited for, as long as it takes: the feed is bounded and counts what it drops meanwhile.</remarks>
internal sealed class ActivityWriter(
    ActivityFeed feed, ActivityStore store, ActivePairs pairs, CommitDurations durations, TimeProvider time, ILogger<ActivityWriter> logger)
    : BackgroundService
{
    private const int MaxBatch = 1_000;
    private const int MaxAttempts = 3;

    // At the longest pause about once a minute.
    private const int LoggedAttempts = 12;

    // A batch gathers for so long: the price of a commit is shared, and the API still shows an activity at once for a person.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleTrim = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly List<ActivityChange> _batch = new(MaxBatch);
    private readonly IdleTrimming _trimming = new(store.Trim, logger);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            pairs.Refill(store);
        }
        catch (SqliteException failure)
        {
            // The pairs fill again with the next activities; a store that cannot be read is no reason not to collect.
            StoreLog.PairsNotRefilled(logger, failure.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // One attempt for each batch that is left, unless the host has lost its patience with the writing that still goes on.
        if (ExecuteTask is { IsCompleted: false }) return;
        for (Gather(); _batch.Count > 0; Gather())
        {
            if (!TryWrite(out var failure)) GiveUp(failure);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await WaitForChangesAsync(stoppingToken))
        {
            // A full batch need not gather: there is no waiting where there is a backlog.
            if (feed.Backlog < MaxBatch) await Task.Delay(Gathering, time, stoppingToken);
            Gather();
            await WriteAsync(stoppingToken);
        }
    }

    /// <summary>Trims while it waits.</summary>
    /// <returns>False when the feed has ended.</returns>
    private async Task<bool> WaitForChangesAsync(CancellationToken stoppingToken)
    {
        var changes = feed.Reader.WaitToReadAsync(stoppingToken).AsTask();
        do
        {
            var pause = _trimming.Run() ? TimeSpan.Zero : IdleTrim;
            await ((Task)changes).WaitAsync(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
        while (!changes.IsCompleted);
        return await changes;
    }

    private void Gather()
    {
        while (_batch.Count < MaxBatch && feed.Reader.TryRead(out var change)) _batch.Add(change);
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        for (var attempt = 1; !TryWrite(out var failure); attempt++)
        {
            if (attempt == MaxAttempts && IsHopeless(failure))
            {
                GiveUp(failure);
                return;
            }

            if (attempt % LoggedAttempts == 1) StoreLog.WriteFailed(logger, failure.Message, _batch.Count + feed.Backlog);
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private bool TryWrite([NotNullWhen(false)] out Exception? failure)
    {
        var began = time.GetTimestamp();
        try
        {
            var wasWritable = store.IsWritable;
            pairs.Apply(store.Write(_batch));
            if (!wasWritable) StoreLog.WritesAgain(logger);
            durations.Add(time.GetElapsedTime(began));
            _batch.Clear();
            failure = null;
            return true;
        }
        catch (Exception caught)
        {
            // Whatever it is: the collector goes on, and what is lost is counted.
            failure = caught;
            return false;
        }
    }

    private void GiveUp(Exception failure)
    {
        StoreLog.GivenUp(logger, _batch.Count, failure.Message);
        feed.Drop(_batch.Count);
        _batch.Clear();
    }

    // A disk may come back; what SQLite or we refuse for its content will be refused again.
    private static bool IsHopeless(Exception failure) =>
        !ActivityStore.IsDiskFailure(failure) || failure is SqliteException { SqliteErrorCode: raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE };
}
