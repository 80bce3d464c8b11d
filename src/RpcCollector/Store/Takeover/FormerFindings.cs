using System.Globalization;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Takeover;

/// <summary>
/// Findings, verdicts and suppressions that activities.db held up to its third schema; its fourth drops them, once they are here.
/// </summary>
/// <remarks>A damaged file gives what can be read of it: from its first row on until the damage, and from its last row back.</remarks>
internal static class FormerFindings
{
    private const string Marker = "taken over from activities.db";
    private const int FirstVersion = 3;
    private const int LastVersion = 3;

    private static readonly StateTable[] Tables = [StateTables.Findings, StateTables.Verdicts, StateTables.Suppressions];

    public static void TakeOver(StoreFolder folder, StateStore state, ILogger logger)
    {
        var path = folder.PathOf(ActivityStore.FileName);
        if (!File.Exists(path) || new FileInfo(path).Length < Database.SmallestBytes) return;
        try
        {
            using var former =
                new SqliteConnection(
                    new SqliteConnectionStringBuilder
                    {
                        DataSource = path,
                        Mode = SqliteOpenMode.ReadWrite,
                        Pooling = false,
                    }.ConnectionString);
            former.Open();
            if (Database.Ask(former, "PRAGMA application_id") != ActivityStore.ApplicationId) return;
            if (Database.Ask(former, "PRAGMA user_version") is < FirstVersion or > LastVersion) return;
            var content = Fingerprint(former);
            if (string.Equals(state.Value(Marker), content, StringComparison.Ordinal)) return;
            var taken = state.CommitSaid(connection =>
            {
                var counts = Tables.Select(table => Copy(former, connection, table, path, logger)).ToArray();
                Database.SetValue(connection, Marker, content);
                return counts;
            });
            StateLog.TakenOver(logger, path, $"{taken[0]} findings, {taken[1]} verdicts, {taken[2]} suppressions");
        }
        catch (SqliteException damage) when (Database.IsDamage(damage))
        {
            // The store of activities meets the same when it opens the file, and sets it aside.
            StateLog.FindingsNotTakenOver(logger, path, damage.Message);
        }
        catch (SqliteException failure)
        {
            throw StoreFolder.Refuse($"the store '{path}' cannot be opened for writing: {failure.Message}", failure);
        }
    }

    /// <summary>Tells this content from that of another file of the same name, such as an older one that was put back.</summary>
    private static string Fingerprint(SqliteConnection former)
    {
        try
        {
            using var command = former.CreateCommand();
            command.CommandText = """
                SELECT (SELECT COUNT(*) || '/' || TOTAL(updated_ms) FROM findings)
                    || ' ' || (SELECT COUNT(*) || '/' || TOTAL(seq) FROM verdicts)
                    || ' ' || (SELECT COUNT(*) || '/' || TOTAL(created_ms) FROM suppressions)
                """;
            return (string)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            return "damaged";
        }
    }

    private static int Copy(SqliteConnection former, SqliteConnection connection, StateTable table, string path, ILogger logger)
    {
        var (count, complete) = CopyInOrder(former, connection, table, "ASC", path, logger);
        if (complete is null) return count;
        var (more, reason) = CopyInOrder(former, connection, table, "DESC", path, logger);
        StateLog.TableNotWhole(logger, path, table.Name, count + more, reason ?? complete);
        return count + more;
    }

    /// <returns>How many rows, and what ended it before the last of them.</returns>
    private static (int Count, string? Damage) CopyInOrder(
        SqliteConnection former, SqliteConnection connection, StateTable table, string order, string path, ILogger logger)
    {
        var count = 0;
        using var insert = connection.CreateCommand();
        insert.CommandText =
            $"INSERT OR IGNORE INTO {table.Name} ({table.ColumnNames}) VALUES " +
            $"({string.Join(", ", table.Columns.Select((_, i) => $"${i}"))})";
        for (var i = 0; i < table.Columns.Length; i++) insert.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        try
        {
            using var select = former.CreateCommand();
            select.CommandText = $"SELECT {table.ColumnNames} FROM {table.Name} ORDER BY rowid {order}";
            using var reader = select.ExecuteReader();
            while (reader.Read())
            {
                for (var i = 0; i < table.Columns.Length; i++) insert.Parameters[i].Value = reader.GetValue(i);
                try
                {
                    count += insert.ExecuteNonQuery();
                }
                catch (SqliteException damage) when (damage.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
                {
                    StateLog.RowNotTakenOver(
                        logger, path, table.Name,
                        string.Create(CultureInfo.InvariantCulture, $"row {reader.GetValue(0)}: {damage.Message}"));
                }
            }

            return (count, null);
        }
        catch (SqliteException damage) when (damage.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_ERROR)
        {
            return (count, damage.Message);
        }
    }
}
