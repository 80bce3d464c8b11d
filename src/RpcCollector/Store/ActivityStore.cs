using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store;

/// <summary>
/// Keeps activities on disk, bounded by age and size. One thread writes; any thread reads, and sees only what is committed.
/// </summary>
internal sealed class ActivityStore : IDisposable
{
    public const string FileName = "activities.db";

    /// <summary>"RPCA".</summary>
    public const int ApplicationId = 0x52504341;

    /// <summary>In-memory stores are kept this small, whatever the setting allows a file.</summary>
    public const long MaxMemoryBytes = 64L << 20;

    // Room below the bound for the write-ahead log: at worst a page for each row and index of a batch, and what a checkpoint waits for.
    private const long MostHeadroom = 32L << 20;
    private const int RowsPerStep = 500;
    private const int PagesPerStep = 1_024;

    // Damage in larger files is found when it is met: a whole check reads every page, about a second for this many bytes.
    private const long MostCheckedBytes = 256L << 20;

    public static readonly DatabaseSchema Schema = new(FileName, ApplicationId, ActivityTables.Migrations)
    {
        GivesPagesBack = true,
        MostCheckedBytes = MostCheckedBytes,
    };

    private readonly StoreFolder _folder;
    private readonly StoreOptions _options;
    private readonly ExporterCatalog _catalog;
    private readonly ILogger _logger;
    private readonly ArrivalClock _clock;

    // Writing and trimming share the connection that writes.
    private readonly Lock _writing = new();
    private Database _database;
    private ActivityStatements _statements;
    private long _activities;
    private long _memoryBytes;
    private long _trimmed;
    private long _failures;
    private long _setAside;
    private long _skipped;
    private volatile bool _damaged;

    // A renewal that failed goes on from there.
    private bool _isClosed;
    private bool _isAside;
    private bool _isDisposed;

    private ActivityStore(
        Database database, StoreFolder folder, StoreOptions options, ExporterCatalog catalog, ILogger logger, ArrivalClock clock)
    {
        (_database, _folder, _options, _catalog, _logger, _clock) = (database, folder, options, catalog, logger, clock);
        _statements = new ActivityStatements(database.Writer, catalog);
        _activities = Database.Ask(database.Writer, "SELECT COUNT(*) FROM activities");
        StoreLog.Opened(logger, database.Path ?? "in memory", _activities, Bytes);
    }

    /// <summary>Rows committed.</summary>
    public long Activities => Volatile.Read(ref _activities);

    /// <summary>Size of the file and its write-ahead log.</summary>
    public long Bytes => _database.Path is null ? Volatile.Read(ref _memoryBytes) : _database.Bytes;

    /// <summary>Activities deleted because of age or size.</summary>
    public long Trimmed => Volatile.Read(ref _trimmed);

    /// <summary>Reads, writes and trimming steps that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Damaged files that were renamed and replaced by new ones.</summary>
    public long SetAside => Volatile.Read(ref _setAside);

    /// <summary>False from a failed write to the next one that succeeds.</summary>
    public bool IsWritable { get; private set; } = true;

