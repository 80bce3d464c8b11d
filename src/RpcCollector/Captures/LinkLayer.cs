using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>What a captured frame begins with (link types as pcap numbers them).</summary>
internal static class LinkLayer
{
    private const int PerPacketInformation = 192;
    private const int AppleTap = 258;

    /// <summary>The reason why frames of a link type are not read; null for those whose header is known.</summary>
    public static CaptureLoss? NotRead(int linkType) => linkType switch
    {
        0 or 1 or 12 or 14 or 51 or 100 or 101 or 104 or 105 or 107 or 108 or 109 or 113 or 117 or 127 or 163 or 178 or 181 or 219 or 228
            or 229 or 240 or 276 or PerPacketInformation or AppleTap => null,
        9 or 50 or 166 or 204 => CaptureLoss.PppLinkType,
        239 => CaptureLoss.NflogLinkType,
        _ => CaptureLoss.UnknownLinkType,
    };

    /// <summary>The frame's first layer.</summary>
    public static Layer Of(int linkType, ReadOnlySpan<byte> frame) => linkType switch
    {
        PerPacketInformation => BehindInformation(frame, lengthAt: 2, lengthOctets: 2, typeAt: 4),
        AppleTap => BehindInformation(frame, lengthAt: 0, lengthOctets: 4, typeAt: 8),
        _ => OfPlain(linkType, frame),
    };

    private static Layer OfPlain(int linkType, ReadOnlySpan<byte> frame) => linkType switch
    {
        1 => new Layer(LayerKind.Ethernet, frame),

        // Null and loop: the address family in four octets, by the host's own numbers and byte order; the packet tells IPv4 from IPv6
        // itself. IPsec's inner view (enc) adds what was applied.
        0 or 108 => Layer.Behind(4, LayerKind.IP, frame),
        109 => Layer.Behind(12, LayerKind.IP, frame),

        // The packet filter's log (pflog) states the length of its header, padded to four octets.
        117 => frame.IsEmpty ? Layer.Other : Layer.Behind((frame[0] + 3) & ~3, LayerKind.IP, frame),

        // Raw IP: nothing in front.
        12 or 14 or 101 or 228 or 229 => new Layer(LayerKind.IP, frame),

        // Linux cooked: the EtherType ends the header in version 1 (16 octets) and begins it in version 2 (20 octets).
        113 => Layer.Behind(14, LayerKind.EtherType, frame),
        276 => frame.Length > 20 ? FrameLayers.OfEtherType(BinaryPrimitives.ReadUInt16BigEndian(frame), frame[20..]) : Layer.Other,

        51 => new Layer(LayerKind.PPPoE, frame),
        100 => new Layer(LayerKind.LogicalLink, frame),
        219 => new Layer(LayerKind.Mpls, frame),
        240 => Layer.Behind(4, LayerKind.Ethernet, frame),

        // Wireless frames, the last two with a header of the radio before them that states its length.
        105 => WirelessFrame.Read(frame),
        127 => frame.Length >= 4 ? WirelessFrame.Read(From(BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]), frame)) : Layer.Other,
        163 => frame.Length >= 8 ? WirelessFrame.Read(From(BinaryPrimitives.ReadUInt32BigEndian(frame[4..]), frame)) : Layer.Other,

        // Serial lines: Cisco's HDLC, and frame relay (RFC 2427, or Cisco's own with an EtherType).
        104 => OfHdlc(frame),
        107 => OfFrameRelay(frame),

        // Junos: Ethernet or Cisco's HDLC behind a header of its own.
        178 => BehindJunos(frame, LayerKind.Ethernet),
        181 => BehindJunos(frame, LayerKind.Other) is { Octets.IsEmpty: false } behind ? OfHdlc(behind.Octets) : Layer.Other,
        _ => Layer.Other,
    };

    /// <summary>A header that states its own length and the link type of what follows, least significant octet first.</summary>
    private static Layer BehindInformation(ReadOnlySpan<byte> frame, int lengthAt, int lengthOctets, int typeAt)
    {
        if (frame.Length < typeAt + 4) return Layer.Other;
        var length = lengthOctets == 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(frame[lengthAt..])
            : BinaryPrimitives.ReadUInt32LittleEndian(frame[lengthAt..]);
        var linkType = BinaryPrimitives.ReadUInt32LittleEndian(frame[typeAt..]);
        return linkType <= ushort.MaxValue ? OfPlain((int)linkType, From(length, frame)) : Layer.Other;
    }

    // Address 0x0F (unicast) or 0x8F (multicast), control 0, EtherType; or PPP in HDLC framing (RFC 1662).
    private static Layer OfHdlc(ReadOnlySpan<byte> frame) => frame switch
    {
        [0x0F or 0x8F, 0, ..] => Layer.Behind(2, LayerKind.EtherType, frame),
        [0xFF, 3, ..] => new Layer(LayerKind.Ppp, frame),
        _ => Layer.Other,
    };

    private static Layer OfFrameRelay(ReadOnlySpan<byte> frame)
    {
        // The address (Q.922) is two to four octets long; its last octet is odd.
        var length = 1;
        while (length <= 4 && length <= frame.Length && (frame[length - 1] & 1) == 0) length++;
        var rest = From((uint)length, frame);
        return rest switch
        {
            [3, 0xCC or 0x8E, ..] => Layer.Behind(2, LayerKind.IP, rest),
            [3, 0x80, ..] => FrameLayers.OfSubnetwork(rest[2..]),
            [3, 0, 0x80, ..] => FrameLayers.OfSubnetwork(rest[3..]),
            [3, ..] => Layer.Other,
            _ => new Layer(LayerKind.EtherType, rest),
        };
    }

    // "MGC", flags, and with the highest flag a length and extensions. Flag 2: no link layer, but a packet at once.
    private static Layer BehindJunos(ReadOnlySpan<byte> frame, LayerKind kind)
    {
        if (frame is not [0x4D, 0x47, 0x43, var flags, _, _, ..]) return Layer.Other;
        var length = (flags & 0x80) == 0 ? 4 : 6 + BinaryPrimitives.ReadUInt16BigEndian(frame[4..]);
        return Layer.Behind(length, (flags & 2) == 0 ? kind : LayerKind.IP, frame);
    }

    private static ReadOnlySpan<byte> From(uint start, ReadOnlySpan<byte> frame) => start < frame.Length ? frame[(int)start..] : [];
}
