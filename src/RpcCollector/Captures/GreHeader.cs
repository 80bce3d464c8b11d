using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>Finds what Generic Routing Encapsulation carries (RFC 2784, 2890; version 1 with PPP: RFC 2637), ERSPAN included.</summary>
internal static class GreHeader
{
    private const int HasChecksum = 0x8000;
    private const int HasRouting = 0x4000;
    private const int HasKey = 0x2000;
    private const int HasSequence = 0x1000;
    private const int HasAcknowledgement = 0x0080;
    private const int Version = 7;

    private const int MirroredI = 0x88BE;
    private const int MirroredIII = 0x22EB;
    private const int RedirectedByWccp = 0x883E;

    public static Layer Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= 4) return Layer.Other;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(octets);
        var type = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        var length = 4;
        if ((flags & (HasChecksum | HasRouting)) != 0) length += 4;
        if ((flags & HasKey) != 0) length += 4;
        if ((flags & HasSequence) != 0) length += 4;
        if ((flags & Version) == 1 && (flags & HasAcknowledgement) != 0) length += 4;
        if ((flags & Version) > 1) return Layer.Other;

        // Source routes (RFC 1701): family (2), offset (1), length (1), addresses; the last is of length 0.
        if ((flags & Version) == 0 && (flags & HasRouting) != 0)
        {
            int routeLength;
            do
            {
                if (octets.Length <= length + 4) return Layer.Other;
                routeLength = octets[length + 3];
                length += 4 + routeLength;
            }
            while (routeLength != 0);
        }

        if (octets.Length <= length) return Layer.Other;
        octets = octets[length..];
        return type switch
        {
            MirroredI => OfMirrored(octets, hasHeader: (flags & HasSequence) != 0),
            MirroredIII => OfMirrored(octets, hasHeader: true),

            // Version 1 of the redirection has no header of its own.
            RedirectedByWccp => Layer.Behind(IPPacket.LooksLikeOne(octets) ? 0 : 4, LayerKind.IP, octets),
            _ => FrameLayers.OfEtherType(type, octets),
        };
    }

    /// <summary>
    /// ERSPAN: type I has nothing before the mirrored frame, type II eight octets, type III twelve, and eight more when its last bit is
    /// set; types II and III begin with their version.
    /// </summary>
    private static Layer OfMirrored(ReadOnlySpan<byte> octets, bool hasHeader)
    {
        if (!hasHeader) return new Layer(LayerKind.Ethernet, octets);
        if (octets[0] >> 4 == 1) return Layer.Behind(8, LayerKind.Ethernet, octets);
        if (octets[0] >> 4 != 2 || octets.Length < 12) return Layer.Other;

        // The frame type is 0 for Ethernet and 2 for IP.
        var frameType = (octets[10] >> 2) & 0x1F;
        var kind = frameType switch { 0 => LayerKind.Ethernet, 2 => LayerKind.IP, _ => LayerKind.Other };
        return Layer.Behind((octets[11] & 1) != 0 ? 20 : 12, kind, octets);
    }
}
