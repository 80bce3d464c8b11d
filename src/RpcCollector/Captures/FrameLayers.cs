using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>
/// Walks from one header of a frame to the next, until an IP packet is found: tags, labels, sessions and frames in frames.
/// </summary>
internal static class FrameLayers
{
    private const int LowestEtherType = 0x0600;

    /// <summary>
    /// Follows the headers. Each takes at least one octet off what is left, so that the walk ends whatever the frame holds.
    /// </summary>
    /// <returns>An IP packet, or a kind that leads to none.</returns>
    public static Layer Follow(Layer layer)
    {
        while (true)
        {
            var octets = layer.Octets;
            switch (layer.Kind)
            {
                case LayerKind.Ethernet:
                    layer = OfEthernet(octets);
                    break;
                case LayerKind.EtherType:
                    layer = octets.Length > 2 ? OfEtherType(BinaryPrimitives.ReadUInt16BigEndian(octets), octets[2..]) : Layer.Other;
                    break;
                case LayerKind.LogicalLink:
                    layer = OfLogicalLink(octets);
                    break;
                case LayerKind.Mpls:
                    layer = OfMpls(octets);
                    break;
                case LayerKind.PPPoE:
                    // Version and type (both 1), code 0 for a session's data, session id (2), length (2).
                    layer = octets is [0x11, 0, ..] ? Layer.Behind(6, LayerKind.Ppp, octets) : Layer.Other;
                    break;
                case LayerKind.Ppp:
                    layer = OfPpp(octets);
                    break;
                case LayerKind.NetworkService:
                    layer = OfNetworkService(octets);
                    break;
                default:
                    return octets.IsEmpty ? Layer.Other : layer;
            }
        }
    }

    /// <summary>What an EtherType names; below 0x0600 it is a length, with Logical Link Control behind it.</summary>
    public static Layer OfEtherType(ushort etherType, ReadOnlySpan<byte> rest) => etherType switch
    {
        < LowestEtherType or 0x8870 => new Layer(LayerKind.LogicalLink, rest),
        0x0800 or 0x86DD => new Layer(LayerKind.IP, rest),

        // VLAN tags (IEEE 802.1Q, 802.1ad and older): tag control information (2), then the EtherType of what follows.
        0x8100 or 0x88A8 or 0x9100 or 0x9200 or 0x9300 => Layer.Behind(2, LayerKind.EtherType, rest),
        0x8847 or 0x8848 => new Layer(LayerKind.Mpls, rest),
        0x8864 => new Layer(LayerKind.PPPoE, rest),
        0x880B => new Layer(LayerKind.Ppp, rest),
        0x894F => new Layer(LayerKind.NetworkService, rest),

        // A whole frame: bridged over GRE or GENEVE, behind a service tag (IEEE 802.1ah), Cisco's FabricPath, TRILL (RFC 6325, 3).
        0x6558 => new Layer(LayerKind.Ethernet, rest),
        0x88E7 => Layer.Behind(4, LayerKind.Ethernet, rest),
        0x8903 => Layer.Behind(2, LayerKind.Ethernet, rest),
        0x22F3 => rest.Length >= 2
            ? Layer.Behind(6 + (((BinaryPrimitives.ReadUInt16BigEndian(rest) >> 6) & 0x1F) * 4), LayerKind.Ethernet, rest)
            : Layer.Other,

        // Other tags: port extension (IEEE 802.1BR), Cisco's security groups. MACsec (IEEE 802.1AE) that only signs.
        0x893F => Layer.Behind(6, LayerKind.EtherType, rest),
        0x8909 => Layer.Behind(6, LayerKind.EtherType, rest),
        0x88E5 => rest.IsEmpty || (rest[0] & 0x0C) != 0
            ? Layer.Other
            : Layer.Behind((rest[0] & 0x20) != 0 ? 14 : 6, LayerKind.EtherType, rest),
        0x8926 => new Layer(LayerKind.VnTag, rest),
        _ => Layer.Other,
    };

