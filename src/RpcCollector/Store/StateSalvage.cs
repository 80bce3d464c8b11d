using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>Carries every row of a damaged state.db that verifies into a new file, and sets the damaged one aside.</summary>
/// <remarks>
/// The pages are read without the trees that lead to them: a row is known by its checksum, which only fits the table that it was
/// written to. The damaged file stays in its place until the new one is complete, so that a process that ends meanwhile loses nothing.
/// </remarks>
internal sealed class StateSalvage
{
    private const string CopySuffix = ".salvage";
    private const string NextSuffix = ".new";
    private const string CompleteSuffix = ".salvaged";
    private const string SchemaValue = "schema";

    // Larger ones are damage, and would soon leave no number to give.
    private const long MostGiven = 1L << 48;

    private readonly Dictionary<StateTable, long> _expected = [];
    private readonly List<(StateTable Table, string Key, string Content)> _unverified = [];
    private readonly Dictionary<StateTable, SqliteCommand> _inserts = [];

    // The largest number that each table has given, as far as it can still be read.
    private readonly Dictionary<StateTable, long> _given = new()
    {
        [StateTables.Verdicts] = 0,
        [StateTables.Suppressions] = 0,
        [StateTables.IncidentHistory] = 0,
        [StateTables.Audit] = 0,
    };

    private StateSalvage()
    {
    }

    /// <summary>Finishes, or takes back, what a process that ended meanwhile had begun.</summary>
    public static void Complete(StoreFolder folder)
    {
        var path = folder.PathOf(StateTables.FileName);
        if (!File.Exists(path) && File.Exists(path + CompleteSuffix))
        {
            // The log of the damaged file must not be taken for that of the new one.
            SetAsideFile.MoveRest(path);
            File.Move(path + CompleteSuffix, path);
        }

        foreach (var suffix in (string[])[CopySuffix, NextSuffix, CompleteSuffix]) Database.Delete(path + suffix);
    }

