using Microsoft.Win32.SafeHandles;

namespace RpcCollector.ZeekLogs;

/// <summary>
/// How a file begins and how long it is, at one moment: lines hold times and connection names, so that no two logs begin alike.
/// </summary>
internal readonly record struct LogHead(byte[] Octets, long Length)
{
    public const int MaxLength = 512;

    public static LogHead Of(SafeFileHandle file)
    {
        // Length first: what is appended meanwhile only makes the head longer than it says.
        var length = RandomAccess.GetLength(file);
        var octets = new byte[MaxLength];
        var read = 0;
        while (read < octets.Length && RandomAccess.Read(file, octets.AsSpan(read), read) is > 0 and var count) read += count;
        return new LogHead(octets[..read], length);
    }

    public bool BeginsLike(ReadOnlySpan<byte> head) => Octets.AsSpan().StartsWith(head);
}
