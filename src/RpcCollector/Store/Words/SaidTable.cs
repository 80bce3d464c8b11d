namespace RpcCollector.Store.Words;

/// <summary>A table whose rows travel between judges: which columns, and what may stand in them.</summary>
internal sealed class SaidTable
{
    // Longer than anything a person may type.
    private const int MostText = 1 << 14;
    private const long LatestTime = 253_402_300_799_999;
    private const int AddressOctets = 16;

    private readonly IReadOnlyDictionary<string, Func<object, bool>> _checks;

    /// <param name="table">It stands in, or is named like.</param>
    /// <param name="only">The columns that travel, the key first; all when null.</param>
    /// <param name="checks">What else has to hold of columns that are not null.</param>
    public SaidTable(StateTable table, string[]? only = null, IReadOnlyDictionary<string, Func<object, bool>>? checks = null)
    {
        Table = table;
        Columns =
        [
            .. only is null
                ? table.Columns
                : only.Select(name => table.Columns.Single(column => column.Name.Equals(name, StringComparison.Ordinal))),
        ];
        _checks = checks ?? new Dictionary<string, Func<object, bool>>(StringComparer.Ordinal);
        KeyColumn = Array.FindIndex(Columns, column => column.Declaration.Contains("PRIMARY KEY", StringComparison.Ordinal));
    }

    public StateTable Table { get; }

    public string Name => Table.Name;

    public (string Name, string Declaration)[] Columns { get; }

    public int KeyColumn { get; }

    /// <summary>The column by which a row is found.</summary>
    public string Key => Columns[KeyColumn].Name;

    public string ColumnNames => string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>What SQL events on it are a person's, as triggers name them; none where rows are named by who writes them.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Which rows are a person's, where not all are; SQL of the new row.</summary>
    public string? When { get; init; }

    /// <summary>False where a row that is gone here need not be gone elsewhere: each judge bounds it by itself.</summary>
    public bool TellsDeletions { get; init; } = true;

    public bool IsBlob(int column) => Is(column, "BLOB");

    /// <summary>True for a row that a judge can have said.</summary>
    public bool MakesSense(SaidRow row)
    {
        if (!IsOfType(KeyColumn, row.Key) || row.Key is string { Length: 0 or > MostText }) return false;
        if (row.Values is not { } values) return TellsDeletions;
        if (values.Count != Columns.Length || !Equals(values[KeyColumn], row.Key)) return false;
        for (var i = 0; i < Columns.Length; i++)
        {
            if (values[i] is not { } value ? !IsNullable(i) : !IsOfType(i, value) || !IsPossible(Columns[i].Name, value)) return false;
        }

        return true;
    }

    private bool IsPossible(string column, object value) =>
        (value is not long time || !column.EndsWith("_ms", StringComparison.Ordinal) || time is >= 0 and <= LatestTime)
        && value is not string { Length: > MostText }
        && (value is not byte[] octets || octets.Length == AddressOctets)
        && (!_checks.TryGetValue(column, out var check) || check(value));

    private bool IsNullable(int column) =>
        column != KeyColumn && !Columns[column].Declaration.Contains("NOT NULL", StringComparison.Ordinal);

    private bool IsOfType(int column, object value) => value switch
    {
        long => Is(column, "INTEGER"),
        string => Is(column, "TEXT"),
        byte[] => Is(column, "BLOB"),
        _ => false,
    };

    private bool Is(int column, string type) => Columns[column].Declaration.StartsWith(type, StringComparison.Ordinal);
}
