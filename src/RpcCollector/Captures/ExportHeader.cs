using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>What the first octets of a datagram show before it is decoded: whether it can be an export, and when it was exported.</summary>
internal static class ExportHeader
{
    public const int NetFlow5Length = 24;
    public const int NetFlow9Length = 20;
    public const int IpfixLength = 16;

    /// <summary>True when the version is 5, 9 or 10 and its header fits; ports do not matter.</summary>
    public static bool IsPlausible(ReadOnlySpan<byte> datagram) => datagram is [0, 5, ..] and { Length: >= NetFlow5Length }
        or [0, 9, ..] and { Length: >= NetFlow9Length } or [0, 10, ..] and { Length: >= IpfixLength };

    /// <summary>
    /// The export time of a plausible datagram, in Unix seconds: v5 and v9 state it behind sysUpTime, IPFIX behind its length (RFC
    /// 7011, 3.1).
    /// </summary>
    public static uint UnixSeconds(ReadOnlySpan<byte> datagram) =>
        BinaryPrimitives.ReadUInt32BigEndian(datagram[(datagram[1] == 10 ? 4 : 8)..]);
}
