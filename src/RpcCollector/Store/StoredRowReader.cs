using Microsoft.Data.Sqlite;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>
/// Reads the columns of one row that may be damaged: what makes no sense is read as nothing, and the row is known by that.
/// </summary>
internal sealed class StoredRowReader(SqliteDataReader row)
{
    // The last millisecond of the year 9999: times are shown as dates.
    private const long LatestTime = 253_402_300_799_999;
    private const int AddressOctets = 16;

    /// <summary>False once a column was read that cannot be what it should be.</summary>
    public bool MakesSense { get; private set; } = true;

    public bool IsNull(int column) => row.IsDBNull(column);

    public long Integer(int column, long least = long.MinValue, long most = long.MaxValue) =>
        row.GetValue(column) is long number && number >= least && number <= most ? number : Nonsense<long>();

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

    public string Text(int column) => row.GetValue(column) as string ?? Nonsense<string>() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>What blanks separate.</summary>
    public string[] Words(int column) => Text(column).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Addresses that blanks separate.</summary>
    public string[] Addresses(int column) =>
        Words(column) is var words && Array.TrueForAll(words, word => HostAddress.TryParse(word, out _))
        ? words
        : Nonsense<string[]>() ?? [];

    public HostAddress Address(int column) =>
        row.GetValue(column) is byte[] { Length: AddressOctets } octets ? HostAddress.FromIPv6(octets) : Nonsense<HostAddress>();

    public byte[] Octets(int column) => row.GetValue(column) as byte[] ?? Nonsense<byte[]>() ?? [];

    /// <summary>0 to 1; null when it is not known.</summary>
    public double? Share(int column) =>
        IsNull(column) ? null : row.GetValue(column) is double share and >= 0 and <= 1 ? share : Nonsense<double>();

    /// <summary>Says of what was read elsewhere that it cannot be right.</summary>
    public T? Nonsense<T>()
    {
        MakesSense = false;
        return default;
    }
}
