using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Captures;

/// <summary>The header of an IPv4 or IPv6 packet, with what follows it.</summary>
internal ref struct IPPacket
{
    public const byte Udp = 17;

    private const byte AuthenticationHeader = 51;

    public HostAddress Source;
    public HostAddress Destination;

    /// <summary>The protocol of <see cref="Payload"/>, behind IPv6's extension headers.</summary>
    public byte Protocol;

    /// <summary>What the capture kept of the payload.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>True when the capture kept less than the packet states.</summary>
    public bool IsCut;

    /// <summary>True when so little was kept that even <see cref="Protocol"/> is not known.</summary>
    public bool EndsInHeader;

    public bool IsFragment;

    /// <summary>The same for all fragments of one packet, and different for other packets between the same addresses.</summary>
    public uint FragmentId;

    /// <summary>Where the fragment's payload belongs, in octets.</summary>
    public int FragmentOffset;

    public bool HasMoreFragments;

    /// <summary>
    /// True when the octets begin like a packet whose lengths fit: for places where nothing else says that there is one.
    /// </summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> octets) => octets switch
    {
        [>= 0x45 and <= 0x4F, ..] and { Length: >= 20 } => BinaryPrimitives.ReadUInt16BigEndian(octets[2..]) is var length
            && (length == 0 || length >= (octets[0] & 0x0F) * 4),
        [>= 0x60 and <= 0x6F, ..] and { Length: >= 40 } => true,
        _ => false,
    };

    /// <summary>Reads the header; false when there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out IPPacket packet)
    {
        packet = default;
        return octets.Length >= 1 && (octets[0] >> 4) switch
        {
            4 => packet.TryReadIPv4(octets),
            6 => packet.TryReadIPv6(octets),
            _ => false,
        };
    }

    // RFC 791, 3.1.
    private bool TryReadIPv4(ReadOnlySpan<byte> octets)
    {
        var headerLength = (octets[0] & 0x0F) * 4;
        if (headerLength < 20 || octets.Length < headerLength) return false;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);

        // The length is 0 where the network card cut the packet into pieces after the capture.
        if (totalLength == 0) totalLength = octets.Length;
        if (totalLength < headerLength) return false;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(octets[6..]);
        HasMoreFragments = (fragment & 0x2000) != 0;
        FragmentOffset = (fragment & 0x1FFF) * 8;
        IsFragment = HasMoreFragments || FragmentOffset != 0;
        FragmentId = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        Protocol = octets[9];
        Source = HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets[12..]));
        Destination = HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets[16..]));
        Keep(octets[headerLength..], totalLength - headerLength);

        // An authentication header says what it protects, and states its length in units of four octets, less two (RFC 4302, 2).
        while (Protocol == AuthenticationHeader && !IsFragment)
        {
            if (Payload.Length < 8 || (Payload[1] + 2) * 4 > Payload.Length) return EndsInHeader = IsCut;
            Protocol = Payload[0];
            Payload = Payload[((Payload[1] + 2) * 4)..];
        }

        return true;
    }

    // RFC 8200, 3 and 4.
    private bool TryReadIPv6(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 40) return false;
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        Source = HostAddress.FromIPv6(octets[8..]);
        Destination = HostAddress.FromIPv6(octets[24..]);
        Protocol = octets[6];
        Keep(octets[40..], payloadLength == 0 ? octets.Length - 40 : payloadLength);

        // Hop-by-hop, routing, destination options, mobility, HIP and shim6 headers state their length in units of 8 octets;
        // authentication in units of 4.
        while (Protocol is 0 or 43 or 44 or 51 or 60 or 135 or 139 or 140)
        {
            if (Payload.Length < 8) return EndsInHeader = IsCut;
            var length = Protocol switch
            {
                44 => 8,
                51 => (Payload[1] + 2) * 4,
                _ => (Payload[1] + 1) * 8,
            };
            if (length > Payload.Length) return EndsInHeader = IsCut;
            if (Protocol == 44)
            {
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(Payload[2..]);
                HasMoreFragments = (fragment & 1) != 0;
                FragmentOffset = fragment & 0xFFF8;
                IsFragment = HasMoreFragments || FragmentOffset != 0;
                FragmentId = BinaryPrimitives.ReadUInt32BigEndian(Payload[4..]);
            }

            Protocol = Payload[0];
            Payload = Payload[length..];

            // Only the first fragment has further headers.
            if (FragmentOffset != 0) break;
        }

        return true;
    }

    private void Keep(ReadOnlySpan<byte> octets, int length)
    {
        IsCut = octets.Length < length;
        Payload = IsCut ? octets : octets[..length];
    }
}
