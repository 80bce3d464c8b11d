using System.Buffers.Binary;

namespace RpcCollector.Flows.Tests;

/// <summary>One UDP datagram of a capture.</summary>
internal sealed record CapturedDatagram(long ArrivalUnixMilliseconds, TransportSession Session, byte[] Payload);

/// <summary>Reads the classic pcap files of the test data: IPv4 over Ethernet or raw, no fragments.</summary>
internal static class CapturedDatagrams
{
    private const uint LinkTypeRaw = 101;
    private const int EthernetHeaderLength = 14;

    public static List<CapturedDatagram> Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        Assert.Equal(0xA1B2C3D4u, BinaryPrimitives.ReadUInt32LittleEndian(file));
        var linkHeaderLength = BinaryPrimitives.ReadUInt32LittleEndian(file[20..]) == LinkTypeRaw ? 0 : EthernetHeaderLength;
        var datagrams = new List<CapturedDatagram>();
        for (file = file[24..]; file.Length >= 16;)
        {
            var seconds = BinaryPrimitives.ReadUInt32LittleEndian(file);
            var microseconds = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
            var ip = file.Slice(16, length)[linkHeaderLength..];
            var udp = ip[((ip[0] & 15) * 4)..];
            var session = new TransportSession(
                HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(ip[12..])), BinaryPrimitives.ReadUInt16BigEndian(udp),
                HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(ip[16..])), BinaryPrimitives.ReadUInt16BigEndian(udp[2..]));
            var payload = udp[8..BinaryPrimitives.ReadUInt16BigEndian(udp[4..])].ToArray();
            datagrams.Add(new CapturedDatagram((seconds * 1000L) + (microseconds / 1000), session, payload));
            file = file[(16 + length)..];
        }

        return datagrams;
    }
}
