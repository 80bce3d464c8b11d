using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// Keeps everything that was learned or said by a person, in one file that is checked whole at the start. Any thread may call it, and
/// sees only what is committed.
/// </summary>
/// <remarks>
/// A damaged row is left out, a damaged file is replaced by one with every row of it that can be read: what is asked for is answered,
/// whatever else is lost.
/// </remarks>
internal sealed class StateStore : IDisposable
{
    private readonly StoreFolder _folder;
    private readonly ILogger _logger;
    private readonly ArrivalClock _clock;

    // One of the connections that write works at a time.
    private readonly Lock _writing = new();

    // Held for writing only while the file is replaced.
    private readonly ReaderWriterLockSlim _replacing = new();
    private Database _database;
    private SqliteConnection _said;
    private long _failures;
    private long _setAside;
    private IWordLog? _words;
    private volatile string? _damage;
    private volatile bool _isWritable = true;
    private bool _isDisposed;

    private StateStore(Database database, StoreFolder folder, DamagedRows damagedRows, ILogger logger, ArrivalClock clock)
    {
        (_database, _folder, DamagedRows, _logger, _clock) = (database, folder, damagedRows, logger, clock);
        _said = SaidWriter(database);
    }

    /// <summary>What was found damaged.</summary>
    public DamagedRows DamagedRows { get; }

    /// <summary>Reads and writes that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Damaged files that were renamed.</summary>
    public long SetAside => Volatile.Read(ref _setAside);

    /// <summary>Size of the file and its write-ahead log; 0 in memory.</summary>
    public long Bytes => _database.Bytes;

    /// <summary>False from a failed write to the next one that succeeds.</summary>
    public bool IsWritable => _isWritable;

    /// <summary>Who else has to know what people say; null where nobody does.</summary>
    public IWordLog? Words
    {
        get => _words;
        set
        {
            lock (_writing)
            {
                _words = value;
                _words?.Watch(_said);
            }
        }
    }

    /// <summary>Opens the file and checks it whole: every page, and every row by its checksum.</summary>
    /// <exception cref="StartupException">It cannot be opened, read and written.</exception>
    public static StateStore Open(StoreFolder folder, ILogger<StateStore> logger, ArrivalClock clock)
    {
        var damagedRows = new DamagedRows(logger);
        var setAside = 0;
        Database database;
        try
        {
            if (folder.FullName is not null) StateSalvage.Complete(folder);
            database = Checked(folder, damagedRows);
        }
        catch (SqliteException damage) when (Database.IsDamage(damage))
        {
            database = Salvage(folder, damagedRows, damage.Message, logger, clock);
            setAside++;
        }

        try
        {
            if (database.Path is { } path) StateLog.Opened(logger, path, Database.Ask(database.Writer, "SELECT TOTAL(rows) FROM census"));
            return new StateStore(database, folder, damagedRows, logger, clock) { _setAside = setAside };
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A fact kept by its name, read before anything is opened, locked or mended; null when there is none or it cannot be read.
    /// </summary>
    public static string? Peek(StoreOptions options, string name)
    {
        var path = Path.Combine(Path.GetFullPath(options.Folder), StateTables.FileName);
        if (new FileInfo(path) is not { Exists: true, Length: >= Database.SmallestBytes }) return null;
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
            connection.Open();
            RowChecksum.Register(connection);
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT content FROM value v WHERE name = $name AND {StateTables.Value.IsWhole("v")}";
            command.Parameters.AddWithValue("$name", name);
            return command.ExecuteScalar() as string;
        }
        catch (SqliteException)
        {
            // Whatever it is, the opening of the store meets it too, and says so.
            return null;
        }
    }

    /// <summary>Commits what was learned, or nothing.</summary>
    /// <remarks>
    /// When it throws, nothing was written; after what <see cref="Database.IsDiskFailure"/> knows, the same may be tried again.
    /// </remarks>
    public T Commit<T>(Func<SqliteConnection, T> write)
    {
        lock (_writing) return CommitHeld(write, bySomebody: false);
    }

    /// <summary>
    /// Commits what a person said, or nothing: once it returns it is on the disk, also should the machine lose its power.
    /// </summary>
    /// <exception cref="NotSaidException">Another judge has to know it, and cannot be told: nothing was written.</exception>
    /// <exception cref="IOException">The folder is lost, and what was said would be too.</exception>
    public T CommitSaid<T>(Func<SqliteConnection, T> write)
    {
        if (_folder.Loss is { } loss) throw Lost(loss);
        lock (_writing) return CommitHeld(write, bySomebody: true);
    }

    /// <summary>Reads what is committed.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        var database = _database;
        try
        {
            return ReadOnce(read);
        }
        catch (SqliteException damage) when (Database.IsDamage(damage) && database.Path is not null)
        {
            lock (_writing)
            {
                // Whoever met the same before has seen to it already.
                if (database == _database && !_isDisposed) Replace(damage.Message);
            }

            return ReadOnce(read);
        }
    }

