using System.Buffers.Binary;
using System.Net;

namespace RpcCollector.Lab.Sites;

/// <summary>Writes datagrams as a capture of raw IPv4 packets (pcap, link type 101), which every tool reads.</summary>
internal static class SitePcap
{
    private const int HeaderOctets = 28;
    private const int CollectorPort = 2_055;

    public static void Write(string path, IEnumerable<SiteDatagram> datagrams)
    {
        using var file = File.Create(path);
        Span<byte> begin = stackalloc byte[24];
        begin.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(begin, 0xA1B2_C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(begin[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(begin[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(begin[16..], 65_535);
        BinaryPrimitives.WriteUInt32LittleEndian(begin[20..], 101);
        file.Write(begin);
        Span<byte> record = stackalloc byte[16];
        foreach (var datagram in datagrams)
        {
            var packet = Packet(datagram);
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(datagram.AtUnixMilliseconds / 1_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(datagram.AtUnixMilliseconds % 1_000 * 1_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)packet.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)packet.Length);
            file.Write(record);
            file.Write(packet);
        }
    }

    // IPv4 (RFC 791) without a checksum, which nobody looks at, and UDP (RFC 768).
    private static byte[] Packet(SiteDatagram datagram)
    {
        var packet = new byte[HeaderOctets + datagram.Octets.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 17;
        datagram.From.Address.TryWriteBytes(packet.AsSpan(12), out _);
        IPAddress.Loopback.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)datagram.From.Port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), CollectorPort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + datagram.Octets.Length));
        datagram.Octets.CopyTo(packet, HeaderOctets);
        return packet;
    }
}
