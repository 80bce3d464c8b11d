using System.IO.Compression;
using RpcCollector.Captures;
using RpcCollector.Options;

namespace RpcCollector.Tests.Captures;

public class CaptureFormatTests
{
    private const long Second = 1_000_000_000;

    private static readonly byte[] Frame = Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.Ipfix())));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Pcap_is_read_in_both_byte_orders_and_both_resolutions(bool bigEndian, bool nanoseconds)
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(1, [(1_600_000_000_987_654_000, Frame)], bigEndian, nanoseconds));

        Assert.Equal(1_600_000_000_987, Assert.Single(read.Datagrams).ArrivalUnixMilliseconds);
    }

    [Fact]
    public void Pcapng_is_read_over_sections_interfaces_and_resolutions()
    {
        var file = new PcapNgBuilder()
            .Section().Interface(1).Interface(101, resolution: 9)
            .Enhanced(Frame, 1_600_000_000_000_001)
            .Enhanced(Frames.IPv6(Frames.Udp(Exports.Ipfix())), 1_600_000_001_002_000_000, interfaceId: 1)
            .Block(4, new Octets().Add(new byte[20]))
            .Section(bigEndian: true).Interface(1, resolution: 0x8A, offsetSeconds: 1_600_000_000).Interface(113, resolution: 3)
            .Enhanced(Frame, 2 * 1024 + 512)
            .Obsolete(Frames.LinuxCooked(Frames.IPv4(Frames.Udp(Exports.Ipfix()))), 1_600_000_003_004, interfaceId: 1)
            .Simple(Frame);

        var read = ReadDatagrams.Of(file.ToArray());

        Assert.Equal(
            [1_600_000_000_000, 1_600_000_001_002, 1_600_000_002_500, 1_600_000_003_004, Exports.ExportUnixSeconds * 1000],
            read.Datagrams.Select(datagram => datagram.ArrivalUnixMilliseconds));
        Assert.Empty(read.Tally.Losses());
    }

    [Fact]
    public void Packet_of_an_interface_that_was_not_described_is_counted()
    {
        var read =
            ReadDatagrams.Of(new PcapNgBuilder().Section().Interface(1).Enhanced(Frame, 0, interfaceId: 7).Enhanced(Frame, 0).ToArray());

        Assert.Single(read.Datagrams);
        Assert.Equal([(CaptureLoss.UnreadablePacket, 1L)], read.Tally.Losses());
    }

    [Fact]
    public void Ipfix_file_is_read_message_by_message_at_its_export_times()
    {
        var read = ReadDatagrams.Of([.. Exports.Ipfix(1_600_000_000), .. Exports.Ipfix(1_600_000_060)]);

        Assert.Equal([1_600_000_000_000, 1_600_000_060_000], read.Datagrams.Select(datagram => datagram.ArrivalUnixMilliseconds));
        Assert.All(read.Datagrams, datagram => Assert.Equal("0.0.0.0", datagram.Session.ExporterAddress.ToString()));
    }

    [Fact]
    public void Ipfix_files_have_sessions_of_their_own()
    {
        using var folder = new TemporaryFolder();

        var read = ReadDatagrams.OfPaths(folder.Write("a", Exports.Ipfix()), folder.Write("b", Exports.Ipfix()));

        Assert.Equal(2, read.Datagrams.Select(datagram => datagram.Session).Distinct().Count());
    }

    [Fact]
    public void Format_is_told_by_content_also_inside_gzip()
    {
        using var folder = new TemporaryFolder();
        var pcap = folder.Write("readme.txt", Gzip(CaptureFiles.Pcap(Frame, Frame)));
        var ipfix = folder.Write("trace.pcap", Gzip(Exports.Ipfix()));

        Assert.Equal(3, ReadDatagrams.OfPaths(pcap, ipfix).Datagrams.Count);
    }

    [Fact]
    public void Truncated_last_packet_is_tolerated_and_counted()
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(Frame, Frame)[..^5]);

        Assert.Single(read.Datagrams);
        Assert.Equal([(CaptureLoss.DamagedFile, 1L)], read.Tally.Losses());
    }

    [Fact]
    public void Files_are_merged_in_the_order_of_their_time_stamps()
    {
        using var folder = new TemporaryFolder();
        string[] paths =
        [
            folder.Write("b", Pcap(10, 30, 31)),
            folder.Write("a", Pcap(20, 25, 40)),
            folder.Write("deeper/c", Pcap(1, 50)),
            folder.Write("deeper/empty", Pcap()),
        ];

        var named = ReadDatagrams.OfPaths(paths);
        var found = ReadDatagrams.OfPaths(folder.Path);

        Assert.Equal([1, 10, 20, 25, 30, 31, 40, 50], named.Datagrams.Select(datagram => datagram.ArrivalUnixMilliseconds / 1000));
        Assert.Equal(
            named.Datagrams.Select(datagram => datagram.ArrivalUnixMilliseconds),
            found.Datagrams.Select(datagram => datagram.ArrivalUnixMilliseconds));
        static byte[] Pcap(params long[] seconds) => CaptureFiles.Pcap(1, [.. seconds.Select(second => (second * Second, Frame))]);
    }

    [Fact]
    public void File_that_is_no_capture_is_counted_and_one_that_is_not_there_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var notes = folder.Write("notes.pcap", "no capture at all"u8.ToArray());
        folder.Write("real", CaptureFiles.Pcap(Frame));
        folder.Write("empty", []);

        var read = ReadDatagrams.OfPaths(folder.Path);

        Assert.Single(read.Datagrams);
        Assert.Equal([(CaptureLoss.NotACapture, 2L)], read.Tally.Losses());
        Assert.Equal([(CaptureLoss.NotACapture, 1L)], ReadDatagrams.OfPaths(notes).Tally.Losses());
        var missing = Path.Combine(folder.Path, "missing");
        Assert.Contains(missing, Assert.Throws<StartupException>(() => ReadDatagrams.OfPaths(missing)).Message);
    }

    private static byte[] Gzip(byte[] octets)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(octets);
        return compressed.ToArray();
    }
}
