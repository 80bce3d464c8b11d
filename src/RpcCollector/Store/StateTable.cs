namespace RpcCollector.Store;

/// <summary>
/// A table of state.db: every row has a checksum, a damaged row leaves a copy of itself behind when it is deleted, and how many rows
/// there are is written down.
/// </summary>
/// <param name="Name">Of the table.</param>
/// <param name="Key">The column that names a row for people.</param>
/// <param name="Columns">Each with what SQL declares of it, without its checksum.</param>
internal sealed record StateTable(string Name, string Key, params (string Name, string Declaration)[] Columns)
{
    /// <summary>
    /// What the trigger says that keeps a damaged row from being changed: a change would give it a checksum that verifies.
    /// </summary>
    public const string DamagedRow = "damaged row";

    public const string Checksum = "checksum";

    /// <summary>False for the tables that the other tables' triggers write to.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>The column that stands for the row's number, whose value is not stored in the row; -1 when none does.</summary>
    public int RowIdColumn { get; } =
        Array.FindIndex(Columns, column => column.Declaration.StartsWith("INTEGER PRIMARY KEY", StringComparison.Ordinal));

    public string ColumnNames { get; } = string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>The condition that a row is as it was written.</summary>
    /// <param name="alias">By which the statement calls the table.</param>
    public string IsWhole(string alias) => $"{alias}.{Checksum} IS {Expression(alias + ".")}";

    /// <summary>Creates it, with its triggers.</summary>
    public string CreateSql => $"""
        CREATE TABLE {Name} (
            {string.Join(",\n    ", Columns.Select(column => $"{column.Name} {column.Declaration}"))},
            {Checksum} INTEGER NOT NULL GENERATED ALWAYS AS ({Expression("")}) STORED
        ) STRICT;
        CREATE TRIGGER {Name}_update BEFORE UPDATE ON {Name} WHEN NOT (OLD.{Checksum} IS {Expression("OLD.")})
        BEGIN SELECT RAISE(ABORT, '{DamagedRow}'); END;
        {(IsCounted ? CountingSql : "")}
        """;

    private string CountingSql => $"""
        INSERT INTO census (name, rows) VALUES ('{Name}', 0);
        CREATE TRIGGER {Name}_insert AFTER INSERT ON {Name}
        BEGIN UPDATE census SET rows = rows + 1 WHERE name = '{Name}'; END;
        CREATE TRIGGER {Name}_delete AFTER DELETE ON {Name}
        BEGIN UPDATE census SET rows = rows - 1 WHERE name = '{Name}'; END;
        CREATE TRIGGER {Name}_damage BEFORE DELETE ON {Name} WHEN NOT (OLD.{Checksum} IS {Expression("OLD.")})
        BEGIN INSERT INTO damaged (name, key, content) VALUES ('{Name}', quote(OLD.{Key}), {QuotedColumns}); END;
        """;

    private string QuotedColumns => string.Join(" || ', ' || ", Columns.Select(column => $"quote(OLD.{column.Name})"));

    private string Expression(string prefix) =>
        $"{RowChecksum.Name}('{Name}', {string.Join(", ", Columns.Select(column => prefix + column.Name))})";
}