    /// <summary>The file is open nowhere while this runs.</summary>
    /// <exception cref="StartupException">It cannot be read, or the new one cannot be written: the damaged file stays as it is.</exception>
    public static void Run(StoreFolder folder, DamagedRows damagedRows, string reason, ILogger logger, ArrivalClock clock)
    {
        var path = folder.PathOf(StateTables.FileName);
        try
        {
            Complete(folder);
            Copy(path, path + CopySuffix);
            var rows = Carry(folder, path, damagedRows, logger);

            // SQLite deletes the log once all of it is in the file.
            if (File.Exists(path + NextSuffix + "-wal")) throw new IOException($"'{path + NextSuffix}' was not written whole");
            File.Move(path + NextSuffix, path + CompleteSuffix);
            Database.Delete(path + CopySuffix);
            var aside = SetAsideFile.Move(path, clock);
            File.Move(path + CompleteSuffix, path);
            StateLog.Salvaged(logger, path, reason, aside, rows);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw StoreFolder.Refuse($"'{path}' is damaged ({reason}) and cannot be salvaged: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// A copy with what its write-ahead log holds: the log is moved in page by page, for which only the header must be right.
    /// </summary>
    private static void Copy(string path, string copy)
    {
        File.Copy(path, copy, overwrite: true);
        StoreFolder.Protect(copy);
        RepairHeader(copy);
        if (!File.Exists(path + "-wal")) return;
        File.Copy(path + "-wal", copy + "-wal", overwrite: true);
        using (var connection = new SqliteConnection($"Data Source={copy};Mode=ReadWrite;Pooling=False"))
        {
            connection.Open();
            try
            {
                Database.Execute(connection, "PRAGMA user_version");
                var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
                if (IsOfMachine(result))
                    throw new IOException($"its write-ahead log cannot be moved into a copy (SQLite's result {result & 0xff})");
            }
            catch (SqliteException damage) when (!IsOfMachine(damage.SqliteErrorCode))
            {
                // What the log held is lost; how many rows there should be is told by the pages that remain.
            }
        }
    }

    /// <summary>True when it is not the file that is to blame: what it holds may be read another time.</summary>
    private static bool IsOfMachine(int result) =>
        (result & 0xff) is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_CANTOPEN;

    /// <summary>
    /// Gives the file the header that all our files have (SQLite's "Database File Format", 1.3): its size is that of the file, and no
    /// page is free.
    /// </summary>
    private static void RepairHeader(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (RandomAccess.GetLength(file) < DatabasePages.PageBytes) return;
        var header = new byte[100];
        Encoding.ASCII.GetBytes("SQLite format 3\0").CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16), DatabasePages.PageBytes);
        (header[18], header[19]) = (2, 2);
        (header[21], header[22], header[23]) = (64, 32, 32);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(24), 1);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(44), 4);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(56), 1);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(60), StateTables.Schema.Version);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(68), StateTables.Schema.ApplicationId);
        RandomAccess.Write(file, header, fileOffset: 0);
    }

    private static long Carry(StoreFolder folder, string path, DamagedRows damagedRows, ILogger logger)
    {
        var salvage = new StateSalvage();
        using var next = Database.Open(StateTables.Schema, folder, path + NextSuffix);
        using var file = File.OpenHandle(path + CopySuffix);
        using var transaction = next.Writer.BeginTransaction();
        salvage.Prepare(next.Writer, transaction);
        var pages = new DatabasePages(file);
        for (var number = 1L; number <= pages.Count; number++)
            salvage.Carry(pages.Read(number, out var isCertain), isCertain && number > 1);
        salvage.Keep(damagedRows);
        salvage.GoOnCounting(next.Writer);
        var rows = salvage.Report(next.Writer, damagedRows, logger);
        foreach (var insert in salvage._inserts.Values) insert.Dispose();
        transaction.Commit();
        return rows;
    }

    private void Prepare(SqliteConnection connection, SqliteTransaction transaction)
    {
        foreach (var table in StateTables.All)
        {
            var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText =
                $"INSERT OR IGNORE INTO {table.Name} ({table.ColumnNames}) VALUES " +
                $"({string.Join(", ", table.Columns.Select((_, i) => $"${i}"))})";
            for (var i = 0; i < table.Columns.Length; i++) insert.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
            _inserts.Add(table, insert);
        }
    }

    /// <summary>All rows of a page, which belong to one table.</summary>
    private void Carry(IReadOnlyList<PageRow> rows, bool isCertain)
    {
        StateTable? table = null;
        var others = new List<PageRow>();
        foreach (var row in rows)
        {
            if (TableOf(row, out var columns) is { } known)
            {
                table = known;
                Insert(known, columns);
            }
            else if (!IsOfSchema(row) && !NoteGiven(row))
            {
                others.Add(row);
            }
        }

        if (!isCertain) return;
        foreach (var row in others)
        {
            if ((table ?? Likely(row)) is { } likely) _unverified.Add(Described(likely, row));
        }
    }

    /// <returns>True for a row of SQLite's own table of the numbers that were given; it has no checksum.</returns>
    private bool NoteGiven(PageRow row)
    {
        if (row.Values is not [Utf8Text name, long number]) return false;
        var known = _given.Keys.FirstOrDefault(table => table.Name.Equals(name.ToString(), StringComparison.Ordinal));
        if (known is not { } table) return false;
        if (number is > 0 and < MostGiven) _given[table] = Math.Max(_given[table], number);
        return true;
    }

    /// <summary>No number is given twice: what still names a row that was lost must not come to name another.</summary>
    private void GoOnCounting(SqliteConnection connection)
    {
        var named = Database.Ask(connection, $"SELECT COALESCE(MAX(verdict), 0) FROM findings WHERE verdict < {MostGiven}");
        _given[StateTables.Verdicts] = Math.Max(_given[StateTables.Verdicts], named);
        foreach (var (table, number) in _given)
        {
            Database.Execute(connection, $"""
                UPDATE sqlite_sequence SET seq = MAX(seq, {number}) WHERE name = '{table.Name}';
                INSERT INTO sqlite_sequence (name, seq)
                SELECT '{table.Name}', {number} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{table.Name}')
                """);
        }
    }

    private void Insert(StateTable table, IReadOnlyList<object?> columns)
    {
        if (table == StateTables.Census)
        {
            if (StateTables.All.FirstOrDefault(counted => counted.Name.Equals(columns[0]?.ToString(), StringComparison.Ordinal)) is
                {
                } counted) _expected[counted] = (long)columns[1]!;
            return;
        }

        // The new file says itself which schema it has.
        if (table == StateTables.Value && columns[0] is Utf8Text name && name.ToString() is SchemaValue) return;
        Insert(table, columns.Select(column => column is Utf8Text text ? text.ToString() : column));
    }

    private void Insert(StateTable table, IEnumerable<object?> values)
    {
        var insert = _inserts[table];
        var i = 0;
        foreach (var value in values) insert.Parameters[i++].Value = value ?? DBNull.Value;
        insert.ExecuteNonQuery();
    }

    /// <summary>The table that a row's checksum fits.</summary>
    private static StateTable? TableOf(PageRow row, out IReadOnlyList<object?> columns)
    {
        columns = [];
        if (row.Values is not { Count: > 1 } values || values[^1] is not long checksum) return null;
        foreach (var table in StateTables.All)
        {
            if (table.Columns.Length != values.Count - 1) continue;
            columns = Columns(table, row.RowId, values);
            if (RowChecksum.Of(Encoding.UTF8.GetBytes(table.Name), columns) == checksum) return table;
        }

        return null;
    }

    /// <summary>
    /// A row's columns as SQL would read them: the row's number is not stored among them, and a real number without a fraction is
    /// stored as an integer.
    /// </summary>
    private static object?[] Columns(StateTable table, long rowId, IReadOnlyList<object?> values)
    {
        var columns = values.Take(table.Columns.Length).ToArray();
        if (table.RowIdColumn >= 0) columns[table.RowIdColumn] = rowId;
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] is long number && table.Columns[i].Declaration.StartsWith("REAL", StringComparison.Ordinal))
                columns[i] = (double)number;
        }

        return columns;
    }

    private static bool IsOfSchema(PageRow row) =>
        row.Values is [Utf8Text type, _, _, _, _] && type.ToString() is "table" or "index" or "trigger";

    private static StateTable? Likely(PageRow row) =>
        StateTables.All.Where(table => row.Values is { } values && table.Columns.Length == values.Count - 1).ToList() is [var only]
            ? only
            : null;

    private static (StateTable Table, string Key, string Content) Described(StateTable table, PageRow row)
    {
        var columns = row.Values is { } values && values.Count > table.Columns.Length ? Columns(table, row.RowId, values) : [];
        var key = Array.FindIndex(table.Columns, column => column.Name.Equals(table.Key, StringComparison.Ordinal));
        var rowId = row.RowId.ToString(CultureInfo.InvariantCulture);
        return (table, columns.Length > key ? Quoted(columns[key]) : rowId,
            columns.Length > 0 ? string.Join(", ", columns.Select(Quoted)) : $"row {rowId}");
    }

    private static string Quoted(object? value) => value switch
    {
        null => "NULL",
        Utf8Text text => $"'{text.ToString().Replace("'", "''", StringComparison.Ordinal)}'",
        byte[] octets => $"X'{Convert.ToHexString(octets)}'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private void Keep(DamagedRows damagedRows)
    {
        foreach (var (table, key, content) in _unverified)
        {
            damagedRows.Note(table, key);
            if (table.IsCounted) Insert(StateTables.Damaged, [null, table.Name, key, content]);
        }
    }

    private long Report(SqliteConnection connection, DamagedRows damagedRows, ILogger logger)
    {
        long all = 0;
        foreach (var table in StateTables.All.Where(table => table.IsCounted))
        {
            var rows = Database.Ask(connection, $"SELECT COUNT(*) FROM {table.Name}");
            all += rows;
            if (!_expected.TryGetValue(table, out var expected))
            {
                StateLog.RowsUncounted(logger, table.Name, rows);
            }
            else if (expected > rows)
            {
                damagedRows.NoteLost(table, expected - rows);
                StateLog.RowsLost(logger, table.Name, expected - rows, rows);
            }
        }

        return all;
    }
}
