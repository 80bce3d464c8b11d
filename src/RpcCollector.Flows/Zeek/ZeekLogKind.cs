using System.Text;

namespace RpcCollector.Flows.Zeek;

/// <summary>Which of Zeek's logs a line belongs to.</summary>
public enum ZeekLogKind : byte
{
    /// <summary>Nothing shows which log it is.</summary>
    Unknown,

    /// <summary>conn.log: one line per connection, written when it has ended.</summary>
    Conn,

    /// <summary>dce_rpc.log: one line per RPC call.</summary>
    DceRpc,

    /// <summary>A log that is not read.</summary>
    Other,
}

/// <summary>Tells Zeek's logs by their names.</summary>
public static class ZeekLogKinds
{
    public const string Conn = "conn";
    public const string DceRpc = "dce_rpc";

    /// <summary>Corelight's conn.log with each connection once, whichever of its sensors saw it; it may stand in for conn.log.</summary>
    public const string ReducedConn = "conn_red";

    /// <summary>The log with a name as Zeek states it (#path, _path, @stream).</summary>
    internal static ZeekLogKind Of(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "conn"u8) || Ascii.EqualsIgnoreCase(name, "conn_red"u8) ? ZeekLogKind.Conn
        : Ascii.EqualsIgnoreCase(name, "dce_rpc"u8) ? ZeekLogKind.DceRpc : ZeekLogKind.Other;

    /// <summary>
    /// The log by a file's name: conn.log, conn.2020-05-01-07-00-00.log, conn_20200501_070000.log.gz; conn-summary.log and
    /// conn_long.log are other logs.
    /// </summary>
    public static ZeekLogKind OfFile(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.StartsWith(DceRpc, StringComparison.OrdinalIgnoreCase) ? Of(name[DceRpc.Length..], ZeekLogKind.DceRpc)
            : name.StartsWith(ReducedConn, StringComparison.OrdinalIgnoreCase) ? Of(name[ReducedConn.Length..], ZeekLogKind.Conn)
            : name.StartsWith(Conn, StringComparison.OrdinalIgnoreCase) ? Of(name[Conn.Length..], ZeekLogKind.Conn) : ZeekLogKind.Unknown;
    }

    private static ZeekLogKind Of(ReadOnlySpan<char> rest, ZeekLogKind kind) => rest switch
    {
        [] or ['.', ..] => kind,
        ['-' or '_', >= '0' and <= '9', ..] => kind,
        ['-' or '_', ..] => ZeekLogKind.Other,
        _ => ZeekLogKind.Unknown,
    };
}
