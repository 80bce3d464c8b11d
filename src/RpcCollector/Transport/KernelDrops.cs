using System.Globalization;
using System.Net.Sockets;

namespace RpcCollector.Transport;

/// <summary>
/// How many datagrams the kernel dropped at a socket because its receive buffer was full: the highest count that any source reported.
/// </summary>
/// <remarks>
/// Linux reports the count in /proc/net/udp and udp6, and along with datagrams (SO_RXQ_OVFL); both are the same 32-bit counter, which
/// wraps.
/// </remarks>
internal sealed class KernelDrops
{
    private static readonly string[] Tables = ["/proc/net/udp", "/proc/net/udp6"];

    private readonly string? _inode;
    private long _drops;

    public KernelDrops(Socket socket) => _inode = InodeOf(socket);

    /// <summary>
    /// The count since the socket was created; the last known count once it is closed, and 0 where the system does not report any.
    /// </summary>
    public long Read()
    {
        if (_inode is null) return Interlocked.Read(ref _drops);
        foreach (var table in Tables)
        {
            if (TryRead(table, out var drops)) Observe((uint)drops);
        }

        return Interlocked.Read(ref _drops);
    }

    /// <summary>Takes a value of the counter as the kernel reported it; from any thread, and in any order.</summary>
    public void Observe(uint counter)
    {
        while (true)
        {
            var known = Interlocked.Read(ref _drops);
            var more = (int)(counter - (uint)known);
            if (more <= 0 || Interlocked.CompareExchange(ref _drops, known + more, known) == known) return;
        }
    }

    private bool TryRead(string table, out long drops)
    {
        drops = 0;
        try
        {
            foreach (var line in File.ReadLines(table))
            {
                if (TryParse(line, _inode!, out drops)) return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return false;
    }

    /// <summary>
    /// Reads one line: slot, local and remote address, state, queues, timer, retransmits, user, timeout, inode, references, pointer,
    /// drops.
    /// </summary>
    internal static bool TryParse(string line, string inode, out long drops)
    {
        drops = 0;
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 13 && string.Equals(fields[9], inode, StringComparison.Ordinal)
            && long.TryParse(fields[^1], NumberStyles.None, CultureInfo.InvariantCulture, out drops);
    }

    // A socket's descriptor links to "socket:[inode]".
    private static string? InodeOf(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            var target = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget;
            return target is ['s', 'o', 'c', 'k', 'e', 't', ':', '[', .. var inode, ']'] ? inode : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
