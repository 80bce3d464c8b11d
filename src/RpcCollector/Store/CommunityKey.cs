using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>
/// The SQL function <c>community_key(client, client_port, server, server_port)</c>: the number by which the Community ID of a connection
/// is looked up; null where the row does not say what connection it is.
/// </summary>
/// <remarks>Two indexes of activities call it, so that a connection is found by its Community ID without being stored with it.</remarks>
internal static class CommunityKey
{
    public const string Name = "community_key";

    private const int NumArguments = 4;
    private const int AddressOctets = 16;

    // SQLITE_INNOCUOUS: what may be called by a schema.
    private const int Innocuous = 0x20_0000;

    private static readonly delegate_function_scalar Function = Compute;

    /// <summary>Makes the function known to a connection.</summary>
    public static void Register(SqliteConnection connection) =>
        raw.sqlite3_create_function(
            connection.Handle, Name, NumArguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC | Innocuous, v: null, Function);

    private static void Compute(sqlite3_context context, object data, sqlite3_value[] values)
    {
        if (TryRead(values[0], values[1], out var client, out var clientPort)
            && TryRead(values[2], values[3], out var server, out var serverPort))
            raw.sqlite3_result_int64(context, CommunityId.KeyOfTcp(client, clientPort, server, serverPort));
        else raw.sqlite3_result_null(context);
    }

    // A damaged file may hold anything.
    private static bool TryRead(sqlite3_value octets, sqlite3_value number, out HostAddress address, out ushort port)
    {
        (address, port) = (default, 0);
        if (raw.sqlite3_value_type(octets) != raw.SQLITE_BLOB || raw.sqlite3_value_type(number) != raw.SQLITE_INTEGER) return false;
        var blob = raw.sqlite3_value_blob(octets);
        var value = raw.sqlite3_value_int64(number);
        if (blob.Length != AddressOctets || value is < 0 or > ushort.MaxValue) return false;
        address = new HostAddress(BinaryPrimitives.ReadUInt64BigEndian(blob), BinaryPrimitives.ReadUInt64BigEndian(blob[8..]));
        port = (ushort)value;
        return true;
    }
}
