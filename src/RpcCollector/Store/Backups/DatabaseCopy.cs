using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Options;
using SQLitePCL;

namespace RpcCollector.Store.Backups;

/// <summary>Copies a database that another process may be writing to, as it was at one moment.</summary>
/// <remarks>
/// SQLite's log lets one process read what was committed at a moment while another writes (https://sqlite.org/wal.html, "Concurrency");
/// its backup interface copies page by page from within such a reading.
/// </remarks>
internal sealed class DatabaseCopy : IDisposable
{
    private const int PagesAtOnce = 2_048;
    private const long PageBytes = DatabasePages.PageBytes;

    private readonly SqliteConnection _source;
    private readonly DatabaseSchema _schema;

    private DatabaseCopy(SqliteConnection source, DatabaseSchema schema) => (_source, _schema) = (source, schema);

    public string Name => _schema.FileName;

    /// <summary>Takes hold of what is committed now: whatever is written later is not copied.</summary>
    /// <exception cref="StartupException">It is no database of ours.</exception>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static DatabaseCopy Begin(string path, DatabaseSchema schema)
    {
        var source = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 30,
        }.ConnectionString);
        try
        {
            source.Open();
            Database.Execute(source, "PRAGMA busy_timeout=30000");
            Database.Execute(source, "BEGIN");

            // The first reading is the moment.
            _ = Database.Ask(source, "SELECT COUNT(*) FROM sqlite_master");
            if ((int)Database.Ask(source, "PRAGMA application_id") != schema.ApplicationId)
                throw new StartupException($"'{path}' is the database of another program");
            return new DatabaseCopy(source, schema);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file that needs no log beside it.</summary>
    /// <param name="progress">Told how many of how many bytes are copied.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteTo(string path, Action<long, long> progress)
    {
        StoreFolder.Protect(path);
        using (var target = new SqliteConnection($"Data Source={path};Mode=ReadWrite;Pooling=False"))
        {
            target.Open();
            using var backup = raw.sqlite3_backup_init(target.Handle, "main", _source.Handle, "main");
            if (backup.IsInvalid)
                throw new IOException($"'{path}' cannot be written: {raw.sqlite3_errmsg(target.Handle).utf8_to_string()}");
            int result;
            do
            {
                result = raw.sqlite3_backup_step(backup, PagesAtOnce);
                var pages = raw.sqlite3_backup_pagecount(backup);
                progress((pages - raw.sqlite3_backup_remaining(backup)) * PageBytes, pages * PageBytes);
            }
            while (result == raw.SQLITE_OK);
            if (result != raw.SQLITE_DONE)
                throw new IOException(
                    $"'{Name}' cannot be copied to '{path}' (SQLite's result {result}: {raw.sqlite3_errstr(result).utf8_to_string()})");
        }

        // Opened as every database of the store it would begin a log; as a plain file it is whole by itself.
        if (File.Exists(path + "-wal")) throw new IOException($"'{path}' was not written whole");
    }

    public void Dispose() => _source.Dispose();

    /// <summary>Which schema a copy has, once all of its pages have been looked at.</summary>
    /// <exception cref="StartupException">It is damaged, of another program, or of a newer version.</exception>
    public static int Verify(string path, DatabaseSchema schema)
    {
        try
        {
            // Nothing writes to it: no log is asked for, and none is made.
            using var connection =
                new SqliteConnection($"Data Source=file:{Uri.EscapeDataString(path)}?immutable=1;Mode=ReadOnly;Pooling=False");
            connection.Open();
            var version = (int)Database.Ask(connection, "PRAGMA user_version");
            if ((int)Database.Ask(connection, "PRAGMA application_id") != schema.ApplicationId)
                throw new StartupException($"{schema.FileName} in the backup is the database of another program");
            if (version > schema.Version)
                throw new StartupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{schema.FileName} in the backup was written by a newer version of this program (schema {version}, this one knows " +
                        $"{schema.Version}); update first"));
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            return command.ExecuteScalar() is "ok" ? version : throw new StartupException($"{schema.FileName} in the backup is damaged");
        }
        catch (SqliteException failure)
        {
            throw new StartupException(
                $"{schema.FileName} in the backup cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }
}
