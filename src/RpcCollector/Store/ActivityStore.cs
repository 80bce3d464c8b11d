using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;

namespace RpcCollector.Store;

/// <summary>Keeps activities on disk, bounded by age and size. One thread writes; any thread reads, and sees only what is committed.</summary>
internal sealed class ActivityStore : IDisposable
{
    // Room below the bound for the write-ahead log: at worst a page for each row and index of a batch, and what a checkpoint waits for.
    private const long MostHeadroom = 32L << 20;
    private const int RowsPerStep = 500;
    private const int PagesPerStep = 1_024;

    private readonly StoreOptions _options;
    private readonly ExporterCatalog _catalog;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    // Activities and findings have writers of their own; one of them at a time has the connection that writes.
    private readonly Lock _writing = new();
    private ActivityDatabase _database;
    private ActivityStatements _statements;
    private long _activities;
    private long _memoryBytes;
    private long _trimmed;
    private long _failures;
    private long _setAside;
    private volatile bool _damaged;
    private volatile bool _isFull;

    private ActivityStore(ActivityDatabase database, StoreOptions options, ExporterCatalog catalog, ILogger logger, TimeProvider time)
    {
        (_database, _options, _catalog, _logger, _time) = (database, options, catalog, logger, time);
        _statements = new ActivityStatements(database.Writer, catalog);
        _activities = ActivityDatabase.Ask(database.Writer, "SELECT COUNT(*) FROM activities");
        StoreLog.Opened(logger, database.Path ?? "in memory", _activities, Bytes);
    }

    /// <summary>Rows committed.</summary>
    public long Activities => Volatile.Read(ref _activities);

    /// <summary>Size of the file and its write-ahead log.</summary>
    public long Bytes => _database.Path is { } path ? Length(path) + Length(path + "-wal") : Volatile.Read(ref _memoryBytes);

    /// <summary>Activities deleted because of age or size.</summary>
    public long Trimmed => Volatile.Read(ref _trimmed);

    /// <summary>Reads, writes and trimming steps that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Damaged files that were renamed and replaced by new ones.</summary>
    public long SetAside => Volatile.Read(ref _setAside);

    /// <summary>False from a failed write to the next one that succeeds.</summary>
    public bool IsWritable { get; private set; } = true;

    /// <summary>True when the file is beyond its bound and no activity is left to delete.</summary>
    public bool IsFull => _isFull;

    /// <exception cref="StartupException">The file cannot be opened, read and written.</exception>
    public static ActivityStore Open(StoreOptions options, ExporterCatalog catalog, ILogger<ActivityStore> logger, TimeProvider time)
    {
        var database = ActivityDatabase.Open(options, logger, time, out var wasSetAside);
        try
        {
            return new ActivityStore(database, options, catalog, logger, time) { _setAside = wasSetAside ? 1 : 0 };
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>True for what a failing, full or missing disk makes the store throw; anything else is a bug.</summary>
    public static bool IsDiskFailure(Exception failure) => failure is SqliteException or StartupException or IOException or UnauthorizedAccessException;

    /// <summary>Commits all changes, or none.</summary>
    /// <returns>How the counts of the pairs moved.</returns>
    /// <remarks>When it throws, nothing was written; after what <see cref="IsDiskFailure"/> knows, the same changes may be tried again.</remarks>
    public IReadOnlyList<PairStep> Write(IReadOnlyList<ActivityChange> changes)
    {
        var steps = new List<PairStep>(changes.Count);
        var recorded = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long more = 0;
        try
        {
            Commit(_ =>
            {
                foreach (var change in changes) more += Apply(change, recorded, steps);
                return true;
            });
        }
        catch
        {
            IsWritable = false;
            throw;
        }

        IsWritable = true;
        Interlocked.Add(ref _activities, more);
        return steps;
    }

    /// <summary>Commits what else is kept in the same file, or nothing.</summary>
    /// <remarks>When it throws, nothing was written.</remarks>
    public T Commit<T>(Func<SqliteConnection, T> write)
    {
        lock (_writing)
        {
            try
            {
                if (_damaged) Renew();
                ActivityDatabase.Execute(_database.Writer, "BEGIN IMMEDIATE");
                var result = write(_database.Writer);
                ActivityDatabase.Execute(_database.Writer, "COMMIT");
                return result;
            }
            catch (Exception failure)
            {
                Count(failure);
                RollBack();
                throw;
            }
        }
    }

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = _database.Connect();
            return read(connection);
        }
        catch (SqliteException failure)
        {
            Count(failure);
            throw;
        }
    }

    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityPage Read(ActivityQuery query) => Read(connection => ActivityReader.Read(connection, query));

