using Microsoft.Data.Sqlite;
using RpcCollector.Flows;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// Reads the columns of one row that may be damaged: what makes no sense is read as nothing, and the row is known by that.
/// </summary>
internal sealed class StoredRowReader(sqlite3_stmt row)
{
    // The last millisecond of the year 9999: times are shown as dates.
    private const long LatestTime = 253_402_300_799_999;
    private const int AddressOctets = 16;

    public StoredRowReader(SqliteDataReader reader)
        : this(reader.Handle!)
    {
    }

    /// <summary>False once a column was read that cannot be what it should be.</summary>
    public bool MakesSense { get; private set; } = true;

    public bool IsNull(int column) => TypeOf(column) == raw.SQLITE_NULL;

    public long Integer(int column, long least = long.MinValue, long most = long.MaxValue) =>
        TypeOf(column) == raw.SQLITE_INTEGER && raw.sqlite3_column_int64(row, column) is var number && number >= least && number <= most
        ? number
        : Nonsense<long>();

    /// <summary>Unix milliseconds.</summary>
    public long Time(int column) => Integer(column, 0, LatestTime);

    public long? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public ushort Port(int column) => (ushort)Integer(column, 0, ushort.MaxValue);

    /// <summary>A value of an enumeration that has a name.</summary>
    public T Named<T>(int column)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), Integer(column, 0, byte.MaxValue));
        return Enum.IsDefined(value) ? value : Nonsense<T>();
    }

    public string Text(int column) =>
        TypeOf(column) == raw.SQLITE_TEXT ? raw.sqlite3_column_text(row, column).utf8_to_string() : Nonsense<string>() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>What blanks separate.</summary>
    public string[] Words(int column) => Text(column).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Addresses that blanks separate.</summary>
    public string[] Addresses(int column) =>
        Words(column) is var words && Array.TrueForAll(words, word => HostAddress.TryParse(word, out _))
        ? words
        : Nonsense<string[]>() ?? [];

    public HostAddress Address(int column) =>
        TypeOf(column) == raw.SQLITE_BLOB && raw.sqlite3_column_blob(row, column) is { Length: AddressOctets } octets
        ? HostAddress.FromIPv6(octets)
        : Nonsense<HostAddress>();

    public byte[] Octets(int column) =>
        TypeOf(column) == raw.SQLITE_BLOB ? raw.sqlite3_column_blob(row, column).ToArray() : Nonsense<byte[]>() ?? [];

    /// <summary>0 to 1; null when it is not known.</summary>
    public double? Share(int column) =>
        IsNull(column) ? null
        : TypeOf(column) == raw.SQLITE_FLOAT && raw.sqlite3_column_double(row, column) is var share and >= 0 and <= 1 ? share
        : Nonsense<double>();

    /// <summary>Says of what was read elsewhere that it cannot be right.</summary>
    public T? Nonsense<T>()
    {
        MakesSense = false;
        return default;
    }

    private int TypeOf(int column) => raw.sqlite3_column_type(row, column);
}
