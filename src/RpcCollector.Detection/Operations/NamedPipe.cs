using System.Collections.Frozen;
using System.Text;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Operations;

/// <summary>Which interface a well-known named pipe carries.</summary>
/// <remarks>
/// A pipe is known by its own name alone: "svcctl", "\PIPE\svcctl", in any case. Names come from the wire and may be
/// anything; what is longer, or deeper, than a well-known one is none. Some pipes carry several interfaces: the one is named that tells
/// most.
/// </remarks>
public static class NamedPipe
{
    private const int LongestName = 64;
    private const int LongestPath = 320;

    private static readonly FrozenDictionary<string, string> Interfaces = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["svcctl"] = "svcctl",
        ["ntsvcs"] = "svcctl",
        ["atsvc"] = "atsvc",
        ["lsarpc"] = "lsarpc",
        ["lsass"] = "lsarpc",
        ["samr"] = "samr",
        ["netlogon"] = "netlogon",
        ["srvsvc"] = "srvsvc",
        ["wkssvc"] = "wkssvc",
        ["spoolss"] = "spoolss",
        ["winreg"] = "winreg",
        ["eventlog"] = "eventlog",
        ["efsrpc"] = "efsrpc",
        ["netdfs"] = "netdfs",
        ["epmapper"] = "epmapper",
        ["InitShutdown"] = "InitShutdown",
        ["FssagentRpc"] = "FileServerVssAgent",
        ["cert"] = "ICertPassage",
        ["protected_storage"] = "BackupKey",
        ["Ctx_WinStation_API_service"] = "winstation_rpc",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Interfaces.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The pipes and Zeek's names of their interfaces.</summary>
    public static IReadOnlyDictionary<string, string> All => Interfaces;

    /// <summary>Zeek's name of the interface of a pipe; null for a name that is not well known.</summary>
    /// <param name="pipe">As the wire has it, UTF-8.</param>
    public static string? InterfaceOf(ReadOnlySpan<byte> pipe)
    {
        pipe = Bare(pipe);
        if (pipe.Length > 5 && Ascii.EqualsIgnoreCase(pipe[..4], "pipe"u8) && IsSeparator(pipe[4])) pipe = Bare(pipe[5..]);
        if (pipe.Length is 0 or > LongestName) return null;
        Span<char> name = stackalloc char[LongestName];
        name = name[..Encoding.Latin1.GetChars(pipe, name)];
        return ByName.TryGetValue(name, out var known) ? known : null;
    }

    /// <summary>The same of a path that leads to a pipe of some host, such as \\host\IPC$\svcctl; null for every other path.</summary>
    public static string? InterfaceOfPath(ReadOnlySpan<byte> path)
    {
        path = Bare(path);
        if (path.Length > LongestPath) return null;
        var last = path.LastIndexOfAny((byte)'\\', (byte)'/');
        return last > 0 && IsOfPipes(path[..last]) ? InterfaceOf(path[(last + 1)..]) : null;
    }

    /// <summary>True for the share of pipes: \\host\IPC$, or the folder pipe.</summary>
    public static bool IsOfPipes(ReadOnlySpan<byte> share)
    {
        share = Bare(share);
        if (share.Length > LongestPath) return false;
        var name = share[(share.LastIndexOfAny((byte)'\\', (byte)'/') + 1)..];
        return Ascii.EqualsIgnoreCase(name, "IPC$"u8) || Ascii.EqualsIgnoreCase(name, "PIPE"u8);
    }

    /// <summary>The interface of the pipe that a line of smb_files.log opens; null where it opens a file.</summary>
    internal static string? OpenedBy(ZeekLine line)
    {
        // Of a tree whose opening was not seen Zeek knows no path; then the action says that it is a pipe.
        var isPipe = line.Has(ZeekField.SharePath)
            ? IsOfPipes(line[ZeekField.SharePath])
            : line[ZeekField.Action].StartsWith("SMB::PIPE_"u8);
        return isPipe ? InterfaceOf(line[ZeekField.FileName]) : null;
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> name) => name.Trim("\\/ \0"u8);

    private static bool IsSeparator(byte octet) => octet is (byte)'\\' or (byte)'/';
}
