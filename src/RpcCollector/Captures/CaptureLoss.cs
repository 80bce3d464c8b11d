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

    /// <summary>sFlow: samples of packets, not flow records.</summary>
    Sflow,

    /// <summary>NetFlow v1.</summary>
    NetflowV1,

    /// <summary>NetFlow v6.</summary>
    NetflowV6,

    /// <summary>NetFlow v7.</summary>
    NetflowV7,

    /// <summary>NetFlow v8: aggregated flows.</summary>
    NetflowV8,

    /// <summary>The packet's record in the file makes no sense.</summary>
    UnreadablePacket,

    /// <summary>The file ends early or is damaged from some place on; everything before that place is used.</summary>
    DamagedFile,

    /// <summary>A file in one of the formats that patched libraries made of pcap, as Kuznetzov's.</summary>
    ModifiedPcap,

    /// <summary>A file that is neither a capture nor a Zeek log that we read.</summary>
    NotACapture,
}