    /// <summary>Rows that were left out of an answer, because no activity can be what they say.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>Opens the file; one that is damaged is renamed, and a new one begun.</summary>
    /// <exception cref="StartupException">The file cannot be opened, read and written.</exception>
    public static ActivityStore Open(
        StoreFolder folder, StoreOptions options, ExporterCatalog catalog, ILogger<ActivityStore> logger, ArrivalClock clock)
    {
        var (database, wasSetAside) = OpenOrRenew(folder, logger, clock);
        try
        {
            return new ActivityStore(database, folder, options, catalog, logger, clock) { _setAside = wasSetAside ? 1 : 0 };
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Commits all changes, or none.</summary>
    /// <returns>How the counts of the pairs moved.</returns>
    /// <remarks>
    /// When it throws, nothing was written; after what <see cref="Database.IsDiskFailure"/> knows, the same changes may be tried again.
    /// </remarks>
    public IReadOnlyList<PairStep> Write(IReadOnlyCollection<ActivityChange> changes)
    {
        var steps = new List<PairStep>(changes.Count);
        var recorded = _clock.UnixMilliseconds;
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

    /// <summary>Commits all of it, or nothing.</summary>
    /// <remarks>When it throws, nothing was written.</remarks>
    public T Commit<T>(Func<SqliteConnection, T> write)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                if (_damaged) Renew();
                Database.Execute(_database.Writer, "BEGIN IMMEDIATE");
                var result = write(_database.Writer);
                Database.Execute(_database.Writer, "COMMIT");
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
        var database = _database;
        try
        {
            return ReadOnce(database, read);
        }
        catch (SqliteException damage) when (Database.IsDamage(damage) && database.Path is not null)
        {
            lock (_writing)
            {
                // Whoever met the same before has seen to it already.
                if (database == _database && !_isDisposed) Renew();
            }

            return ReadOnce(_database, read);
        }
    }

    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityPage Read(ActivityQuery query) => Read(connection => ActivityReader.Read(connection, query, CountSkipped));

    /// <summary>How many activities a query chooses on all its pages.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityTotal Count(ActivityQuery query) => query is { TakesAll: true, SinceUnixMilliseconds: null, UntilUnixMilliseconds: null }
        ? new ActivityTotal(Activities, IsExact: true)
        : Read(connection => ActivityReader.Count(connection, query with { After = null }));

    /// <summary>How many of those that a query chooses began when, in so many steps at most.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityHistogram ReadHistogram(ActivityQuery query, int most) =>
        Read(connection => ActivityHistogram.Read(connection, query, most, _clock.UnixMilliseconds));

    /// <summary>When the earliest and the latest activity began; null when there are none.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public (long Earliest, long Latest)? ReadSpan() =>
        Read(connection => ActivityReader.Span(connection, new ActivityQuery())) is { } span ? (span.From, span.To - 1) : null;

    /// <summary>What was recorded since a moment, summed by pair and by slices of time.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public IReadOnlyList<ActivitySighting> ReadSightings(int most) =>
        Read(connection => ActivityReader.ReadSightings(connection, most, CountSkipped));

    public IReadOnlyList<PairStep> ReadPairs(long recordedSinceUnixMilliseconds, long sliceMilliseconds) =>
        Read(connection => ActivityReader.ReadPairs(connection, recordedSinceUnixMilliseconds, sliceMilliseconds, CountSkipped));

    /// <summary>One small step towards the bounds.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <param name="nowUnixMilliseconds">What was recorded later than now was recorded by a clock that was ahead: it becomes now.</param>
    /// <param name="agedUnixMilliseconds">The time by which activities grow old.</param>
    /// <remarks>Throws what <see cref="Database.IsDiskFailure"/> knows.</remarks>
    public bool Trim(long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return TrimStep(nowUnixMilliseconds, agedUnixMilliseconds);
        }
    }

    /// <summary>Waits for what is being written: who was not stopped in time still writes.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _database.Dispose();
        }
    }

    private T ReadOnce<T>(Database database, Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = database.Connect();
            return read(connection);
        }
        catch (SqliteException failure)
        {
            Count(failure);
            throw;
        }
    }

    private bool TrimStep(long now, long aged)
    {
        try
        {
            if (_damaged) Renew();
            var connection = _database.Writer;
            var deleted = Delete($"WHERE recorded_ms < {aged - (long)_options.MaxAge.TotalMilliseconds}");
            var set = SetBack(now);
            var pages = Database.Ask(connection, "PRAGMA page_count");
            var (free, size) = (Database.Ask(connection, "PRAGMA freelist_count"), Database.Ask(connection, "PRAGMA page_size"));
            var allowed = _database.Path is null ? Math.Min(_options.MaxBytes, MaxMemoryBytes) : _options.MaxBytes;
            var bound = allowed - Math.Min(MostHeadroom, allowed / 8 * 5);
            var isBeyond = (pages - free) * size > bound;
            if (deleted == 0 && isBeyond) deleted = Delete("");
            var isTooLong = pages * size > bound && free > 0;
            if (isTooLong) Database.Execute(connection, $"PRAGMA incremental_vacuum({PagesPerStep})");
            Volatile.Write(ref _memoryBytes, pages * size);
            return deleted + set > 0 || isTooLong;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            Count(failure);
            throw;
        }
    }

    private int Apply(in ActivityChange change, long recorded, List<PairStep> steps)
    {
        var activity = change.Activity;
        var known = _statements.Find(activity.Id);
        if (known is { MakesSense: true } old)
            steps.Add(new PairStep(old.Pair, -1, old.RecordedUnixMilliseconds, old.StartUnixMilliseconds));
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            if (known is not { } wrong) return 0;
            _statements.Delete(wrong.Seq);
            return -1;
        }

        // Added again is seen again (a capture sent twice) and counts as recorded now; a revision does not make it younger.
        var when = change.Kind == ActivityChangeKind.Revised && known is { MakesSense: true } revised
            ? revised.RecordedUnixMilliseconds
            : recorded;
        steps.Add(new PairStep(new PairKey(activity.Client, activity.Server, activity.Basis), 1, when, activity.StartUnixMilliseconds));
        if (known is { } row)
        {
            _statements.Update(row.Seq, activity, when);
            return 0;
        }

        _statements.Insert(activity, when);
        return 1;
    }

    private int SetBack(long now)
    {
        using var command = _database.Writer.CreateCommand();
        command.CommandText =
            $"UPDATE activities SET recorded_ms = {now} WHERE seq IN (SELECT seq FROM activities WHERE recorded_ms > {now} LIMIT " +
            $"{RowsPerStep})";
        return command.ExecuteNonQuery();
    }

    private int Delete(string where)
    {
        using var command = _database.Writer.CreateCommand();
        command.CommandText =
            $"DELETE FROM activities WHERE seq IN (SELECT seq FROM activities {where} ORDER BY recorded_ms LIMIT {RowsPerStep})";
        var deleted = command.ExecuteNonQuery();
        Interlocked.Add(ref _activities, -deleted);
        Interlocked.Add(ref _trimmed, deleted);
        return deleted;
    }

    private void Count(Exception failure)
    {
        Interlocked.Increment(ref _failures);
        if (failure is SqliteException sqlite && Database.IsDamage(sqlite)) _damaged = true;
    }

    private void RollBack()
    {
        if (_isClosed) return;
        try
        {
            Database.Execute(_database.Writer, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // Some failures have rolled back by themselves: then there is nothing left to do.
        }
    }

    private void CountSkipped() => Interlocked.Increment(ref _skipped);

    /// <summary>Mends the file that was found damaged while in use, or begins a new one in its place.</summary>
    /// <remarks>What it throws <see cref="Database.IsDiskFailure"/> knows, and it may be tried again.</remarks>
    private void Renew()
    {
        if (!_isClosed && TryMend())
        {
            StoreLog.Mended(_logger, _database.Path ?? "");
            _damaged = false;
            return;
        }

        if (!_isClosed)
        {
            _isClosed = true;
            _database.Dispose();
        }

        if (!_isAside)
        {
            if (_database.Path is { } path) Replace(path, "found damaged while in use", _logger, _clock);
            Interlocked.Increment(ref _setAside);
            _isAside = true;
        }

        var (database, _) = OpenOrRenew(_folder, _logger, _clock);
        try
        {
            _statements = new ActivityStatements(database.Writer, _catalog);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _database = database;
        Volatile.Write(ref _activities, 0);
        (_isClosed, _isAside, _damaged) = (false, false, false);
    }

    /// <summary>Damage that only an index has costs nothing: it is written anew.</summary>
    private bool TryMend()
    {
        try
        {
            Database.Execute(_database.Writer, "REINDEX");
            return _database.IsWhole(withIndexes: true);
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static (Database Database, bool WasSetAside) OpenOrRenew(StoreFolder folder, ILogger logger, ArrivalClock clock)
    {
        try
        {
            return (Database.Open(Schema, folder), false);
        }
        catch (SqliteException damage) when (Database.IsDamage(damage))
        {
            Replace(folder.PathOf(FileName), damage.Message, logger, clock);
            return (Database.Open(Schema, folder), true);
        }
    }

    private static void Replace(string path, string reason, ILogger logger, ArrivalClock clock)
    {
        if (File.Exists(path)) StoreLog.SetAside(logger, path, reason, SetAsideFile.Move(path, clock));
    }
}
