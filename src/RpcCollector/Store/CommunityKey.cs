using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
internal static unsafe class CommunityKey
{
    public const string Name = "community_key";

    private const int NumArguments = 4;
    private const int AddressOctets = 16;

    /// <summary>Makes the function known to a connection.</summary>
    public static void Register(SqliteConnection connection) => SqlFunction.Register(connection, Name, NumArguments, &Compute);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(nint context, int count, nint* values)
    {
        if (TryRead(values[0], values[1], out var client, out var clientPort)
            && TryRead(values[2], values[3], out var server, out var serverPort))
            SqlFunction.Return(context, CommunityId.KeyOfTcp(client, clientPort, server, serverPort));
        else SqlFunction.ReturnNull(context);
    }

    // A damaged file may hold anything.
    private static bool TryRead(nint octets, nint number, out HostAddress address, out ushort port)
    {
        (address, port) = (default, 0);
        if (SqlFunction.TypeOf(octets) != raw.SQLITE_BLOB || SqlFunction.TypeOf(number) != raw.SQLITE_INTEGER) return false;
        var blob = SqlFunction.Octets(octets);
        var value = SqlFunction.Integer(number);
        if (blob.Length != AddressOctets || value is < 0 or > ushort.MaxValue) return false;
        address = new HostAddress(BinaryPrimitives.ReadUInt64BigEndian(blob), BinaryPrimitives.ReadUInt64BigEndian(blob[8..]));
        port = (ushort)value;
        return true;
    }
}