    /// <summary>What was recorded since a moment, summed by pair and by slices of time.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public IReadOnlyList<PairStep> ReadPairs(long recordedSinceUnixMilliseconds, long sliceMilliseconds) =>
        Read(connection => ActivityReader.ReadPairs(connection, recordedSinceUnixMilliseconds, sliceMilliseconds));

    /// <summary>One small step towards the bounds.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <remarks>Throws what <see cref="IsDiskFailure"/> knows.</remarks>
    public bool Trim()
    {
        lock (_writing) return TrimStep();
    }

    public void Dispose()
    {
        _statements.Dispose();
        _database.Dispose();
    }

    private bool TrimStep()
    {
        try
        {
            if (_damaged) Renew();
            var connection = _database.Writer;
            var oldest = (_time.GetUtcNow() - _options.MaxAge).ToUnixTimeMilliseconds();
            var deleted = Delete($"WHERE recorded_ms < {oldest}");
            var (pages, free, size) = (
                ActivityDatabase.Ask(connection, "PRAGMA page_count"), ActivityDatabase.Ask(connection, "PRAGMA freelist_count"), ActivityDatabase.Ask(connection, "PRAGMA page_size"));
            var allowed = _database.Path is null ? Math.Min(_options.MaxBytes, ActivityDatabase.MaxMemoryBytes) : _options.MaxBytes;
            var bound = allowed - Math.Min(MostHeadroom, allowed / 8 * 5);
            var isBeyond = (pages - free) * size > bound;
            if (deleted == 0 && isBeyond) deleted = Delete("");
            _isFull = isBeyond && deleted == 0;
            var isTooLong = pages * size > bound && free > 0;
            if (isTooLong) ActivityDatabase.Execute(connection, $"PRAGMA incremental_vacuum({PagesPerStep})");
            Volatile.Write(ref _memoryBytes, pages * size);
            return deleted > 0 || isTooLong;
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            Count(failure);
            throw;
        }
    }

    private int Apply(in ActivityChange change, long recorded, List<PairStep> steps)
    {
        var activity = change.Activity;
        var known = _statements.Find(activity.Id);
        if (known is { } old) steps.Add(new PairStep(old.Pair, -1, old.RecordedUnixMilliseconds, old.StartUnixMilliseconds));
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            if (known is not { } wrong) return 0;
            _statements.Delete(wrong.Seq);
            return -1;
        }

        // Added again is seen again (a capture sent twice) and counts as recorded now; a revision does not make it younger.
        var when = change.Kind == ActivityChangeKind.Revised && known is { } revised ? revised.RecordedUnixMilliseconds : recorded;
        steps.Add(new PairStep(new PairKey(activity.Client, activity.Server, activity.Basis), 1, when, activity.StartUnixMilliseconds));
        if (known is { } row)
        {
            _statements.Update(row.Seq, activity, when);
            return 0;
        }

        _statements.Insert(activity, when);
        return 1;
    }

    private int Delete(string where)
    {
        using var command = _database.Writer.CreateCommand();
        command.CommandText = $"DELETE FROM activities WHERE seq IN (SELECT seq FROM activities {where} ORDER BY recorded_ms LIMIT {RowsPerStep})";
        var deleted = command.ExecuteNonQuery();
        Interlocked.Add(ref _activities, -deleted);
        Interlocked.Add(ref _trimmed, deleted);
        return deleted;
    }

    private void Count(Exception failure)
    {
        Interlocked.Increment(ref _failures);
        if (failure is SqliteException sqlite && ActivityDatabase.IsDamage(sqlite)) _damaged = true;
    }

    private void RollBack()
    {
        try
        {
            ActivityDatabase.Execute(_database.Writer, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // Some failures have rolled back by themselves: then there is nothing left to do.
        }
    }

    /// <summary>Begins a new file in the place of one found damaged while in use.</summary>
    private void Renew()
    {
        _statements.Dispose();
        _database.Dispose();
        if (_database.Path is { } path) ActivityDatabase.SetAside(path, "found damaged while in use", _logger, _time);
        Interlocked.Increment(ref _setAside);
        _database = ActivityDatabase.Open(_options, _logger, _time, out _);
        _statements = new ActivityStatements(_database.Writer, _catalog);
        Volatile.Write(ref _activities, 0);
        _damaged = false;
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
