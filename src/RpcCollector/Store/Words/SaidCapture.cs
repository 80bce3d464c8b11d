using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Words;

/// <summary>
/// Writes down, on one connection, which rows of people's tables a transaction changes: by triggers of the connection itself, which no
/// other one has, so that nobody who writes them can forget to say so.
/// </summary>
internal static class SaidCapture
{
    /// <summary>Makes the triggers; they go with the connection.</summary>
    public static void Watch(SqliteConnection connection)
    {
        Database.Execute(connection, "CREATE TEMP TABLE IF NOT EXISTS said_rows (name TEXT NOT NULL, key ANY NOT NULL)");
        foreach (var table in SaidTables.All)
        {
            foreach (var on in table.Events)
            {
                var verb = on.Split(' ')[0];
                Database.Execute(connection, $"""
                    CREATE TEMP TRIGGER IF NOT EXISTS said_{table.Name}_{verb} AFTER {on} ON main.{table.Name}
                    {(table.When is { } when ? $"WHEN {when}" : "")}
                    BEGIN INSERT INTO said_rows (name, key) VALUES ('{table.Name}', {(verb is "DELETE" ? "OLD" : "NEW")}.{table.Key}); END
                    """);
            }
        }
    }

    public static void Begin(SqliteConnection connection) => Database.Execute(connection, "DELETE FROM said_rows");

    /// <summary>What the transaction changed so far, in the order in which it did first, as it is now.</summary>
    public static List<SaidRow> Take(SqliteConnection connection)
    {
        var changed = new List<(SaidTable Table, object Key)>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name, key FROM said_rows GROUP BY name, key ORDER BY MIN(rowid)";
            using var reader = command.ExecuteReader();
            while (reader.Read()) changed.Add((SaidTables.Find(reader.GetString(0))!, reader.GetValue(1)));
        }

        var rows = new List<SaidRow>(changed.Count);
        foreach (var (table, key) in changed)
        {
            var row = Read(connection, table, key);
            if (row.Values is not null || table.TellsDeletions) rows.Add(row);
        }

        return rows;
    }

    /// <summary>A row as it is now.</summary>
    public static SaidRow Read(SqliteConnection connection, SaidTable table, object key)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {table.ColumnNames} FROM {table.Name} t WHERE {table.Key} = $key AND {table.Table.IsWhole("t")}";
        command.Parameters.AddWithValue("$key", key);
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return new SaidRow(table.Name, key, Values: null);
        var values = new object?[table.Columns.Length];
        for (var i = 0; i < values.Length; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return new SaidRow(table.Name, key, values);
    }
}
