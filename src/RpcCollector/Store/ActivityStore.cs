using System.Diagnostics;
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

    private const int RowsPerStep = 500;
    private const int PagesPerStep = 1_024;

    // Of what was recorded before a moment, and after one.
    private static readonly string Deletes =
        $"DELETE FROM activities WHERE seq IN (SELECT seq FROM activities WHERE recorded_ms < $before ORDER BY recorded_ms LIMIT " +
        $"{RowsPerStep})";

    private static readonly string SetsBack =
        $"UPDATE activities SET recorded_ms = $now WHERE seq IN (SELECT seq FROM activities WHERE recorded_ms > $now LIMIT {RowsPerStep})";

    // Damage in larger files is found when it is met: a whole check reads every page, about a second for this many bytes.
    private const long MostCheckedBytes = 256L << 20;

    public static readonly DatabaseSchema Schema = new(FileName, ApplicationId, ActivityTables.Migrations)
    {
        GivesPagesBack = true,
        MostCheckedBytes = MostCheckedBytes,
    };

    private readonly StoreFolder _folder;
    private readonly StoreOptions _options;
    private readonly StoreRoom _room;
    private readonly ExporterCatalog _catalog;
    private readonly ILogger _logger;
    private readonly ArrivalClock _clock;

    // Writing and trimming share the connection that writes.
    private readonly Lock _writing = new();
    private Database _database;
    private ActivityRows _rows;

    // Kept from batch to batch, so that a large one leaves no garbage.
    private readonly List<PairStep> _steps = [];
    private readonly SortingPace _pace = new();
    private long _activities;
    private long _unsorted;
    private long _longLog;
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
        _room = StoreRoom.Of(options, isFile: database.Path is not null);
        _longLog = _room.Log / 2;
        _rows = RowsOf(database);
        (_activities, _unsorted) = (_rows.Total, _rows.Unsorted);
        StoreLog.Opened(logger, database.Path ?? "in memory", _activities, Bytes);
    }

    /// <summary>Rows committed.</summary>
    public long Activities => Volatile.Read(ref _activities);

    /// <summary>Rows of them that are not sorted in yet.</summary>
    public long Unsorted => Volatile.Read(ref _unsorted);

    /// <summary>True when those that wait to be sorted in may become twice as many, and more.</summary>
    public bool MayWait => Unsorted < _room.MostUnsorted / 2;

    /// <summary>True when more may be written without being sorted in.</summary>
    public bool HasRoomToWait => Unsorted < _room.MostUnsorted && !_damaged;

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
    /// <returns>How the counts of the pairs moved; until the next one is written.</returns>
    /// <param name="mayWait">True when new ones may be sorted in later, many at once, as far as there is room for them.</param>
    /// <remarks>
    /// When it throws, nothing was written; after what <see cref="Database.IsDiskFailure"/> knows, the same changes may be tried again.
    /// </remarks>
    public IReadOnlyList<PairStep> Write(IReadOnlyCollection<ActivityChange> changes, bool mayWait = false)
    {
        var recorded = _clock.UnixMilliseconds;
        long more = 0;
        try
        {
            Commit(_ =>
            {
                _steps.Clear();
                var waits = mayWait && HasRoomToWait;
                foreach (var change in changes) more += _rows.Apply(change, recorded, waits, _steps);
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
        return _steps;
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
                _rows.Begin();
                var result = KeptStatements.Of(_database.Writer).Commit(write);
                _rows.Committed();
                Volatile.Write(ref _unsorted, _rows.Unsorted);
                return result;
            }
            catch (Exception failure)
            {
                Count(failure);
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
    public ActivityPage Read(ActivityQuery query)
    {
        // Asked before anything is read, so that no row that was there when it was asked is missed.
        var known = WithWaiting(query);
        return Read(connection => ActivityReader.Read(connection, known, CountSkipped));
    }

    /// <summary>How many activities a query chooses on all its pages.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityTotal Count(ActivityQuery query)
    {
        if (query is { TakesAll: true, SinceUnixMilliseconds: null, UntilUnixMilliseconds: null })
            return new ActivityTotal(Activities, IsExact: true);
        var known = WithWaiting(query with { After = null });
        return Read(connection => ActivityReader.Count(connection, known));
    }

    /// <summary>How many of those that a query chooses began when, in so many steps at most.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public ActivityHistogram ReadHistogram(ActivityQuery query, int most)
    {
        var known = WithWaiting(query);
        return Read(connection => ActivityHistogram.Read(connection, known, most, _clock.UnixMilliseconds));
    }

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
    /// <param name="isHurried">True when many wait to be written: nothing is sorted in meanwhile.</param>
    /// <param name="isGathering">True when a few that wait to be sorted in may wait for more.</param>
    /// <remarks>Throws what <see cref="Database.IsDiskFailure"/> knows.</remarks>
    public bool Trim(long nowUnixMilliseconds, long agedUnixMilliseconds, bool isHurried = false, bool isGathering = false)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var isBeyond = TrimStep(nowUnixMilliseconds, agedUnixMilliseconds, isHurried);
            if (isHurried || Unsorted == 0) return isBeyond;
            var most = _room.SortedAtOnce(Bytes);
            if (isGathering && Unsorted < Math.Min(StoreRoom.SortedTogether, most)) return isBeyond;

            // No more than were deleted, where there is no room: what is sorted in is larger than before.
            SortIn(isBeyond ? RowsPerStep : most);
            return true;
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

    private ActivityQuery WithWaiting(ActivityQuery query) => query with { Waiting = _rows.Waiting(query) };

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

    private bool TrimStep(long now, long aged, bool isHurried)
    {
        try
        {
            if (_damaged) Renew();
            EmptyLog();
            var statements = KeptStatements.Of(_database.Writer);
            var deleted = Delete(aged - (long)_options.MaxAge.TotalMilliseconds);
            var set = statements.Execute(SetsBack, ("$now", now));
            var pages = Ask(statements, "PRAGMA page_count");
            var (free, size) = (Ask(statements, "PRAGMA freelist_count"), Ask(statements, "PRAGMA page_size"));
            var bound = _room.Bound(isHurried);
            var isBeyond = (pages - free) * size > bound;
            if (deleted == 0 && isBeyond) deleted = Delete(long.MaxValue);
            var isTooLong = pages * size > bound && free > 0;
            if (isTooLong) Database.Execute(_database.Writer, $"PRAGMA incremental_vacuum({PagesPerStep})");
            Volatile.Write(ref _memoryBytes, pages * size);
            return deleted + set > 0 || isTooLong;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            Count(failure);
            throw;
        }
    }

    // A row that is damaged may be one that the other table refuses: fewer and fewer are tried, until it stands alone and goes.
    private void SortIn(int most)
    {
        most = _pace.MostOf(most);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var isPressed = !MayWait;
            var count = Commit(_ => _rows.SortIn(most));
            _pace.Took(most, count, Stopwatch.GetElapsedTime(began), isPressed);
        }
        catch (SqliteException full) when (full.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
        {
            // Fewer take less of the log, and leave room for what is still to come.
            _pace.Failed(most);
            throw;
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            _pace.Failed(most);
            if (most > 1) return;
            var dropped = Commit(_ => _rows.DropFirst());
            Interlocked.Add(ref _activities, -dropped);
            Interlocked.Add(ref _skipped, dropped);
        }
    }

    // Who reads for long, as a backup does, is not waited for again before as much has come once more.
    private void EmptyLog()
    {
        if (_database.LogBytes <= _longLog) return;
        _database.EmptyLog();
        _longLog = _database.LogBytes + (_room.Log / 2);
    }

    private int Delete(long recordedBefore)
    {
        var deleted = KeptStatements.Of(_database.Writer).Execute(Deletes, ("$before", recordedBefore));
        Interlocked.Add(ref _activities, -deleted);
        Interlocked.Add(ref _trimmed, deleted);
        return deleted;
    }

    private static long Ask(KeptStatements statements, string sql) => statements.Ask(sql) ?? 0;

    private void Count(Exception failure)
    {
        Interlocked.Increment(ref _failures);
        if (failure is SqliteException sqlite && Database.IsDamage(sqlite)) _damaged = true;
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
            _rows = RowsOf(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _database = database;
        Volatile.Write(ref _activities, 0);
        Volatile.Write(ref _unsorted, 0);
        (_isClosed, _isAside, _damaged) = (false, false, false);
    }

    private ActivityRows RowsOf(Database database)
    {
        if (_room.Burst > 0)
        {
            Database.Execute(database.Writer, $"PRAGMA wal_autocheckpoint={StoreRoom.CheckpointPages}");
            Database.Execute(database.Writer, $"PRAGMA journal_size_limit={StoreRoom.KeptLog}");
        }

        return new ActivityRows(database.Writer, _catalog, _room.MostUnsorted);
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
