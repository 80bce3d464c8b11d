using Microsoft.Data.Sqlite;
using RpcCollector.Vitals;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>Writes what a feed hands over in batches, one transaction each, and trims the store while nothing comes.</summary>
/// <remarks>A failing disk is waited for, as long as it takes: the feed is bounded and counts what it drops meanwhile.</remarks>
/// <param name="what">What is written, as the log says it at the beginning of a line.</param>
/// <param name="write">Commits a batch, or throws and has written nothing.</param>
/// <param name="trim">One step towards the bounds; true when it deleted something.</param>
internal sealed class BatchWriter<T>(
    string what, IChangeFeed<T> feed, Action<IReadOnlyCollection<T>> write, Func<bool> trim, TimeProvider time, Heartbeat heartbeat,
    ILogger logger)
{
    // What is refused for its content is given up after so many attempts.
    private const int MaxAttempts = 3;

    // At the longest pause about once a minute.
    private const int LoggedAttempts = 12;

    // A feed with so many waiting need not gather: there is no waiting where there is a backlog.
    private const int FullBatch = 1_000;

    // At the end, what is begun too late is lost with its transaction.
    private const int LastBatch = 1_000;

    // While more waits than one batch, the store is trimmed after so many of them: a flood is over the sooner, and its bounds still hold.
    private const int BatchesUntrimmed = 8;

    // A batch gathers for so long: the price of a commit is shared, and a person still sees at once what happens.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleTrim = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly IdleTrimming _trimming = new(
        () =>
        {
            heartbeat.Beat();
            return trim();
        },
        logger);

    private IReadOnlyCollection<T> _batch = [];
    private int _untrimmed;
    private bool _isFailing;

    /// <summary>How many to take for one transaction.</summary>
    public Func<int> MostAtOnce { get; init; } = () => int.MaxValue;

    /// <summary>Writes until the feed ends.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop; what is left is for <see cref="WriteRest"/>.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (await WaitAsync(stopping) is { } isReady)
        {
            stopping.ThrowIfCancellationRequested();
            if (!isReady) continue;
            if (feed.Backlog < FullBatch) await Task.Delay(Gathering, time, stopping);
            _batch = feed.Take(MostAtOnce());
            if (_batch.Count > 0) await WriteAsync(stopping);
        }
    }

    /// <summary>One attempt for each batch that is left, until there is no time left; the rest is dropped, and counted.</summary>
    /// <param name="isOver">True once the time is over.</param>
    public void WriteRest(Func<bool> isOver)
    {
        var dropped = 0;
        do
        {
            if (_batch.Count > 0 && isOver())
            {
                feed.Drop(_batch.Count);
                dropped += _batch.Count;
            }
            else if (_batch.Count > 0 && TryWrite() is { } failure)
            {
                GiveUp(failure);
            }

            _batch = feed.Take(LastBatch);
        }
        while (_batch.Count > 0);
        if (dropped > 0) VitalsLog.NotWritten(logger, dropped, what);
    }

    /// <summary>Trims while nothing comes.</summary>
    private async Task<bool?> WaitAsync(CancellationToken stopping)
    {
        if (feed.Backlog >= FullBatch && _untrimmed++ < BatchesUntrimmed) return await feed.WaitAsync(TimeSpan.Zero, stopping);
        heartbeat.Doing = "trimming";
        var hasMore = _trimming.Run();
        heartbeat.Doing = null;

        // Beyond its bounds a store is trimmed after each batch.
        _untrimmed = hasMore ? BatchesUntrimmed : 0;
        if (hasMore) return await feed.WaitAsync(TimeSpan.Zero, stopping);
        for (var waited = TimeSpan.Zero; waited < IdleTrim; waited += BetweenBeats)
        {
            if (await feed.WaitAsync(BetweenBeats, stopping) is not false and var ready) return ready;
            heartbeat.Beat();
        }

        return false;
    }

    private async Task WriteAsync(CancellationToken stopping)
    {
        var pause = FirstPause;
        for (var attempt = 1; TryWrite() is { } failure; attempt++)
        {
            if (attempt == MaxAttempts && IsHopeless(failure))
            {
                GiveUp(failure);
                return;
            }

            if (attempt % LoggedAttempts == 1) StoreLog.WriteFailed(logger, what, failure.Message, _batch.Count + feed.Backlog);
            await heartbeat.DelayAsync(pause, time, stopping);
            stopping.ThrowIfCancellationRequested();
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>Why it failed; null when it is written.</returns>
    private Exception? TryWrite()
    {
        try
        {
            heartbeat.Doing = $"writing {_batch.Count} changes";
            write(_batch);
            heartbeat.Fault = null;
            if (_isFailing) StoreLog.WritesAgain(logger, what);
            _isFailing = false;
            _batch = [];
            return null;
        }
        catch (Exception failure)
        {
            // Whatever it is: the collector goes on, and what is lost is counted.
            _isFailing = true;
            heartbeat.Fault = $"{what} cannot be written: {failure.Message}";
            return failure;
        }
        finally
        {
            heartbeat.Doing = null;
        }
    }

    private void GiveUp(Exception failure)
    {
        StoreLog.GivenUp(logger, what, _batch.Count, failure.Message);
        feed.Drop(_batch.Count);
        heartbeat.Fault = null;
        _batch = [];
    }

    // A disk may come back; what SQLite or we refuse for its content will be refused again.
    private static bool IsHopeless(Exception failure) => !Database.IsDiskFailure(failure)
        || failure is SqliteException
        {
            SqliteErrorCode: raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE
        };
}
