using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Knows which rows of state.db were found damaged: each is counted once and named in the log once.</summary>
internal sealed class DamagedRows(ILogger logger)
{
    // Beyond so many they are counted, and not named.
    private const int MostNamed = 1_000;
    private const int MostKept = 1_000;

    private readonly Lock _lock = new();
    private readonly HashSet<(string Table, string Key)> _known = [];
    private readonly Dictionary<string, long> _counts = StateTables.All.ToDictionary(table => table.Name, _ => 0L, StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lost = StateTables.All.ToDictionary(table => table.Name, _ => 0L, StringComparer.Ordinal);
    private volatile bool _areDue;

    /// <summary>True when rows that were noted still lie in their tables.</summary>
    public bool AreDue => _areDue;

    /// <summary>Rows of a table that did not verify.</summary>
    public long Of(StateTable table)
    {
        lock (_lock) return _counts[table.Name];
    }

    /// <summary>Rows of a table that were not found again in a damaged file.</summary>
    public long LostOf(StateTable table)
    {
        lock (_lock) return _lost[table.Name];
    }

    /// <summary>A row that does not verify, or whose columns make no sense, was met.</summary>
    public void Note(StateTable table, string key)
    {
        lock (_lock)
        {
            if (_known.Count < MostNamed && !_known.Add((table.Name, key))) return;
            _counts[table.Name]++;
            _areDue = true;
            if (_known.Count < MostNamed) StateLog.RowDamaged(logger, table.Name, key);
        }
    }

    public void NoteLost(StateTable table, long rows)
    {
        lock (_lock) _lost[table.Name] += rows;
    }

    /// <summary>Looks at every row and moves the damaged ones to the table that keeps them: nothing else reads them any more.</summary>
    public void MoveAway(SqliteConnection connection)
    {
        foreach (var table in StateTables.All)
        {
            var keys = new List<string>();
            using (var command = connection.CreateCommand())
            {
                command.CommandText = $"SELECT quote({table.Key}) FROM {table.Name} t WHERE NOT ({table.IsWhole("t")})";
                using var reader = command.ExecuteReader();
                while (reader.Read()) keys.Add(reader.IsDBNull(0) ? "?" : reader.GetString(0));
            }

            foreach (var key in keys) Note(table, key);
            if (keys.Count > 0) Database.Execute(connection, $"DELETE FROM {table.Name} AS t WHERE NOT ({table.IsWhole("t")})");
        }

        Recount(connection);
        Database.Execute(connection, $"DELETE FROM damaged WHERE seq <= (SELECT MAX(seq) FROM damaged) - {MostKept}");
        _areDue = false;
    }

    /// <summary>Compares how many rows there are with how many there should be, and says what is missing.</summary>
    private void Recount(SqliteConnection connection)
    {
        foreach (var table in StateTables.All.Where(table => table.IsCounted))
        {
            var rows = Database.Ask(connection, $"SELECT COUNT(*) FROM {table.Name}");
            var expected = Expected(connection, table);
            if (expected == rows) continue;
            Database.Execute(
                connection,
                $"INSERT INTO census (name, rows) VALUES ('{table.Name}', {rows}) ON CONFLICT (name) DO UPDATE SET rows = excluded.rows");
            if (expected is null) StateLog.RowsUncounted(logger, table.Name, rows);
            else Miss(table, expected.Value, rows);
        }
    }

    private void Miss(StateTable table, long expected, long rows)
    {
        NoteLost(table, Math.Max(0, expected - rows));
        StateLog.RowsMissing(logger, table.Name, rows, expected);
    }

    private static long? Expected(SqliteConnection connection, StateTable table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rows FROM census WHERE name = '{table.Name}'";
        return command.ExecuteScalar() as long?;
    }
}