    /// <summary>A fact kept by its name; null when there is none.</summary>
    public string? Value(string name) => Read(connection => Database.Value(connection, name));

    public void SetValue(string name, string content) => Commit(connection =>
    {
        Database.SetValue(connection, name, content);
        return true;
    });

    /// <summary>A file that belonged here was renamed because it makes no sense.</summary>
    public void CountSetAside() => Interlocked.Increment(ref _setAside);

    /// <summary>Waits for what is being written and read: who was not stopped in time still does either.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _replacing.EnterWriteLock();
            _database.Dispose();
            _replacing.ExitWriteLock();
        }

        // The lock of readers is left to the collector: who waits for it just now would fail on one that is disposed of.
    }

    private T ReadOnce<T>(Func<SqliteConnection, T> read)
    {
        _replacing.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            using var connection = _database.Connect();
            return read(connection);
        }
        catch (SqliteException)
        {
            Interlocked.Increment(ref _failures);
            throw;
        }
        finally
        {
            _replacing.ExitReadLock();
        }
    }

    private T CommitHeld<T>(Func<SqliteConnection, T> write, bool bySomebody)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            var result = TryTwice(write, bySomebody);
            _isWritable = true;
            return result;
        }
        catch (Exception failure) when (failure is not (NotSaidException or StartupException))
        {
            Interlocked.Increment(ref _failures);
            if (Database.IsDiskFailure(failure)) _isWritable = false;
            throw;
        }
    }

    private T CommitAs<T>(Func<SqliteConnection, T> write, bool bySomebody)
    {
        if (!bySomebody) return KeptStatements.Of(_database.Writer).Commit(write);
        if (_words is not { } words) return KeptStatements.Of(_said).Commit(write);
        return KeptStatements.Of(_said).Commit(connection =>
        {
            words.Begin(connection);
            var result = write(connection);
            words.Say(connection);
            return result;
        });
    }

    /// <summary>Once more after the damage that it met is out of the way.</summary>
    private T TryTwice<T>(Func<SqliteConnection, T> write, bool bySomebody)
    {
        try
        {
            if (_damage is { } known) Replace(known);
            if (DamagedRows.AreDue) MoveAway();
            return CommitAs(write, bySomebody);
        }
        catch (SqliteException damage) when (Database.IsDamage(damage) && _database.Path is not null)
        {
            Replace(damage.Message);
        }
        catch (SqliteException damage)
            when (damage.SqliteErrorCode == raw.SQLITE_CONSTRAINT
            && damage.Message.Contains(StateTable.DamagedRow, StringComparison.Ordinal))
        {
            MoveAway();
        }

        return CommitAs(write, bySomebody);
    }

    private void MoveAway() => KeptStatements.Of(_database.Writer).Commit(connection =>
    {
        DamagedRows.MoveAway(connection);
        return true;
    });

    /// <summary>
    /// Puts a new file with all that can be read in the place of one found damaged while in use; what waits to be written waits for it.
    /// </summary>
    /// <exception cref="IOException">The folder is lost: what lies there now is not ours to salvage.</exception>
    private void Replace(string damage)
    {
        if (_folder.FindLoss() is { } loss) throw Lost(loss);
        _damage = damage;
        _replacing.EnterWriteLock();
        try
        {
            _database.Dispose();
            _database = Salvage(_folder, DamagedRows, damage, _logger, _clock);
            _said = SaidWriter(_database);
            _words?.Watch(_said);
            Interlocked.Increment(ref _setAside);
            _damage = null;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            StateLog.NotSalvaged(_logger, _folder.PathOf(StateTables.FileName), damage, failure.Message);
            throw;
        }
        finally
        {
            _replacing.ExitWriteLock();
        }
    }

    private static IOException Lost(string loss) => new($"The folder of the store is lost: {loss}.");

    private static SqliteConnection SaidWriter(Database database) =>
        database.Path is null ? database.Writer : database.OpenWriter(reachesDisk: true);

    private static Database Checked(StoreFolder folder, DamagedRows damagedRows)
    {
        var database = Database.Open(StateTables.Schema, folder);
        try
        {
            KeptStatements.Of(database.Writer).Commit(connection =>
            {
                damagedRows.MoveAway(connection);
                return true;
            });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static Database Salvage(StoreFolder folder, DamagedRows damagedRows, string damage, ILogger logger, ArrivalClock clock)
    {
        StateSalvage.Run(folder, damagedRows, damage, logger, clock);
        return Checked(folder, damagedRows);
    }
}
