namespace RpcCollector.Captures;

/// <summary>A capture file, read packet by packet: pcap or pcapng.</summary>
internal abstract class PacketFile(ByteSource source)
{
    /// <summary>Longer packets than any link carries are passed over.</summary>
    protected const int MaxPacketLength = 1 << 18;

    protected ByteSource Source { get; } = source;

    /// <summary>Packets whose record is unusable (too long, of no interface); they are passed over.</summary>
    public long Unreadable { get; protected set; }

    /// <summary>The next packet; false at the end of what can be read.</summary>
    public abstract bool TryRead(out CapturedPacket packet);
}
