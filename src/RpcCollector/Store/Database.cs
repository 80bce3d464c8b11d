using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using Microsoft.Data.Sqlite;
using RpcCollector.Options;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// One SQLite database of the store, in a file of the folder or in memory: opens, creates and migrates it, and says whether it is
/// whole.
/// </summary>
internal sealed class Database : IDisposable
{
    /// <summary>SQLite takes a shorter file for an empty one, and would write over what is left of it.</summary>
    public const int SmallestBytes = 512;

    // The name of the value that says which schema the file has, beside its header: a damaged one is told by it.
    private const string SchemaValue = "schema";

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    private readonly DatabaseSchema _schema;
    private readonly StoreFolder _folder;
    private readonly string _readers;
    private readonly List<SqliteConnection> _writers = [];
    private bool _isOurs;

    private Database(DatabaseSchema schema, StoreFolder folder, string? path, string connectionString)
    {
        (_schema, _folder, Path, _readers) = (schema, folder, path, connectionString);
    }

    /// <summary>Null in memory.</summary>
    public string? Path { get; }

    /// <summary>
    /// The connection that writes: what it commits survives the end of the process; of a machine that loses its power, all but the
    /// last.
    /// </summary>
    public SqliteConnection Writer => _writers[0];

    /// <summary>Size of the file and its write-ahead log; 0 in memory.</summary>
    public long Bytes => Path is null ? 0 : Length(Path) + Length(Path + "-wal");

    /// <summary>Size of the write-ahead log alone; 0 in memory.</summary>
    public long LogBytes => Path is null ? 0 : Length(Path + "-wal");

    /// <summary>Opens the file, or makes it, and brings it to the present schema.</summary>
    /// <exception cref="SqliteException">It is damaged, as <see cref="IsDamage"/> knows.</exception>
    /// <exception cref="StartupException">It cannot be read or written, or it is not ours.</exception>
    public static Database Open(DatabaseSchema schema, StoreFolder folder) =>
        Open(schema, folder, folder.FullName is null ? null : folder.PathOf(schema.FileName));

