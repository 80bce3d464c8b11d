using System.Net;

namespace RpcCollector.Tests.Captures;

/// <summary>Builds what a wire carries, from UDP payload outwards.</summary>
internal static class Frames
{
    public const string Exporter = "192.0.2.1";
    public const string Collector = "192.0.2.9";
    public const string Exporter6 = "2001:db8::1";
    public const string Collector6 = "2001:db8::9";

    public static byte[] Udp(byte[] payload, int source = 50_000, int destination = 2055) =>
        new Octets().U16(source).U16(destination).U16(8 + payload.Length).U16(0).Add(payload).ToArray();

    public static byte[] IPv4(
        byte[] payload, int protocol = 17, int id = 1, int offset = 0, bool more = false, int options = 0, int? totalLength = null) =>
        new Octets()
        .U8(0x45 + (options / 4)).U8(0).U16(totalLength ?? 20 + options + payload.Length).U16(id).U16((more ? 0x2000 : 0) | (offset / 8))
            .U8(64).U8(protocol).U16(0)
        .Add(IPAddress.Parse(Exporter).GetAddressBytes()).Add(IPAddress.Parse(Collector).GetAddressBytes()).Add(new byte[options])
            .Add(payload).ToArray();

    public static byte[] IPv6(byte[] payload, int nextHeader = 17) => new Octets()
        .U32(0x6000_0000).U16(payload.Length).U8(nextHeader).U8(64)
        .Add(IPAddress.Parse(Exporter6).GetAddressBytes()).Add(IPAddress.Parse(Collector6).GetAddressBytes()).Add(payload).ToArray();

    /// <summary>A hop-by-hop or destination options header of 8 octets.</summary>
    public static byte[] Extension(byte[] payload, int nextHeader) =>
        new Octets().U8(nextHeader).U8(0).Add(new byte[6]).Add(payload).ToArray();

    public static byte[] Fragment6(byte[] payload, int offset, bool more, int id = 7) =>
        new Octets().U8(17).U8(0).U16(offset | (more ? 1 : 0)).U32(id).Add(payload).ToArray();

    public static byte[] Ethernet(byte[] packet, params int[] tags)
    {
        var frame = new Octets().Add(new byte[12]);
        foreach (var tag in tags) frame.U16(tag).U16(100);
        return frame.U16(EtherType(packet)).Add(packet).ToArray();
    }

    public static byte[] LinuxCooked(byte[] packet) => new Octets().Add(new byte[14]).U16(EtherType(packet)).Add(packet).ToArray();

    public static byte[] LinuxCooked2(byte[] packet) => new Octets().U16(EtherType(packet)).Add(new byte[18]).Add(packet).ToArray();

    public static byte[] Null(byte[] packet) => new Octets(bigEndian: false).U32(2).Add(packet).ToArray();

    private static int EtherType(byte[] packet) => packet[0] >> 4 == 6 ? 0x86DD : 0x0800;
}
