using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// The SQL function <c>row_checksum(table, column, ...)</c>: XxHash64 of the table's name and of all its columns, each with its type
/// and length.
/// </summary>
/// <remarks>A generated column of each table of state.db calls it, so that no statement can write a row without its checksum.</remarks>
internal static unsafe class RowChecksum
{
    public const string Name = "row_checksum";

    private const int AnyNumber = -1;
    private const int LengthOctets = 9;

    [ThreadStatic]
    private static XxHash64? OfThread;

    /// <summary>Makes the function known to a connection.</summary>
    public static void Register(SqliteConnection connection) => SqlFunction.Register(connection, Name, AnyNumber, &Compute);

    /// <summary>The same for values that were read from a damaged file: null, long, double, octets of text, octets.</summary>
    public static long Of(ReadOnlySpan<byte> table, IReadOnlyList<object?> columns)
    {
        var hash = new XxHash64();
        Append(hash, raw.SQLITE_TEXT, table);
        foreach (var column in columns)
        {
            switch (column)
            {
                case null:
                    Append(hash, raw.SQLITE_NULL, []);
                    break;
                case long number:
                    Append(hash, raw.SQLITE_INTEGER, number);
                    break;
                case double number:
                    Append(hash, raw.SQLITE_FLOAT, BitConverter.DoubleToInt64Bits(number));
                    break;
                case Utf8Text text:
                    Append(hash, raw.SQLITE_TEXT, text.Octets);
                    break;
                case byte[] octets:
                    Append(hash, raw.SQLITE_BLOB, octets);
                    break;
                default:
                    throw new ArgumentException($"no value of SQLite: {column.GetType()}", nameof(columns));
            }
        }

        return (long)hash.GetCurrentHashAsUInt64();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(nint context, int count, nint* values)
    {
        var hash = OfThread ??= new XxHash64();
        hash.Reset();
        for (var i = 0; i < count; i++)
        {
            switch (SqlFunction.TypeOf(values[i]))
            {
                case raw.SQLITE_INTEGER:
                    Append(hash, raw.SQLITE_INTEGER, SqlFunction.Integer(values[i]));
                    break;
                case raw.SQLITE_FLOAT:
                    Append(hash, raw.SQLITE_FLOAT, BitConverter.DoubleToInt64Bits(SqlFunction.Number(values[i])));
                    break;
                case raw.SQLITE_NULL:
                    Append(hash, raw.SQLITE_NULL, []);
                    break;
                case var type:
                    // As octets, also of text: damaged text may be no UTF-8, or hold a zero.
                    Append(hash, type, SqlFunction.Octets(values[i]));
                    break;
            }
        }

        SqlFunction.Return(context, (long)hash.GetCurrentHashAsUInt64());
    }

    private static void Append(XxHash64 hash, int type, long number)
    {
        Span<byte> octets = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(octets, number);
        Append(hash, type, octets);
    }

    private static void Append(XxHash64 hash, int type, ReadOnlySpan<byte> octets)
    {
        Span<byte> head = stackalloc byte[LengthOctets];
        head[0] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], octets.Length);
        hash.Append(head);
        hash.Append(octets);
    }
}

/// <summary>Text as it lies in a file, which a damaged one may not be.</summary>
internal readonly record struct Utf8Text(byte[] Octets)
{
    /// <summary>JSON for a column, which does not become a string on its way.</summary>
    public static Utf8Text OfJson<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Octets);
}
