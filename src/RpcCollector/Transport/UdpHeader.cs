using System.Buffers.Binary;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>The header of a UDP datagram: source port, destination port, length, checksum, two octets each (RFC 768).</summary>
internal static class UdpHeader
{
    public const int Length = 8;

    /// <summary>Where the checksum lies; over IPv6 the kernel fills it in (IPV6_CHECKSUM).</summary>
    public const int ChecksumOffset = 6;

    private const byte Udp = 17;

    /// <summary>Writes the header before a datagram.</summary>
    /// <param name="segment">Room for the header, and the datagram behind it.</param>
    public static void Write(Span<byte> segment, HostAddress source, ushort sourcePort, ForwardTarget target)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)target.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)segment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(segment[ChecksumOffset..], 0);
        if (!source.IsIPv4) return;
        var destination = HostAddress.From(target.Address);
        var sum = (source.Low & 0xFFFF) + ((source.Low >> 16) & 0xFFFF) + (destination.Low & 0xFFFF) + ((destination.Low >> 16) & 0xFFFF)
            + Udp + (ulong)segment.Length + Sum(segment);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);

        // Zero would say that there is no checksum.
        var checksum = (ushort)~sum;
        BinaryPrimitives.WriteUInt16BigEndian(segment[ChecksumOffset..], checksum == 0 ? (ushort)0xFFFF : checksum);
    }

    /// <summary>The sum of all 16-bit words in network order; the last octet alone is the upper half of one.</summary>
    private static ulong Sum(ReadOnlySpan<byte> octets)
    {
        // In words of 32 bits: their halves are added up at the end, as the sum of 16-bit words is the same modulo 0xFFFF.
        var sum = 0UL;
        for (; octets.Length >= sizeof(uint); octets = octets[sizeof(uint)..]) sum += BinaryPrimitives.ReadUInt32BigEndian(octets);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + ((sum >> 16) & 0xFFFF) + (sum >> 32);
        if (octets.Length >= 2) sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
        return octets.Length % 2 == 0 ? sum : sum + ((ulong)octets[^1] << 8);
    }
}
