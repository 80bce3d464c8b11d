using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>Finds the IP packet behind the link layer's header (link types as pcap numbers them).</summary>
internal static class LinkLayer
{
    private const ushort IPv4 = 0x0800;
    private const ushort IPv6 = 0x86DD;

    /// <summary>True when the link type is one whose header is known.</summary>
    public static bool IsKnown(int linkType) => linkType is 0 or 1 or 12 or 14 or 101 or 108 or 113 or 228 or 229 or 276;

    /// <summary>The IP packet; false when the frame carries something else or ends before it.</summary>
    public static bool TryFindIP(int linkType, ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        return linkType switch
        {
            // Ethernet: two addresses, then the EtherType.
            1 => TryFollow(frame, typeAt: 12, out packet),

            // Null and loop: the address family in four octets, by the host's own numbers and byte order; the packet tells IPv4 from
            // IPv6 itself.
            0 or 108 => TrySkip(frame, 4, out packet),

            // Raw IP: nothing in front.
            12 or 14 or 101 or 228 or 229 => TrySkip(frame, 0, out packet),

            // Linux cooked: the EtherType ends the header in version 1 (16 octets) and begins it in version 2 (20 octets).
            113 => TryFollow(frame, typeAt: 14, out packet),
            276 => frame.Length >= 20 && TryFollow(BinaryPrimitives.ReadUInt16BigEndian(frame), frame[20..], out packet),
            _ => false,
        };
    }

    private static bool TryFollow(ReadOnlySpan<byte> frame, int typeAt, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        return frame.Length >= typeAt + 2
            && TryFollow(BinaryPrimitives.ReadUInt16BigEndian(frame[typeAt..]), frame[(typeAt + 2)..], out packet);
    }

    // VLAN tags (IEEE 802.1Q, 802.1ad and the older 0x9100, 0x9200), however many: tag control information, then the EtherType of what
    // follows.
    private static bool TryFollow(ushort etherType, ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> packet)
    {
        while (etherType is 0x8100 or 0x88A8 or 0x9100 or 0x9200 && rest.Length >= 4)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            rest = rest[4..];
        }

        packet = rest;
        return etherType is IPv4 or IPv6 && !rest.IsEmpty;
    }

    private static bool TrySkip(ReadOnlySpan<byte> frame, int length, out ReadOnlySpan<byte> packet)
    {
        packet = frame.Length > length ? frame[length..] : default;
        return !packet.IsEmpty;
    }
}