    /// <summary>SNAP (IEEE 802): who numbers (3 octets), and the number (2).</summary>
    public static Layer OfSubnetwork(ReadOnlySpan<byte> octets) => octets switch
    {
        [0, 0, 0, ..] or [0, 0, 0xF8, ..] => Layer.Behind(3, LayerKind.EtherType, octets),

        // RFC 2684, 5.2: a bridged frame, behind two octets of padding.
        [0, 0x80, 0xC2, 0, 1 or 7, ..] => Layer.Behind(7, LayerKind.Ethernet, octets),
        _ => Layer.Other,
    };

    // Cisco's inter-switch link begins with an address of its own, and has the frame behind 26 octets.
    private static Layer OfEthernet(ReadOnlySpan<byte> octets) =>
        octets is [1 or 3, 0, 0x0C, 0, 0, _, ..]
            ? Layer.Behind(26, LayerKind.Ethernet, octets)
            : Layer.Behind(12, LayerKind.EtherType, octets);

    private static Layer OfLogicalLink(ReadOnlySpan<byte> octets) => octets switch
    {
        [0xAA, 0xAA, 3, ..] => OfSubnetwork(octets[3..]),
        [6, 6, 3, ..] => Layer.Behind(3, LayerKind.IP, octets),
        _ => Layer.Other,
    };

    /// <summary>Nothing says what follows the last label: the packet itself must (RFC 4928, 3).</summary>
    private static Layer OfMpls(ReadOnlySpan<byte> octets)
    {
        var isLast = false;
        while (!isLast)
        {
            if (octets.Length <= 4) return Layer.Other;
            isLast = (octets[2] & 1) != 0;
            octets = octets[4..];
        }

        // A pseudowire carries a frame, behind a control word that begins with four zero bits or without one (RFC 4448, 4.6).
        if (IPPacket.LooksLikeOne(octets)) return new Layer(LayerKind.IP, octets);
        if (octets[0] >> 4 != 0 || LooksLikeEthernet(octets)) return new Layer(LayerKind.Ethernet, octets);
        return Layer.Behind(4, LayerKind.Ethernet, octets);
    }

    private static bool LooksLikeEthernet(ReadOnlySpan<byte> octets) =>
        octets.Length > 14 && BinaryPrimitives.ReadUInt16BigEndian(octets[12..]) is 0x0800 or 0x86DD or 0x8100 or 0x88A8 or 0x8847;

    // A compressed protocol number is one octet, an odd one (RFC 1661, 2).
    private static Layer OfPpp(ReadOnlySpan<byte> octets)
    {
        if (octets is [0xFF, 3, ..]) octets = octets[2..];
        return octets switch
        {
            [0x21 or 0x57, ..] => Layer.Behind(1, LayerKind.IP, octets),
            [0, 0x21 or 0x57, ..] => Layer.Behind(2, LayerKind.IP, octets),
            [2, 0x81 or 0x83, ..] => Layer.Behind(2, LayerKind.Mpls, octets),

            // RFC 3518, 4.2: flags, the medium (1 for Ethernet), then the frame.
            [0, 0x31, _, 1, ..] => Layer.Behind(4, LayerKind.Ethernet, octets),
            [0x31, _, 1, ..] => Layer.Behind(3, LayerKind.Ethernet, octets),
            _ => Layer.Other,
        };
    }

    // Flags and length (in units of four octets), metadata type, next protocol; path and metadata.
    private static Layer OfNetworkService(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 8) return Layer.Other;
        return Layer.Behind(Math.Max(2, octets[1] & 0x3F) * 4, KindOfNext(octets[3]), octets);
    }

    /// <summary>The next protocol as NSH and VXLAN-GPE number it.</summary>
    public static LayerKind KindOfNext(byte number) => number switch
    {
        1 or 2 => LayerKind.IP,
        3 => LayerKind.Ethernet,
        4 => LayerKind.NetworkService,
        5 => LayerKind.Mpls,
        _ => LayerKind.Other,
    };
}
