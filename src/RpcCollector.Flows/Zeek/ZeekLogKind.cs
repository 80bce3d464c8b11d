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

    /// <summary>dhcp.log: one line per exchange of a client and its DHCP servers.</summary>
    Dhcp,

    /// <summary>dns.log: one line per question, with its answers.</summary>
    Dns,

    /// <summary>ntlm.log: one line per logon by NTLM.</summary>
    Ntlm,

    /// <summary>kerberos.log: one line per ticket that was asked for.</summary>
    Kerberos,

    /// <summary>smb_mapping.log: one line per share that was opened.</summary>
    SmbMapping,

    /// <summary>smb_files.log: one line per file or pipe that was opened.</summary>
    SmbFiles,

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

    /// <summary>Of it only the pipes are read that calls go through.</summary>
    public const string SmbFiles = "smb_files";

    /// <summary>The logs that name hosts and users, by the names of their files.</summary>
    public static readonly IReadOnlyList<string> OfNames = ["dhcp", "dns", "ntlm", "kerberos", "smb_mapping"];

    /// <summary>True for a log that names hosts and users, and tells no flows.</summary>
    public static bool IsOfNames(this ZeekLogKind kind) => kind is >= ZeekLogKind.Dhcp and <= ZeekLogKind.SmbMapping;

    /// <summary>The log with a name as Zeek states it (#path, _path, @stream).</summary>
    internal static ZeekLogKind Of(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "conn"u8) || Ascii.EqualsIgnoreCase(name, "conn_red"u8) ? ZeekLogKind.Conn
        : Ascii.EqualsIgnoreCase(name, "dce_rpc"u8) ? ZeekLogKind.DceRpc
        : Ascii.EqualsIgnoreCase(name, "dhcp"u8) ? ZeekLogKind.Dhcp
        : Ascii.EqualsIgnoreCase(name, "dns"u8) ? ZeekLogKind.Dns
        : Ascii.EqualsIgnoreCase(name, "ntlm"u8) ? ZeekLogKind.Ntlm
        : Ascii.EqualsIgnoreCase(name, "kerberos"u8) ? ZeekLogKind.Kerberos
        : Ascii.EqualsIgnoreCase(name, "smb_mapping"u8) ? ZeekLogKind.SmbMapping
        : Ascii.EqualsIgnoreCase(name, "smb_files"u8) ? ZeekLogKind.SmbFiles : ZeekLogKind.Other;

    /// <summary>
    /// The log by a file's name: conn.log, conn.2020-05-01-07-00-00.log, conn_20200501_070000.log.gz; conn-summary.log and
    /// conn_long.log are other logs.
    /// </summary>
    public static ZeekLogKind OfFile(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.StartsWith(DceRpc, StringComparison.OrdinalIgnoreCase) ? Of(name[DceRpc.Length..], ZeekLogKind.DceRpc)
            : name.StartsWith(SmbFiles, StringComparison.OrdinalIgnoreCase) ? Of(name[SmbFiles.Length..], ZeekLogKind.SmbFiles)
            : name.StartsWith(ReducedConn, StringComparison.OrdinalIgnoreCase) ? Of(name[ReducedConn.Length..], ZeekLogKind.Conn)
            : name.StartsWith(Conn, StringComparison.OrdinalIgnoreCase) ? Of(name[Conn.Length..], ZeekLogKind.Conn) : OfNamesFile(name);
    }

    private static ZeekLogKind OfNamesFile(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < OfNames.Count; i++)
        {
            if (name.StartsWith(OfNames[i], StringComparison.OrdinalIgnoreCase))
                return Of(name[OfNames[i].Length..], ZeekLogKind.Dhcp + (byte)i);
        }

        return ZeekLogKind.Unknown;
    }

    private static ZeekLogKind Of(ReadOnlySpan<char> rest, ZeekLogKind kind) => rest switch
    {
        [] or ['.', ..] => kind,
        ['-' or '_', >= '0' and <= '9', ..] => kind,
        ['-' or '_', ..] => ZeekLogKind.Other,
        _ => ZeekLogKind.Unknown,
    };
}
