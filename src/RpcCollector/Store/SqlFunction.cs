using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// A function that SQLite calls for each row that has an index or a column of it: by a pointer, without anything being allocated, which the
/// delegates of SQLitePCL would do for each argument.
/// </summary>
internal static unsafe partial class SqlFunction
{
    private const string Library = "e_sqlite3";

    // SQLITE_INNOCUOUS: what may be called by a schema.
    private const int Innocuous = 0x20_0000;

    /// <summary>Makes a function known to a connection, by whose schema it may be called; the same arguments, the same result.</summary>
    /// <param name="numArguments">-1 for any number.</param>
    /// <param name="function">Is given the context, the number of arguments, and these.</param>
    /// <exception cref="SqliteException">SQLite has no memory.</exception>
    public static void Register(
        SqliteConnection connection, string name, int numArguments, delegate* unmanaged[Cdecl]<nint, int, nint*, void> function)
    {
        var result = Create(
            connection.Handle!.DangerousGetHandle(), name, numArguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC | Innocuous,
            application: 0, function, step: 0, final: 0, destroy: 0);
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }

    /// <summary>Octets, also of text; as long as the function runs.</summary>
    public static ReadOnlySpan<byte> Octets(nint value)
    {
        // The octets first: to ask for them may change how long they are.
        var octets = ValueBlob(value);
        return octets == null ? [] : new ReadOnlySpan<byte>(octets, ValueBytes(value));
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_value_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial int TypeOf(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_int64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial long Integer(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_double")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial double Number(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_int64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void Return(nint context, long number);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_null")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void ReturnNull(nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_create_function_v2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Create(
        nint database, string name, int numArguments, int flags, nint application,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function, nint step, nint final, nint destroy);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_blob")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void* ValueBlob(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_bytes")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int ValueBytes(nint value);
}
