namespace RpcCollector.Captures;

/// <summary>What some octets of a packet begin with.</summary>
internal enum LayerKind : byte
{
    /// <summary>Nothing from which a way to an IP packet is known.</summary>
    Other,

    /// <summary>An IPv4 or IPv6 packet.</summary>
    IP,

    /// <summary>Two addresses, then an EtherType.</summary>
    Ethernet,

    /// <summary>An EtherType (or a length, IEEE 802.3, 3.2.6), then what it names.</summary>
    EtherType,

    /// <summary>Logical Link Control (IEEE 802.2).</summary>
    LogicalLink,

    /// <summary>MPLS labels (RFC 3032).</summary>
    Mpls,

    /// <summary>A PPPoE session (RFC 2516).</summary>
    PPPoE,

    /// <summary>A protocol number of PPP, with the address and control octets before it or without (RFC 1661).</summary>
    Ppp,

    /// <summary>A Network Service Header (RFC 8300).</summary>
    NetworkService,

    /// <summary>A VN-Tag: not read.</summary>
    VnTag,
}

/// <summary>Octets of a packet, and what they begin with.</summary>
internal readonly ref struct Layer(LayerKind kind, ReadOnlySpan<byte> octets)
{
    public LayerKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Octets { get; } = octets;

    public static Layer Other => default;

    /// <summary>What lies behind a header of so many octets; nothing when the octets end before.</summary>
    public static Layer Behind(int length, LayerKind kind, ReadOnlySpan<byte> octets) =>
        octets.Length > length ? new Layer(kind, octets[length..]) : Other;
}
