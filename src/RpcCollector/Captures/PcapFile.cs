using System.Buffers.Binary;

namespace RpcCollector.Captures;

/// <summary>Reads the classic capture format, with microseconds or nanoseconds, written by a machine of either byte order.</summary>
/// <remarks>
/// File header (24 octets): magic, major, minor, zone, accuracy, snap length, link type. Record header (16): seconds, fraction, octets
/// kept, octets on the wire.
/// </remarks>
internal sealed class PcapFile : PacketFile
{
    private const uint Microseconds = 0xA1B2_C3D4;
    private const uint Nanoseconds = 0xA1B2_3C4D;
    private const uint Kuznetzov = 0xA1B2_CD34;
    private const uint IxiaHardware = 0x1C00_01AC;
    private const uint IxiaSoftware = 0x1C00_01AB;
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;

    private readonly bool _bigEndian;
    private readonly int _nanosecondsPerUnit;
    private readonly int _linkType;

    private PcapFile(ByteSource source, ReadOnlySpan<byte> header)
        : base(source)
    {
        _bigEndian = header[0] == 0xA1;
        _nanosecondsPerUnit = Read(header) == Nanoseconds ? 1 : 1000;

        // The upper half carries the length of a frame check sequence, which the length of the IP packet leaves out anyway.
        _linkType = (int)(Read(header[20..]) & 0xFFFF);
    }

    public static bool IsPcap(ReadOnlySpan<byte> magic) =>
        BinaryPrimitives.ReadUInt32BigEndian(magic) is Microseconds or Nanoseconds
            || BinaryPrimitives.ReadUInt32LittleEndian(magic) is Microseconds or Nanoseconds;

    /// <summary>
    /// True for the formats that patched libraries wrote under numbers of their own: Kuznetzov's, and two of Ixia's. They have other
    /// record headers.
    /// </summary>
    public static bool IsModified(ReadOnlySpan<byte> magic) =>
        BinaryPrimitives.ReadUInt32BigEndian(magic) is Kuznetzov or IxiaHardware or IxiaSoftware
            || BinaryPrimitives.ReadUInt32LittleEndian(magic) is Kuznetzov or IxiaHardware or IxiaSoftware;

    /// <summary>Null when the file ends inside its header.</summary>
    public static PcapFile? Open(ByteSource source) =>
        source.TryRead(FileHeaderLength, out var header) ? new PcapFile(source, header) : null;

    public override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        while (Source.TryRead(RecordHeaderLength, out var header))
        {
            var nanoseconds = (Read(header) * 1_000_000_000L) + (Read(header[4..]) * (long)_nanosecondsPerUnit);
            var length = Read(header[8..]);
            var isCut = Read(header[12..]) > length;
            if (length > MaxPacketLength)
            {
                // No link carries packets this long: the length is damaged, so no packet after this one can be found.
                Unreadable++;
                Source.Damage();
                return false;
            }

            if (!Source.TryRead((int)length, out var octets))
            {
                Source.Damage();
                return false;
            }

            packet = new CapturedPacket
            {
                UnixNanoseconds = nanoseconds,
                LinkType = _linkType,
                Octets = octets,
                IsCut = isCut,
            };
            return true;
        }

        return false;
    }

    private uint Read(ReadOnlySpan<byte> octets) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt32LittleEndian(octets);
}
