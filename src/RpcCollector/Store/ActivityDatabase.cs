using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>The SQLite database of the store, activities and findings: where it lies, its schema, and what to do when it cannot be used.</summary>
internal sealed class ActivityDatabase : IDisposable
{
    public const string FileName = "activities.db";

    /// <summary>In-memory stores are kept this small, whatever the setting allows a file.</summary>
    public const long MaxMemoryBytes = 64L << 20;

    // "RPCA": tells our file from anybody else's SQLite file of the same name.
    private const int ApplicationId = 0x52504341;
    private const int SchemaVersion = 3;

    // A whole check reads every page: about a second for this many bytes. Damage in larger files is found when it is met.
    private const long MaxCheckedBytes = 256L << 20;
    private const int KeptDamagedFiles = 3;

    private const string Schema = """
        CREATE TABLE activities (
            seq INTEGER PRIMARY KEY,        -- in order of recording, so that what is deleted together lies together
            id INTEGER NOT NULL UNIQUE,
            basis INTEGER NOT NULL,
            client BLOB NOT NULL,           -- 16 octets in the order of HostAddress
            server BLOB NOT NULL,
            start_ms INTEGER NOT NULL,
            mapper_client_port INTEGER, mapper_start_ms INTEGER, mapper_end_ms INTEGER,
            endpoint_client_port INTEGER, endpoint_server_port INTEGER, endpoint_start_ms INTEGER, endpoint_end_ms INTEGER,
            exporters TEXT NOT NULL,        -- addresses, separated by blanks
            sampling_interval INTEGER NOT NULL,
            recorded_ms INTEGER NOT NULL,
            completeness REAL               -- share of what the exporters sent, 0 to 1; null when not known
        ) STRICT;
        CREATE INDEX activities_by_start ON activities (start_ms, id);
        CREATE INDEX activities_by_client ON activities (client, start_ms, id);
        CREATE INDEX activities_by_server ON activities (server, start_ms, id);
        CREATE INDEX activities_by_recording ON activities (recorded_ms);
        """;

    private readonly string _readers;

    private ActivityDatabase(string? path, string connectionString)
    {
        Path = path;
        _readers = connectionString;
        Writer = new SqliteConnection(connectionString + ";Pooling=False");
    }

    /// <summary>Null in memory.</summary>
    public string? Path { get; }

    /// <summary>The one connection that writes, owned by the writer's thread.</summary>
    public SqliteConnection Writer { get; }

    /// <param name="wasSetAside">True when the file was damaged: it was renamed, and this is a new one.</param>
    /// <exception cref="StartupException">The file cannot be opened, read and written.</exception>
    public static ActivityDatabase Open(StoreOptions options, ILogger logger, ArrivalClock clock, out bool wasSetAside)
    {
        wasSetAside = false;
        if (!options.Enabled)
        {
            var memory = new ActivityDatabase(path: null, $"Data Source=activities-{Guid.NewGuid():N};Mode=Memory;Cache=Shared");
            memory.Prepare();
            return memory;
        }

        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(options.Folder, FileName));
        try
        {
            Directory.CreateDirectory(options.Folder);
            try
            {
                return OpenFile(path);
            }
            catch (SqliteException damage) when (IsDamage(damage))
            {
                SetAside(path, damage.Message, logger, clock);
                wasSetAside = true;
                return OpenFile(path);
            }
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"RpcCollector:Store:Folder: the store '{path}' cannot be opened for writing: {failure.Message}", failure);
        }
    }

    public static bool IsDamage(SqliteException failure) => failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Renames a damaged file, and what belongs to it, so that a person may look at it and a new one can begin.</summary>
    public static void SetAside(string path, string reason, ILogger logger, ArrivalClock clock)
    {
        if (!File.Exists(path)) return;
        var aside = $"{path}.damaged-{clock.Now:yyyyMMdd'T'HHmmssfff'Z'}";
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + suffix)) File.Move(path + suffix, aside + suffix, overwrite: true);
        }

        // A disk that damages file after file shall not be filled by them.
        var folder = System.IO.Path.GetDirectoryName(path)!;
        foreach (var old in Directory.GetFiles(folder, FileName + ".damaged-*Z").OrderDescending(StringComparer.Ordinal).Skip(KeptDamagedFiles))
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(old + suffix);
        }

        StoreLog.SetAside(logger, path, reason, aside);
    }

    /// <summary>A connection for reading, from a pool.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_readers);
        try
        {
            connection.Open();

            // Readers of a shared in-memory database would otherwise be refused while the writer holds its table.
            Execute(connection, Path is null ? "PRAGMA read_uncommitted=1" : "PRAGMA busy_timeout=2000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;

        // Read to the end: incremental_vacuum frees one page a step.
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
        }
    }

    public static long Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Writer.Dispose();
        using var any = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(any);
    }

    private static ActivityDatabase OpenFile(string path)
    {
        // SQLite takes a file shorter than its smallest page for an empty one, and would write over what is left of it.
        if (new FileInfo(path) is { Exists: true, Length: > 0 and < 512 }) throw new SqliteException("the file is cut off", raw.SQLITE_NOTADB);
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 5 };
        var database = new ActivityDatabase(path, builder.ConnectionString);
        try
        {
            database.Prepare();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Prepare()
    {
        Writer.Open();
        Execute(Writer, "PRAGMA busy_timeout=2000");
        Execute(Writer, "PRAGMA cache_size=-16384");

        var version = Ask(Writer, "PRAGMA user_version");
        var isEmpty = Ask(Writer, "SELECT COUNT(*) FROM sqlite_master") == 0;
        if (!isEmpty && Ask(Writer, "PRAGMA application_id") != ApplicationId)
            throw new StartupException($"RpcCollector:Store:Folder: '{Path}' is the database of another program; name another folder.");
        if (version > SchemaVersion)
            throw new StartupException($"RpcCollector:Store:Folder: '{Path}' was written by a newer version of this program (schema {version}, this one knows {SchemaVersion}); name another folder or update.");

        // The order matters: auto_vacuum can be chosen only before the first table, and before the change to WAL writes the first page.
        if (isEmpty) Execute(Writer, "PRAGMA auto_vacuum=INCREMENTAL");
        if (Path is not null)
        {
            Execute(Writer, "PRAGMA journal_mode=WAL");
            Execute(Writer, "PRAGMA synchronous=NORMAL");
            Execute(Writer, "PRAGMA journal_size_limit=4194304");
            if (!isEmpty && new FileInfo(Path).Length <= MaxCheckedBytes) Check();
        }

        // Also when nothing changes: a file that cannot be written shall fail now.
        using var transaction = Writer.BeginTransaction();
        if (isEmpty) Execute(Writer, Schema + $"PRAGMA application_id={ApplicationId};");
        else if (version < 2) Execute(Writer, "ALTER TABLE activities ADD COLUMN completeness REAL");
        if (isEmpty || version < 3) Execute(Writer, FindingSchema.Sql);
        Execute(Writer, $"PRAGMA user_version={SchemaVersion}");
        transaction.Commit();
    }

    private void Check()
    {
        using var command = Writer.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        var answer = (string?)command.ExecuteScalar();
        if (answer is not "ok") throw new SqliteException($"quick_check: {answer}", raw.SQLITE_CORRUPT);
    }
}