    /// <summary>The same under another name.</summary>
    public static Database Open(DatabaseSchema schema, StoreFolder folder, string? path)
    {
        try
        {
            if (path is null)
            {
                var name = $"{System.IO.Path.GetFileNameWithoutExtension(schema.FileName)}-{Guid.NewGuid():N}";
                return Prepared(new Database(schema, folder, path: null, $"Data Source={name};Mode=Memory;Cache=Shared"));
            }

            // SQLite would delete the log of an empty file.
            if (Length(path) is > 0 and < SmallestBytes || (File.Exists(path) && Length(path) == 0 && Length(path + "-wal") > 0))
                throw Damage("the file is cut off");
            StoreFolder.Protect(path);

            // Readers never make a file: it is there, or it is gone.
            var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 5 };
            return Prepared(new Database(schema, folder, path, builder.ConnectionString));
        }
        catch (Exception failure) when (IsDiskFailure(failure) && failure is not StartupException && !IsDamage(failure))
        {
            throw StoreFolder.Refuse($"the store '{path}' cannot be opened for writing: {failure.Message}", failure);
        }
    }

    public static bool IsDamage(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };

    /// <summary>True for what a failing, full or missing disk makes the store throw; anything else is a bug.</summary>
    public static bool IsDiskFailure(Exception failure) =>
        failure is SqliteException or StartupException or IOException or UnauthorizedAccessException;

    public static SqliteException Damage(string what) => new(what, raw.SQLITE_CORRUPT);

    /// <summary>Renames a file, and what belongs to it.</summary>
    public static void Move(string path, string target)
    {
        foreach (var suffix in Suffixes)
        {
            if (File.Exists(path + suffix)) File.Move(path + suffix, target + suffix, overwrite: true);
        }
    }

    /// <summary>Deletes a file, and what belongs to it.</summary>
    public static void Delete(string path)
    {
        foreach (var suffix in Suffixes) File.Delete(path + suffix);
    }

    /// <summary>One more connection that writes.</summary>
    /// <param name="reachesDisk">True when what it commits has reached the disk: it survives that the machine loses its power.</param>
    public SqliteConnection OpenWriter(bool reachesDisk)
    {
        var writer = new SqliteConnection(_readers + ";Pooling=False");
        _writers.Add(writer);
        writer.Open();
        RowChecksum.Register(writer);
        CommunityKey.Register(writer);
        Execute(writer, "PRAGMA busy_timeout=2000");
        Execute(writer, "PRAGMA cache_size=-16384");

        // Each statement with a trigger keeps a copy of the pages that it changes until it ends: small, but else written into a file.
        Execute(writer, "PRAGMA temp_store=MEMORY");
        if (_schema.WritesOverDeleted) Execute(writer, "PRAGMA secure_delete=ON");
        if (Path is not null) Execute(writer, $"PRAGMA synchronous={(reachesDisk ? "FULL" : "NORMAL")}");
        return writer;
    }

    /// <summary>
    /// Brings what the log has over to the file and empties it: while somebody reads at every moment, SQLite by itself does not begin it
    /// anew. Waits a moment for who reads; what takes longer keeps it as it is.
    /// </summary>
    public void EmptyLog()
    {
        Execute(Writer, "PRAGMA busy_timeout=200");
        Execute(Writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        Execute(Writer, "PRAGMA busy_timeout=2000");
    }

    /// <summary>Looks at every page.</summary>
    public bool IsWhole(bool withIndexes) => DamageFound(withIndexes) is null;

    /// <summary>A connection for reading, from a pool.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_readers);
        try
        {
            connection.Open();
            RowChecksum.Register(connection);
            CommunityKey.Register(connection);

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
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>A fact kept by its name; null when there is none.</summary>
    public static string? Value(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT content FROM value WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar() as string;
    }

    public static void SetValue(SqliteConnection connection, string name, string content)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO value (name, content) VALUES ($name, $content) ON CONFLICT (name) DO UPDATE SET content = excluded.content";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$content", content);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        if (Path is not null) _folder.Forget(Path);
        foreach (var writer in _writers)
        {
            KeptStatements.Close(writer);
            writer.Dispose();
        }

        using var any = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(any);
    }

    private static Database Prepared(Database database)
    {
        try
        {
            database.Prepare();
            return database;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_ERROR && database._isOurs)
        {
            // Our own statements do not fit its tables: these are not what they were.
            database.Dispose();
            throw Damage(failure.Message);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Prepare()
    {
        var writer = OpenWriter(reachesDisk: false);
        var isEmpty = Ask(writer, "SELECT COUNT(*) FROM sqlite_master") == 0;
        var version = (int)Ask(writer, "PRAGMA user_version");
        if (!isEmpty) RefuseOthers(writer, version);

        // The order matters: both can be chosen only before the first table, and before the change to WAL writes the first page.
        if (isEmpty) Execute(writer, $"PRAGMA page_size=4096; PRAGMA auto_vacuum={(_schema.GivesPagesBack ? "INCREMENTAL" : "NONE")}");
        if (Path is not null)
        {
            Execute(writer, "PRAGMA journal_mode=WAL");
            Execute(writer, "PRAGMA journal_size_limit=4194304");
            if (!isEmpty && Length(Path) <= _schema.MostCheckedBytes) Check();
            _folder.Remember(Path);
        }

        // Also when nothing changes: a file that cannot be written shall fail now.
        using var transaction = writer.BeginTransaction();
        if (isEmpty) Execute(writer, $"PRAGMA application_id={_schema.ApplicationId}");
        for (var step = isEmpty ? 0 : version; step < _schema.Version; step++) Execute(writer, _schema.Migrations[step]);
        Execute(writer, $"PRAGMA user_version={_schema.Version}");
        if (isEmpty || version < _schema.Version) SetValue(writer, SchemaValue, Described(writer, _schema.Version));
        transaction.Commit();
    }

    /// <summary>Tells a file of another program, or of a newer version of this one, from a damaged one of ours.</summary>
    private void RefuseOthers(SqliteConnection connection, int version)
    {
        var id = (int)Ask(connection, "PRAGMA application_id");
        if (id != _schema.ApplicationId)
        {
            // No other program has an id that differs from ours by one bit.
            if (BitOperations.PopCount((uint)(id ^ _schema.ApplicationId)) == 1) throw Damage("its application id is not ours by one bit");
            throw StoreFolder.Refuse($"'{Path}' is the database of another program; name another folder.");
        }

        _isOurs = true;
        var described = HasValues(connection) ? Value(connection, SchemaValue) : null;
        if (described is not null && !described.Equals(Described(connection, version), StringComparison.Ordinal))
            throw Damage("its schema is not what it was");
        if (version > _schema.Version)
            throw StoreFolder.Refuse(
                $"'{Path}' was written by a newer version of this program (schema {version}, this one knows {_schema.Version}); name " +
                $"another folder or update.");
    }

    private static bool HasValues(SqliteConnection connection) =>
        Ask(connection, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'value'") == 1;

    /// <summary>Version and content of the schema: what a damaged page of it would change.</summary>
    private static string Described(SqliteConnection connection, int version)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
        var hash = new XxHash64();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                hash.Append(Encoding.UTF8.GetBytes(reader.IsDBNull(column) ? "-" : reader.GetString(column)));
                hash.Append([0]);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{version} {hash.GetCurrentHashAsUInt64():x16}");
    }

    private void Check()
    {
        if (DamageFound(_schema.ChecksIndexes) is { } damage) throw Damage(damage);
    }

    /// <returns>What is damaged first; null when nothing is.</returns>
    private string? DamageFound(bool withIndexes)
    {
        var pragma = withIndexes ? "integrity_check" : "quick_check";
        using var command = Writer.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}(1)";
        var answer = (string?)command.ExecuteScalar();
        return answer is "ok" ? null : $"{pragma}: {answer?.ReplaceLineEndings(" ")}";
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
