using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>What the first octets of a datagram show before it is decoded: whether it can be an export, and when it was exported.</summary>
internal static class ExportHeader
{
    public const int NetFlow5Length = 24;
    public const int NetFlow9Length = 20;
    public const int IpfixLength = 16;

    private const int NetFlow5RecordLength = 48;

    /// <summary>True when the version is 5, 9 or 10 and its header fits; ports do not matter.</summary>
    public static bool IsPlausible(ReadOnlySpan<byte> datagram) => datagram is [0, 5, ..] and { Length: >= NetFlow5Length }
        or [0, 9, ..] and { Length: >= NetFlow9Length } or [0, 10, ..] and { Length: >= IpfixLength };

    /// <summary>
    /// True when a plausible datagram is an export beyond doubt: its lengths fit, too. Other protocols' messages begin like an export now
    /// and then (a DNS query whose id is 9), but do not go on like one.
    /// </summary>
    public static bool IsSure(ReadOnlySpan<byte> datagram)
    {
        int second = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return datagram[1] switch
        {
            5 => second > 0 && NetFlow5Length + (second * NetFlow5RecordLength) <= datagram.Length,
            9 => second > 0 && BeginsWithSet(datagram[NetFlow9Length..], templates: 0, options: 1),
            _ => second == IpfixLength || (second > IpfixLength && second <= datagram.Length
                && BeginsWithSet(datagram[IpfixLength..second], templates: 2, options: 3)),
        };
    }

    private static bool BeginsWithSet(ReadOnlySpan<byte> sets, int templates, int options)
    {
        if (sets.Length < 4) return false;
        var (id, length) = (BinaryPrimitives.ReadUInt16BigEndian(sets), BinaryPrimitives.ReadUInt16BigEndian(sets[2..]));
        return (id == templates || id == options || id >= 256) && length >= 4 && length <= sets.Length;
    }

    /// <summary>
    /// The export time of a plausible datagram, in Unix seconds: v5 and v9 state it behind sysUpTime, IPFIX behind its length (RFC
    /// 7011, 3.1).
    /// </summary>
    public static uint UnixSeconds(ReadOnlySpan<byte> datagram) =>
        BinaryPrimitives.ReadUInt32BigEndian(datagram[(datagram[1] == 10 ? 4 : 8)..]);
}
