namespace RpcCollector.Tests.Captures;

/// <summary>Builds capture files.</summary>
internal static class CaptureFiles
{
    /// <summary>A classic capture; times in Unix nanoseconds.</summary>
    public static byte[] Pcap(
        int linkType, (long UnixNanoseconds, byte[] Frame)[] packets, bool bigEndian = false, bool nanoseconds = false,
        int snapLength = 262_144)
    {
        var file = new Octets(bigEndian).U32(nanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4).U16(2).U16(4).U32(0).U32(0).U32(snapLength)
            .U32(linkType);
        foreach (var (time, frame) in packets)
        {
            var kept = Math.Min(frame.Length, snapLength);
            file.U32(time / 1_000_000_000).U32(time % 1_000_000_000 / (nanoseconds ? 1 : 1000)).U32(kept).U32(frame.Length)
                .Add(frame.AsSpan(0, kept));
        }

        return file.ToArray();
    }

    /// <summary>A classic Ethernet capture, one packet a second.</summary>
    public static byte[] Pcap(params byte[][] frames) =>
        Pcap(1, [.. frames.Select((frame, i) => ((1_600_000_000L + i) * 1_000_000_000, frame))]);
}

/// <summary>Builds a pcapng file block by block.</summary>
internal sealed class PcapNgBuilder
{
    private readonly List<byte> _file = [];
    private bool _bigEndian;

    public byte[] ToArray() => [.. _file];

    public PcapNgBuilder Section(bool bigEndian = false)
    {
        _bigEndian = bigEndian;
        return Block(0x0A0D_0D0A, new Octets(bigEndian).U32(0x1A2B_3C4D).U16(1).U16(0).S64(-1));
    }

    public PcapNgBuilder Interface(int linkType, int? resolution = null, long? offsetSeconds = null, int snapLength = 0)
    {
        var body = new Octets(_bigEndian).U16(linkType).U16(0).U32(snapLength);
        if (resolution is { } unit) body.U16(9).U16(1).U8(unit).Add(0, 0, 0);
        if (offsetSeconds is { } offset) body.U16(14).U16(8).S64(offset);
        if (resolution is not null || offsetSeconds is not null) body.U32(0);
        return Block(1, body);
    }

    public PcapNgBuilder Enhanced(byte[] frame, ulong units, int interfaceId = 0) =>
        Block(6, new Octets(_bigEndian).U32(interfaceId).U32((long)(units >> 32)).U32((long)(units & 0xFFFF_FFFF)).U32(frame.Length)
            .U32(frame.Length).Add(frame));

    public PcapNgBuilder Obsolete(byte[] frame, ulong units, int interfaceId = 0) =>
        Block(2, new Octets(_bigEndian).U16(interfaceId).U16(0).U32((long)(units >> 32)).U32((long)(units & 0xFFFF_FFFF)).U32(frame.Length)
            .U32(frame.Length).Add(frame));

    public PcapNgBuilder Simple(byte[] frame) => Block(3, new Octets(_bigEndian).U32(frame.Length).Add(frame));

    public PcapNgBuilder Block(long type, Octets body)
    {
        while (body.Length % 4 != 0) body.U8(0);
        _file.AddRange(new Octets(_bigEndian).U32(type).U32(body.Length + 12).Add(body.ToArray()).U32(body.Length + 12).ToArray());
        return this;
    }
}
