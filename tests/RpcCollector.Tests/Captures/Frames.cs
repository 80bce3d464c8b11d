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

    /// <summary>Ethernet with any EtherType.</summary>
    public static byte[] EthernetOf(int etherType, params byte[] content) =>
        new Octets().Add(new byte[12]).U16(etherType).Add(content).ToArray();

    /// <summary>Labels, the last with the bottom bit.</summary>
    public static byte[] Mpls(byte[] content, params int[] labels)
    {
        var stack = new Octets();
        for (var i = 0; i < labels.Length; i++) stack.U32(((long)labels[i] << 12) | (i == labels.Length - 1 ? 0x100u : 0) | 64);
        return stack.Add(content).ToArray();
    }

    public static byte[] PPPoE(byte[] packet, bool isCompressed = false)
    {
        var protocol = packet[0] >> 4 == 6 ? 0x57 : 0x21;
        byte[] ppp = isCompressed ? [(byte)protocol, .. packet] : [0, (byte)protocol, .. packet];
        return new Octets().U8(0x11).U8(0).U16(7).U16(ppp.Length).Add(ppp).ToArray();
    }

    public static byte[] Snap(byte[] packet) =>
        new Octets().U8(0xAA).U8(0xAA).U8(3).U8(0).U16(0).U16(EtherType(packet)).Add(packet).ToArray();

    /// <summary>Generic Routing Encapsulation with what the flags announce, all zero.</summary>
    public static byte[] Gre(int type, byte[] content, int flags = 0)
    {
        var announced = ((flags & 0xC000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) + ((flags & 0x1000) != 0 ? 4 : 0)
            + ((flags & 0x80) != 0 ? 4 : 0);
        return new Octets().U16(flags).U16(type).Add(new byte[announced]).Add(content).ToArray();
    }

    public static byte[] VxLan(byte[] frame) => Udp([8, 0, 0, 0, 0, 0, 42, 0, .. frame], destination: 4789);

    public static byte[] Geneve(int etherType, byte[] content, int options = 0) => Udp(
        new Octets().U8(options / 4).U8(0).U16(etherType).U32(42 << 8).Add(new byte[options]).Add(content).ToArray(), destination: 6081);

    private static int EtherType(byte[] packet) => packet[0] >> 4 == 6 ? 0x86DD : 0x0800;
}
