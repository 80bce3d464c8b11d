using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Tests.Captures;

public class LinkTypeTests
{
    private static readonly byte[] Export = Exports.Ipfix();
    private static readonly byte[] V4 = Frames.IPv4(Frames.Udp(Export));
    private static readonly byte[] V6 = Frames.IPv6(Frames.Udp(Export));

    public static TheoryData<string, int, byte[]> Links => new()
    {
        { "Ethernet", 1, Frames.Ethernet(V4) },
        { "Ethernet, IPv6", 1, Frames.Ethernet(V6) },
        { "802.1Q", 1, Frames.Ethernet(V4, 0x8100) },
        { "802.1ad and 802.1Q", 1, Frames.Ethernet(V4, 0x88A8, 0x8100) },
        { "older QinQ", 1, Frames.Ethernet(V6, 0x9100, 0x8100) },
        { "raw 12", 12, V4 },
        { "raw 14", 14, V6 },
        { "raw 101", 101, V6 },
        { "IPv4", 228, V4 },
        { "IPv6", 229, V6 },
        { "Linux cooked", 113, Frames.LinuxCooked(V4) },
        { "Linux cooked, IPv6", 113, Frames.LinuxCooked(V6) },
        { "Linux cooked 2", 276, Frames.LinuxCooked2(V6) },
        { "null", 0, Frames.Null(V4) },
        { "loop", 108, [0, 0, 0, 24, .. V6] },
        { "frame check sequence behind the packet", 1, [.. Frames.Ethernet(V4), 1, 2, 3, 4] },
        { "IPv4 with options", 101, Frames.IPv4(Frames.Udp(Export), options: 8) },
        { "IPv4 cut by the network card", 101, Frames.IPv4(Frames.Udp(Export), totalLength: 0) },
        { "IPv6 with extension headers", 101, Frames.IPv6(Frames.Extension(Frames.Extension(Frames.Udp(Export), 17), 60), 0) },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void Export_is_found_behind_every_link_layer(string link, int linkType, byte[] frame)
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(linkType, [(1_600_000_000_123_456_000, frame)]));

        var (arrival, session, payload) = Assert.Single(read.Datagrams);
        Assert.Equal(Export, payload);
        Assert.Equal(1_600_000_000_123, arrival);
        var expected = session.ExporterAddress.IsIPv4
            ? new TransportSession(HostAddress.Parse(Frames.Exporter), 50_000, HostAddress.Parse(Frames.Collector), 2055)
            : new TransportSession(HostAddress.Parse(Frames.Exporter6), 50_000, HostAddress.Parse(Frames.Collector6), 2055);
        Assert.Equal(expected, session);
        Assert.Empty(read.Tally.Losses());
        Assert.NotEmpty(link);
    }

    [Fact]
    public void What_is_no_export_is_counted_by_reason()
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(
            Frames.Ethernet(V4),
            Frames.Ethernet(Frames.IPv4(Frames.Udp([1, 2, 3]))),
            Frames.Ethernet(Frames.IPv4(Frames.Udp([0, 5, 0, 1]))),
            Frames.Ethernet(Frames.IPv4(new byte[20], protocol: 6)),
            [.. new byte[12], 0x08, 0x06, 1, 2, 3],
            Frames.Ethernet(V4)[..^1]));

        Assert.Single(read.Datagrams);
        Assert.Equal(
            [(CaptureLoss.NotIP, 1L), (CaptureLoss.NotUdp, 1L), (CaptureLoss.CutPacket, 1L), (CaptureLoss.NotAnExport, 2L)],
            read.Tally.Losses());
    }

    [Fact]
    public void Link_type_that_is_not_known_is_counted()
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(147, [(0, V4)]));

        Assert.Equal([(CaptureLoss.UnknownLinkType, 1L)], read.Tally.Losses());
    }

    [Fact]
    public void Port_does_not_matter_and_every_version_is_taken()
    {
        byte[][] exports = [Exports.NetFlow5(), [0, 9, .. new byte[18]], Exports.Ipfix()];

        var read =
            ReadDatagrams.Of(CaptureFiles.Pcap([.. exports.Select(export => Frames.Ethernet(Frames.IPv4(Frames.Udp(export, 1, 53))))]));

        Assert.Equal(exports, read.Datagrams.Select(datagram => datagram.Payload));
    }
}
