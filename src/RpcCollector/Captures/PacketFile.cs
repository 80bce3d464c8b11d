namespace RpcCollector.Captures;

/// <summary>A capture file, read packet by packet: pcap or pcapng.</summary>
internal abstract class PacketFile(ByteSource source)
{
    /// <summary>No link carries longer packets.</summary>
    protected const int MaxPacketLength = 1 << 18;

    protected ByteSource Source { get; } = source;

    /// <summary>Packets whose record is unusable (too long, or of an unknown interface).</summary>
    public long Unreadable { get; protected set; }

    /// <summary>The next packet; false at the end of what can be read.</summary>
    public abstract bool TryRead(out CapturedPacket packet);
}
