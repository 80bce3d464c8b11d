using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>Finds the packet or frame that a tunnel carries in IP or UDP.</summary>
internal static class Tunnel
{
    private const int UdpHeaderLength = 8;

    /// <summary>True for protocols of IP that carry packets or frames.</summary>
    public static bool IsTunnel(byte protocol) => protocol is 4 or 41 or 47 or 94 or 97 or 137 or 143;

    /// <summary>What a tunnel of IP's own carries.</summary>
    public static Layer Of(byte protocol, ReadOnlySpan<byte> payload) => protocol switch
    {
        4 or 41 or 94 => new Layer(LayerKind.IP, payload),
        47 => GreHeader.Read(payload),
        97 => payload is [0x30, 0, ..] ? Layer.Behind(2, LayerKind.Ethernet, payload) : Layer.Other,
        137 => new Layer(LayerKind.Mpls, payload),
        143 => new Layer(LayerKind.Ethernet, payload),
        _ => Layer.Other,
    };

    /// <summary>
    /// What a tunnel over UDP carries: by the port that it goes to, and only if its header is one of that tunnel, since an export may go
    /// to any port.
    /// </summary>
    /// <param name="datagram">From the UDP header on; may be cut.</param>
    public static Layer OfUdp(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < UdpHeaderLength + 4) return Layer.Other;
        var octets = datagram[UdpHeaderLength..];
        return BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) switch
        {
            // VXLAN (RFC 7348, 5), and the port that Linux chose before: flags, of which bit 3 is always set, and the network's number.
            4789 or 8472 => (octets[0] & 0x08) != 0 ? Layer.Behind(8, LayerKind.Ethernet, octets) : Layer.Other,

            // VXLAN-GPE: bit 2 says that the fourth octet names what follows.
            4790 => (octets[0] & 0x0C) == 0x0C
                ? Layer.Behind(8, FrameLayers.KindOfNext(octets[3]), octets)
                : (octets[0] & 0x08) != 0 ? Layer.Behind(8, LayerKind.Ethernet, octets) : Layer.Other,
            6081 => OfGeneve(octets),

            // GTP user data (3GPP TS 29.281), LISP (RFC 9300, 5), MPLS (RFC 7510), TZSP (MikroTik's and others' remote capture), Teredo.
            2152 => OfGtp(octets),
            4341 => Sure(8, octets),
            6635 => OfMpls(octets),
            37008 => OfTzsp(octets),
            3544 => OfTeredo(octets),
            _ => Layer.Other,
        };
    }

    // RFC 8926, 3.4: version and length of the options (in units of four octets), flags, EtherType, the network's number.
    private static Layer OfGeneve(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= 8 || octets[0] >> 6 != 0 || (octets[1] & 0x3F) != 0) return Layer.Other;
        var etherType = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        var length = 8 + ((octets[0] & 0x3F) * 4);
        return etherType is 0x6558 or 0x0800 or 0x86DD or 0x8847 or 0x894F && octets.Length > length
            ? FrameLayers.OfEtherType(etherType, octets[length..])
            : Layer.Other;
    }

    // Version 1 with protocol type 1, message type 255; length (2), tunnel (4); with any of three flags four octets more, and then
    // extension headers, each with its length in units of four octets first and the next one's type last.
    private static Layer OfGtp(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= 12 || octets[0] >> 4 != 3 || octets[1] != 255) return Layer.Other;
        var length = (octets[0] & 7) == 0 ? 8 : 12;
        var next = (octets[0] & 4) != 0 ? octets[11] : 0;
        while (next != 0)
        {
            if (octets.Length <= length || octets[length] == 0) return Layer.Other;
            length += octets[length] * 4;
            if (octets.Length <= length) return Layer.Other;
            next = octets[length - 1];
        }

        return Sure(length, octets);
    }

    private static Layer OfMpls(ReadOnlySpan<byte> octets) =>
        FrameLayers.Follow(new Layer(LayerKind.Mpls, octets)) is { Kind: LayerKind.IP } packet && IPPacket.LooksLikeOne(packet.Octets)
            ? packet
            : Layer.Other;

    // Version 1, type 0 (received), encapsulated protocol (2; 1 is Ethernet); fields until an end (1), padding being 0.
    private static Layer OfTzsp(ReadOnlySpan<byte> octets)
    {
        if (octets is not [1, 0, 0, 1, ..]) return Layer.Other;
        for (var at = 4; at < octets.Length;)
        {
            if (octets[at] == 1) return Layer.Behind(at + 1, LayerKind.Ethernet, octets);
            at += octets[at] == 0 ? 1 : at + 1 < octets.Length ? 2 + octets[at + 1] : octets.Length;
        }

        return Layer.Other;
    }

    // RFC 4380, 5.1.1: nothing, or an origin (8 octets, which begin with 0), before the IPv6 packet.
    private static Layer OfTeredo(ReadOnlySpan<byte> octets) => octets is [0, 0, ..] ? Sure(8, octets) : Sure(0, octets);

    /// <summary>An IP packet, but only if it looks like one.</summary>
    private static Layer Sure(int length, ReadOnlySpan<byte> octets) =>
        Layer.Behind(length, LayerKind.IP, octets) is var packet && IPPacket.LooksLikeOne(packet.Octets) ? packet : Layer.Other;
}
