namespace RpcCollector.Captures;

/// <summary>Why something in a capture is not an export datagram: a closed list, one count each.</summary>
internal enum CaptureLoss : byte
{
    /// <summary>The file's link type is not one whose header is known.</summary>
    UnknownLinkType,

    /// <summary>The link type is PPP, which is read only inside PPPoE, GRE and HDLC.</summary>
    PppLinkType,

    /// <summary>The link type is NFLOG: packets as the kernel's packet filter hands them over.</summary>
    NflogLinkType,

    /// <summary>The frame carries a VN-Tag.</summary>
    VnTag,

    /// <summary>The frame holds no IPv4 or IPv6 packet.</summary>
    NotIP,

    /// <summary>The IP packet holds no UDP datagram.</summary>
    NotUdp,

    /// <summary>More IP packets in one another than tunnels have a use for.</summary>
    NestedTooDeeply,

    /// <summary>The capture kept less of the packet than there was.</summary>
    CutPacket,

    /// <summary>
    /// A fragmented packet of which fragments are missing, or that was given up because too many were incomplete at once.
    /// </summary>
    IncompleteFragments,

    /// <summary>The UDP datagram does not begin like a NetFlow v5, v9 or IPFIX Message.</summary>
    NotAnExport,

    /// <summary>The packet's record in the file makes no sense.</summary>
    UnreadablePacket,

    /// <summary>The file ends early or is damaged from some place on; everything before that place is used.</summary>
    DamagedFile,

    /// <summary>A file in a given folder that is neither a capture nor a Zeek log that we read.</summary>
    NotACapture,
}
