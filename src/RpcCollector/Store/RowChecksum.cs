using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// The SQL function <c>row_checksum(table, column, ...)</c>: XxHash64 of the table's name and of all its columns, each with its type
/// and length.
/// </summary>
/// <remarks>A generated column of each table of state.db calls it, so that no statement can write a row without its checksum.</remarks>
internal static unsafe partial class RowChecksum
{
    public const string Name = "row_checksum";

    private const int AnyNumber = -1;

    // SQLITE_INNOCUOUS: what may be called by a schema.
    private const int Innocuous = 0x20_0000;
    private const int LengthOctets = 9;
    private const int UsualRow = 2_048;

    // The library that SQLitePCLRaw brings and calls.
    private const string Library = "e_sqlite3";
    private const DllImportSearchPath Paths = DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories;

    // What is hashed of one row, one after the other.
    [ThreadStatic]
    private static byte[]? Row;

    /// <summary>Makes the function known to a connection.</summary>
    /// <remarks>
    /// A row that is written is hashed many times, with those that count it: the function is SQLite's own to call, without an object for
    /// each value.
    /// </remarks>
    public static void Register(SqliteConnection connection)
    {
        var database = connection.Handle!;
        fixed (byte* name = "row_checksum\0"u8)
        {
            var result = CreateFunction(
                database.DangerousGetHandle(), name, AnyNumber, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC | Innocuous, 0, &Compute, 0, 0);
            SqliteException.ThrowExceptionForRC(result, database);
        }

        GC.KeepAlive(database);
    }

    /// <summary>The same for values that were read from a damaged file: null, long, double, octets of text, octets.</summary>
    public static long Of(ReadOnlySpan<byte> table, IReadOnlyList<object?> columns)
    {
        var length = Append(0, raw.SQLITE_TEXT, table);
        foreach (var column in columns)
        {
            length = column switch
            {
                null => Append(length, raw.SQLITE_NULL, []),
                long number => Append(length, raw.SQLITE_INTEGER, number),
                double number => Append(length, raw.SQLITE_FLOAT, BitConverter.DoubleToInt64Bits(number)),
                Utf8Text text => Append(length, raw.SQLITE_TEXT, text.Octets),
                byte[] octets => Append(length, raw.SQLITE_BLOB, octets),
                _ => throw new ArgumentException($"no value of SQLite: {column.GetType()}", nameof(columns)),
            };
        }

        return (long)XxHash64.HashToUInt64(Row.AsSpan(0, length));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(nint context, int numValues, nint* values)
    {
        var length = 0;
        for (var i = 0; i < numValues; i++)
        {
            var value = values[i];
            length = ValueType(value) switch
            {
                raw.SQLITE_INTEGER => Append(length, raw.SQLITE_INTEGER, ValueInteger(value)),
                raw.SQLITE_FLOAT => Append(length, raw.SQLITE_FLOAT, BitConverter.DoubleToInt64Bits(ValueDouble(value))),
                raw.SQLITE_NULL => Append(length, raw.SQLITE_NULL, []),

                // As octets, also of text: damaged text may be no UTF-8, or hold a zero. SQLite wants the pointer asked for first.
                var type => Append(length, type, new ReadOnlySpan<byte>(ValueBlob(value), ValueBytes(value))),
            };
        }

        ResultInteger(context, (long)XxHash64.HashToUInt64(Row.AsSpan(0, length)));
    }

    private static int Append(int at, int type, long number)
    {
        Span<byte> octets = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(octets, number);
        return Append(at, type, octets);
    }

    /// <returns>How long what is hashed is by that.</returns>
    private static int Append(int at, int type, ReadOnlySpan<byte> octets)
    {
        var end = at + LengthOctets + octets.Length;
        var row = Row ??= new byte[UsualRow];
        if (end > row.Length)
        {
            Array.Resize(ref row, Math.Max(end, 2 * row.Length));
            Row = row;
        }

        row[at] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(at + 1), octets.Length);
        octets.CopyTo(row.AsSpan(at + LengthOctets));
        return end;
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_create_function")]
    [DefaultDllImportSearchPaths(Paths)]
    private static partial int CreateFunction(
        nint database, byte* name, int numArguments, int flags, nint data, delegate* unmanaged[Cdecl]<nint, int, nint*, void> function,
        nint step, nint final);

    // These read a field or two: too little to tell the garbage collector of it.
    [LibraryImport(Library, EntryPoint = "sqlite3_value_type")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial int ValueType(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_int64")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial long ValueInteger(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_double")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial double ValueDouble(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_blob")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial byte* ValueBlob(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_bytes")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial int ValueBytes(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_int64")]
    [DefaultDllImportSearchPaths(Paths)]
    [SuppressGCTransition]
    private static partial void ResultInteger(nint context, long number);
}

/// <summary>Text as it lies in a file, which a damaged one may not be.</summary>
internal readonly record struct Utf8Text(byte[] Octets)
{
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Octets);
}
