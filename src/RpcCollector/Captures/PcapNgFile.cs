using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>Reads pcapng: any number of sections, of either byte order, with any number of interfaces.</summary>
/// <remarks>
/// Each block: type (4 octets), total length (4), body, total length again (4).
/// Section Header Block: byte-order magic first. Interface Description Block: link type (2), reserved (2), snap length (4), options.
/// Enhanced Packet Block: interface (4), time (4 + 4), octets kept (4), octets on the wire (4), packet. Simple Packet Block: octets on
/// the wire (4), packet. Packet Block (obsolete): interface (2), drops (2), time (4 + 4), octets kept (4), octets on the wire (4),
/// packet.
/// </remarks>
internal sealed class PcapNgFile(ByteSource source) : PacketFile(source)
{
    private const uint SectionHeaderBlock = 0x0A0D_0D0A;
    private const uint InterfaceDescriptionBlock = 1;
    private const uint PacketBlock = 2;
    private const uint SimplePacketBlock = 3;
    private const uint EnhancedPacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B_3C4D;
    private const int MaxInterfaces = 65_536;

    private readonly List<CaptureInterface> _interfaces = [];
    private bool _bigEndian;

    public static bool IsPcapNg(ReadOnlySpan<byte> magic) => BinaryPrimitives.ReadUInt32BigEndian(magic) == SectionHeaderBlock;

    public override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        while (Source.TryPeek(12, out var start))
        {
            // 1. A new section has its own byte order, in which the length of its header is already written.
            var isSection = IsPcapNg(start);
            if (isSection && !TryBeginSection(start[8..])) return false;

            // 2. The block's place.
            var type = U32(start);
            var length = U32(start[4..]);
            if (length < 12 || length % 4 != 0)
            {
                Source.Damage();
                return false;
            }

            if (length > ByteSource.MaxLength)
            {
                if (type is EnhancedPacketBlock or SimplePacketBlock or PacketBlock) Unreadable++;
                if (!Source.TrySkip(length)) return false;
                continue;
            }

            if (!Source.TryRead((int)length, out var block))
            {
                Source.Damage();
                return false;
            }

            // 3. What it holds.
            var body = block[8..^4];
            if (!isSection && type == InterfaceDescriptionBlock) AddInterface(body);
            else if (type == EnhancedPacketBlock && TryReadEnhanced(body, out packet)) return true;
            else if (type == PacketBlock && TryReadObsolete(body, out packet)) return true;
            else if (type == SimplePacketBlock && TryReadSimple(body, out packet)) return true;
            else if (type is EnhancedPacketBlock or PacketBlock or SimplePacketBlock) Unreadable++;
        }

        if (Source.TryPeek(1, out _)) Source.Damage();
        return false;
    }

    private bool TryBeginSection(ReadOnlySpan<byte> magic)
    {
        _interfaces.Clear();
        _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic) == ByteOrderMagic;
        if (_bigEndian || BinaryPrimitives.ReadUInt32LittleEndian(magic) == ByteOrderMagic) return true;
        Source.Damage();
        return false;
    }

    private void AddInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || _interfaces.Count == MaxInterfaces) return;
        var described = new CaptureInterface { LinkType = U16(body), SnapLength = U32(body[4..]) };

        // Options: code (2), length (2), value padded to four octets.
        for (var options = body[8..]; options.Length >= 4;)
        {
            var (code, length) = (U16(options), U16(options[2..]));
            options = options[4..];
            if (code == 0 || length > options.Length) break;
            if (code == CaptureInterface.TimeResolutionOption && length >= 1) described.TimeResolution = options[0];
            else if (code == CaptureInterface.TimeOffsetOption && length >= 8) described.OffsetSeconds = S64(options);
            options = options[Math.Min(options.Length, (length + 3) & ~3)..];
        }

        _interfaces.Add(described);
    }

    private bool TryReadEnhanced(ReadOnlySpan<byte> body, out CapturedPacket packet)
    {
        packet = default;
        return body.Length >= 20 && TryMake(U32(body), body, out packet);
    }

    private bool TryReadObsolete(ReadOnlySpan<byte> body, out CapturedPacket packet)
    {
        packet = default;
        return body.Length >= 20 && TryMake(U16(body), body, out packet);
    }

    // Behind the interface both blocks are the same.
    private bool TryMake(uint interfaceId, ReadOnlySpan<byte> body, out CapturedPacket packet)
    {
        packet = default;
        var length = U32(body[12..]);
        var octets = body[20..];
        if (interfaceId >= _interfaces.Count || length > octets.Length) return false;
        var from = _interfaces[(int)interfaceId];
        packet = new CapturedPacket
        {
            UnixNanoseconds = from.ToUnixNanoseconds((ulong)U32(body[4..]) << 32 | U32(body[8..])),
            LinkType = from.LinkType,
            Octets = octets[..(int)length],
            IsCut = U32(body[16..]) > length,
        };
        return true;
    }

    // A Simple Packet Block belongs to the first interface and has no time.
    private bool TryReadSimple(ReadOnlySpan<byte> body, out CapturedPacket packet)
    {
        packet = default;
        if (body.Length < 4 || _interfaces.Count == 0) return false;
        var kept = (long)U32(body);
        if (_interfaces[0].SnapLength != 0) kept = Math.Min(kept, _interfaces[0].SnapLength);
        if (kept > body.Length - 4) return false;
        packet = new CapturedPacket
        {
            UnixNanoseconds = CapturedPacket.NoTime,
            LinkType = _interfaces[0].LinkType,
            Octets = body.Slice(4, (int)kept),
            IsCut = U32(body) > kept,
        };
        return true;
    }

    private uint U32(ReadOnlySpan<byte> octets) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt32LittleEndian(octets);

    private long S64(ReadOnlySpan<byte> octets) =>
        _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(octets) : BinaryPrimitives.ReadInt64LittleEndian(octets);

    private ushort U16(ReadOnlySpan<byte> octets) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(octets) : BinaryPrimitives.ReadUInt16LittleEndian(octets);
}
