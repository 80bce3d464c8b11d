using System.IO.Compression;
using RpcCollector.Captures;

namespace RpcCollector.Tests.Captures;

public class DamagedCaptureTests
{
    public static TheoryData<string, byte[]> Files
    {
        get
        {
            var datagram = Frames.Udp(Exports.Ipfix());
            var frame = Frames.Ethernet(Frames.IPv4(datagram), 0x8100);
            var six = Frames.Ethernet(Frames.IPv6(Frames.Extension(Frames.Fragment6(datagram, 0, more: false), 44), 0));
            var half = Frames.Ethernet(Frames.IPv4(datagram[..8], more: true));
            var pcapNg = new PcapNgBuilder().Section().Interface(1, resolution: 9, offsetSeconds: 1).Enhanced(frame, 5).Simple(six)
                .Section(bigEndian: true).Interface(1).Obsolete(half, 1).Enhanced(frame, 6);
            var pcap = CaptureFiles.Pcap(frame, six, half, frame);
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(pcap);
            return new TheoryData<string, byte[]>
            {
                { "pcap", pcap },
                { "cooked", CaptureFiles.Pcap(276, [(0, Frames.LinuxCooked2(Frames.IPv6(datagram)))], bigEndian: true, nanoseconds: true) },
                { "pcapng", pcapNg.ToArray() },
                { "gzip", compressed.ToArray() },
                { "zstd", new ZstdSharp.Compressor().Wrap(pcap).ToArray() },
                { "ipfix", [.. Exports.Ipfix(), .. Exports.Ipfix()] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Capture_cut_at_any_octet_is_read_up_to_there(string format, byte[] file)
    {
        using var folder = new TemporaryFolder();
        var whole = Read(folder, file);
        for (var length = 0; length < file.Length; length++)
        {
            var read = Read(folder, file[..length]);
            Assert.True(read <= whole, $"{format} cut at {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_damage_throws(string format, byte[] file)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20_200_805);
        for (var round = 0; round < 2_000; round++)
        {
            var damaged = file.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Assert.True(Read(folder, damaged) >= -1, format);
        }
    }

    // -1: not a capture any more.
    private static long Read(TemporaryFolder folder, byte[] file)
    {
        var tally = new CaptureTally();
        using var reader = CaptureReader.Open(folder.Write("damaged", file), 1, tally);
        if (reader is null) return -1;
        while (reader.TryRead()) Assert.True(reader.ArrivalUnixMilliseconds >= 0 && reader.Payload.Length >= ExportHeader.IpfixLength);
        return tally.Datagrams;
    }
}
