namespace RpcCollector.Captures;

/// <summary>Finds what a data frame of IEEE 802.11 carries, where it is not encrypted.</summary>
internal static class WirelessFrame
{
    private const int ShortHeader = 24;
    private const int AddressLength = 6;

    /// <summary>
    /// Frame control (2 octets), duration (2), three addresses, sequence (2), a fourth address between two access points.
    /// </summary>
    public static Layer Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < ShortHeader) return Layer.Other;
        var (kind, flags) = (frame[0], frame[1]);
        var (isData, isEmpty, hasQuality) = ((kind & 0x0C) == 0x08, (kind & 0x40) != 0, (kind & 0x80) != 0);
        var isProtected = (flags & 0x40) != 0;
        if (!isData || isEmpty || isProtected) return Layer.Other;
        var length = ShortHeader + ((flags & 3) == 3 ? AddressLength : 0);
        if (!hasQuality) return Layer.Behind(length, LayerKind.LogicalLink, frame);

        // Quality of service: two octets, and four more of control with the order flag. Bit 7: several frames in one.
        if (frame.Length <= length || (frame[length] & 0x80) != 0) return Layer.Other;
        return Layer.Behind(length + 2 + ((flags & 0x80) != 0 ? 4 : 0), LayerKind.LogicalLink, frame);
    }
}
