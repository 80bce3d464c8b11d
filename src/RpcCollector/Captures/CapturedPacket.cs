namespace RpcCollector.Captures;

/// <summary>One packet as a capture file holds it.</summary>
internal readonly ref struct CapturedPacket
{
    /// <summary>Unix nanoseconds; <see cref="NoTime"/> where the file states none.</summary>
    public required long UnixNanoseconds { get; init; }

    /// <summary>The link type (LINKTYPE_ values of pcap).</summary>
    public required int LinkType { get; init; }

    /// <summary>The octets kept, from the link layer's header on; valid until the next packet is read.</summary>
    public required ReadOnlySpan<byte> Octets { get; init; }

    /// <summary>True when there was more of the packet than the capture kept.</summary>
    public bool IsCut { get; init; }

    public const long NoTime = long.MinValue;
}
