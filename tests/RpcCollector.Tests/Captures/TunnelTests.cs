using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Tests.Captures;

public class TunnelTests
{
    private const int Gre = 47;

    private static readonly byte[] Export = Exports.Ipfix();
    private static readonly byte[] V4 = Frames.IPv4(Frames.Udp(Export));
    private static readonly byte[] V6 = Frames.IPv6(Frames.Udp(Export));
    private static readonly byte[] Frame = Frames.Ethernet(V6, 0x8100);

    public static TheoryData<string, int, byte[]> Frames_in_frames => new()
    {
        { "MPLS", 1, Frames.EthernetOf(0x8847, Frames.Mpls(V4, 16)) },
        { "MPLS with five labels, multicast EtherType", 1, Frames.EthernetOf(0x8848, Frames.Mpls(V6, 1, 2, 3, 4, 5)) },
        { "VLAN and MPLS", 1, Frames.EthernetOf(0x8100, [0, 1, 0x88, 0x47, .. Frames.Mpls(V4, 16, 17)]) },
        { "pseudowire with control word", 1, Frames.EthernetOf(0x8847, Frames.Mpls([0, 0, 0, 0, .. Frame], 16)) },
        { "pseudowire without control word", 1, Frames.EthernetOf(0x8847, Frames.Mpls(Frame, 16)) },
        { "PPPoE", 1, Frames.EthernetOf(0x8864, Frames.PPPoE(V4)) },
        { "PPPoE, IPv6, compressed protocol", 1, Frames.EthernetOf(0x8864, Frames.PPPoE(V6, isCompressed: true)) },
        { "PPPoE in QinQ", 1, Frames.EthernetOf(0x88A8, [0, 1, 0x81, 0, 0, 2, 0x88, 0x64, .. Frames.PPPoE(V4)]) },
        { "PPPoE without Ethernet", 51, Frames.PPPoE(V4) },
        { "SNAP", 1, Frames.EthernetOf(300, Frames.Snap(V4)) },
        { "SNAP in a VLAN", 1, Frames.EthernetOf(0x8100, [0, 1, 1, 44, .. Frames.Snap(V6)]) },
        { "SNAP in a jumbo frame", 1, Frames.EthernetOf(0x8870, Frames.Snap(V4)) },
        { "LLC of IP's own", 1, Frames.EthernetOf(300, [6, 6, 3, .. V4]) },
        { "SNAP in Linux cooked", 113, [.. new byte[14], 0, 4, .. Frames.Snap(V4)] },
        { "three VLAN tags", 1, Frames.Ethernet(V4, 0x88A8, 0x9100, 0x8100) },
        { "provider backbone", 1, Frames.EthernetOf(0x88E7, [0, 0, 0, 9, .. Frame]) },
        { "TRILL", 1, Frames.EthernetOf(0x22F3, [0, 0x40, 0, 1, 0, 2, 9, 9, 9, 9, .. Frame]) },
        { "port extension", 1, Frames.EthernetOf(0x893F, [0, 0, 0, 0, 0, 0, 8, 0, .. V4]) },
        { "security group tag", 1, Frames.EthernetOf(0x8909, [1, 1, 0, 1, 0, 9, 8, 0, .. V4]) },
        { "MACsec that only signs", 1, Frames.EthernetOf(0x88E5, [0x20, 0, 0, 0, 0, 1, .. new byte[8], 8, 0, .. V4, .. new byte[16]]) },
        { "network service header", 1, Frames.EthernetOf(0x894F, [0x0F, 0xC2, 1, 1, 0, 0, 0, 1, .. V4]) },
        { "inter-switch link", 1, [1, 0, 0x0C, 0, 0, .. new byte[21], .. Frame] },
        { "Cisco's HDLC", 104, [0x0F, 0, 8, 0, .. V4] },
        { "PPP in HDLC", 104, [0xFF, 3, 0, 0x21, .. V4] },
        { "frame relay", 107, [0x18, 0x41, 3, 0xCC, .. V4] },
        { "frame relay with SNAP", 107, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0, .. V4] },
        { "Cisco's frame relay", 107, [0x18, 0x41, 8, 0, .. V4] },
        { "ATM", 100, Frames.Snap(V4) },
        { "MPLS without Ethernet", 219, Frames.Mpls(V4, 16) },
        { "IPsec's inner view", 109, [.. new byte[12], .. V4] },
        { "packet filter's log", 117, [61, .. new byte[63], .. V4] },
        { "per-packet information", 192, [0, 0, 12, 0, 1, 0, 0, 0, 1, 2, 3, 4, .. Frame] },
        { "Apple's tap", 258, [12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, .. Frame] },
        { "network analyzer", 240, [1, 2, 3, 4, .. Frame] },
        { "Junos", 178, [0x4D, 0x47, 0x43, 0x80, 0, 3, 7, 7, 7, .. Frame] },
        { "Junos without link layer", 178, [0x4D, 0x47, 0x43, 2, .. V4] },
        { "wireless", 105, [8, 1, .. new byte[22], .. Frames.Snap(V4)] },
        { "wireless with quality of service and radio header", 127,
            [0, 0, 9, 0, .. new byte[5], 0x88, 2, .. new byte[24], .. Frames.Snap(V4)] },
        { "IP in IP", 101, Frames.IPv4(V4, protocol: 4) },
        { "IPv6 in IPv4", 101, Frames.IPv4(V6, protocol: 41) },
        { "IPv4 in IPv6", 101, Frames.IPv6(V4, 4) },
        { "IPv6 in IPv6 behind an extension header", 101, Frames.IPv6(Frames.Extension(V6, 41), 60) },
        { "authentication header", 101, Frames.IPv4([17, 4, .. new byte[22], .. Frames.Udp(Export)], protocol: 51) },
        { "Ethernet in IP", 101, Frames.IPv4([0x30, 0, .. Frame], protocol: 97) },
        { "Ethernet in a segment routing packet", 101, Frames.IPv6(Frame, 143) },
        { "MPLS in IP", 101, Frames.IPv4(Frames.Mpls(V4, 16), protocol: 137) },
        { "GRE", 101, Frames.IPv4(Frames.Gre(0x0800, V4), Gre) },
        { "GRE over IPv6", 101, Frames.IPv6(Frames.Gre(0x86DD, V6), Gre) },
        { "GRE with checksum", 101, Frames.IPv4(Frames.Gre(0x0800, V4, 0x8000), Gre) },
        { "GRE with key", 101, Frames.IPv4(Frames.Gre(0x86DD, V6, 0x2000), Gre) },
        { "GRE with sequence", 101, Frames.IPv4(Frames.Gre(0x0800, V4, 0x1000), Gre) },
        { "GRE with checksum, key and sequence", 101, Frames.IPv4(Frames.Gre(0x0800, V4, 0xB000), Gre) },
        { "GRE with source routes", 101, Frames.IPv4(Frames.Gre(0x0800, [0, 0, 0, 0, .. V4], 0x4000), Gre) },
        { "GRE with a bridged frame", 101, Frames.IPv4(Frames.Gre(0x6558, Frame, 0x2000), Gre) },
        { "GRE with MPLS", 101, Frames.IPv4(Frames.Gre(0x8847, Frames.Mpls(V4, 16)), Gre) },
        { "GRE with PPP", 101, Frames.IPv4(Frames.Gre(0x880B, [0xFF, 3, 0, 0x21, .. V4], 0x3081), Gre) },
        { "GRE redirected by WCCP", 101, Frames.IPv4(Frames.Gre(0x883E, [1, 0, 0, 0, .. V4]), Gre) },
        { "ERSPAN I", 101, Frames.IPv4(Frames.Gre(0x88BE, Frame), Gre) },
        { "ERSPAN II", 101, Frames.IPv4(Frames.Gre(0x88BE, [0x10, 0, 0, 0, 0, 0, 0, 0, .. Frame], 0x1000), Gre) },
        { "ERSPAN III", 101, Frames.IPv4(Frames.Gre(0x22EB, [0x20, .. new byte[11], .. Frame], 0x1000), Gre) },
        { "ERSPAN III with subheader", 101,
            Frames.IPv4(Frames.Gre(0x22EB, [0x20, .. new byte[10], 1, .. new byte[8], .. Frame], 0x1000), Gre) },
        { "ERSPAN III with a packet", 101, Frames.IPv4(Frames.Gre(0x22EB, [0x20, .. new byte[9], 8, 0, .. V4], 0x1000), Gre) },
        { "VXLAN", 101, Frames.IPv4(Frames.VxLan(Frame)) },
        { "VXLAN over IPv6", 101, Frames.IPv6(Frames.VxLan(Frame)) },
        { "VXLAN on Linux's former port", 101, Frames.IPv4(Frames.Udp([8, 0, 0, 0, 0, 0, 1, 0, .. Frame], destination: 8472)) },
        { "VXLAN with a packet", 101, Frames.IPv4(Frames.Udp([0x0C, 0, 0, 1, 0, 0, 1, 0, .. V4], destination: 4790)) },
        { "GENEVE", 101, Frames.IPv4(Frames.Geneve(0x6558, Frame)) },
        { "GENEVE with options", 101, Frames.IPv4(Frames.Geneve(0x0800, V4, options: 12)) },
        { "GTP", 101, Frames.IPv4(Frames.Udp([0x30, 255, 0, 0, 0, 0, 0, 1, .. V4], destination: 2152)) },
        {
            "GTP with an extension", 101,
            Frames.IPv4(Frames.Udp([0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0, .. V4], destination: 2152))
        },
        { "LISP", 101, Frames.IPv4(Frames.Udp([0x80, .. new byte[7], .. V4], destination: 4341)) },
        { "MPLS over UDP", 101, Frames.IPv4(Frames.Udp(Frames.Mpls(V4, 0x50), destination: 6635)) },
        { "TZSP", 101, Frames.IPv4(Frames.Udp([1, 0, 0, 1, 0, 10, 1, 50, 1, .. Frame], destination: 37008)) },
        { "Teredo", 101, Frames.IPv4(Frames.Udp([0, 0, .. new byte[6], .. V6], destination: 3544)) },
        { "a frame in VXLAN in a frame with labels", 1, Frames.EthernetOf(0x8847, Frames.Mpls(Frames.IPv4(Frames.VxLan(Frame)), 16)) },
        {
            "VXLAN mirrored by ERSPAN", 101,
            Frames.IPv4(Frames.Gre(0x88BE, Frames.Ethernet(Frames.IPv4(Frames.VxLan(Frame)))), Gre)
        },
    };

    [Theory]
    [MemberData(nameof(Frames_in_frames))]
    public void An_export_is_found_in_what_carries_it_and_its_exporter_is_the_inner_source(string carrier, int linkType, byte[] frame)
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(linkType, [(1_600_000_000_123_456_000, frame)]));

        var (_, session, payload) = Assert.Single(read.Datagrams);
        Assert.Equal(Export, payload);
        Assert.Contains(session.ExporterAddress, new[] { HostAddress.Parse(Frames.Exporter), HostAddress.Parse(Frames.Exporter6) });
        Assert.Equal((50_000, 2055), (session.ExporterPort, session.CollectorPort));
        Assert.Empty(read.Tally.Losses());
        Assert.NotEmpty(carrier);
    }

    [Theory]
    [MemberData(nameof(Frames_in_frames))]
    public void A_packet_cut_anywhere_is_counted_once(string carrier, int linkType, byte[] frame)
    {
        var cut = Enumerable.Range(0, frame.Length).Select(length => (0L, frame[..length])).ToArray();

        var read = ReadDatagrams.Of(CaptureFiles.Pcap(linkType, cut));

        Assert.Equal(frame.Length, read.Datagrams.Count + read.Tally.Losses().Sum(loss => loss.Count));
        Assert.NotEmpty(carrier);
    }

    [Theory]
    [MemberData(nameof(Frames_in_frames))]
    public void A_packet_of_which_the_capture_kept_the_beginning_alone_is_told_as_cut(string carrier, int linkType, byte[] frame)
    {
        for (var length = 0; length < frame.Length - Export.Length; length += 7)
        {
            var read = ReadDatagrams.Of(CaptureFiles.Pcap(linkType, [(0, frame)], snapLength: length));

            Assert.True(read.Tally[CaptureLoss.CutPacket] == 1, $"{carrier} kept to {length}");
        }
    }

    [Fact]
    public void The_inner_packet_may_be_fragmented_and_the_outer_one_too()
    {
        byte[] export = [.. Export, .. Enumerable.Range(0, 2_000).Select(i => (byte)i)];
        var datagram = Frames.Udp(export);
        byte[][] inner =
        [
            Frames.VxLan(Frames.Ethernet(Frames.IPv4(datagram[..1480], id: 5, more: true))),
            Frames.VxLan(Frames.Ethernet(Frames.IPv4(datagram[1480..], id: 5, offset: 1480))),
        ];
        byte[][] frames =
        [
            Frames.Ethernet(Frames.IPv4(inner[0][1480..], id: 8, offset: 1480)),
            Frames.Ethernet(Frames.IPv4(inner[0][..1480], id: 8, more: true)),
            Frames.Ethernet(Frames.IPv4(inner[1], id: 9)),
        ];

        foreach (var order in new[] { frames, [frames[2], frames[1], frames[0]] })
        {
            var read = ReadDatagrams.Of(CaptureFiles.Pcap(order));

            Assert.Equal(export, Assert.Single(read.Datagrams).Payload);
            Assert.Empty(read.Tally.Losses());
        }
    }

    [Fact]
    public void Tunnels_in_tunnels_are_followed_up_to_a_bound()
    {
        var (shallow, deep) = (V4, V4);
        for (var i = 0; i < 7; i++) shallow = Frames.IPv4(shallow, protocol: 4);
        for (var i = 0; i < 3_000; i++) deep = Frames.IPv4(deep, protocol: 4);

        var read = ReadDatagrams.Of(CaptureFiles.Pcap(Frames.Ethernet(shallow), Frames.Ethernet(deep)));

        Assert.Single(read.Datagrams);
        Assert.Equal([(CaptureLoss.NestedTooDeeply, 1L)], read.Tally.Losses());
    }

    [Theory]
    [InlineData(4789)]
    [InlineData(8472)]
    [InlineData(4790)]
    [InlineData(6081)]
    [InlineData(2152)]
    [InlineData(4341)]
    [InlineData(6635)]
    [InlineData(37008)]
    [InlineData(3544)]
    public void An_export_to_the_port_of_a_tunnel_stays_an_export(int port)
    {
        byte[][] exports = [Exports.MapperAndEndpoint(), [0, 9, .. new byte[18]], Exports.IpfixTemplate()];

        var read =
            ReadDatagrams.Of(CaptureFiles.Pcap([.. exports.Select(export => Frames.Ethernet(Frames.IPv4(Frames.Udp(export, 1, port))))]));

        Assert.Equal(exports, read.Datagrams.Select(datagram => datagram.Payload));
    }

    [Theory]
    [InlineData(nameof(CaptureLoss.PppLinkType), 9)]
    [InlineData(nameof(CaptureLoss.PppLinkType), 50)]
    [InlineData(nameof(CaptureLoss.NflogLinkType), 239)]
    [InlineData(nameof(CaptureLoss.UnknownLinkType), 147)]
    public void Link_types_that_are_not_read_are_told_by_name(string name, int linkType)
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(linkType, [(0, V4)]));

        Assert.Equal([(Enum.Parse<CaptureLoss>(name), 1L)], read.Tally.Losses());
    }

    [Fact]
    public void Frames_that_lead_to_no_packet_are_counted_by_reason()
    {
        var read = ReadDatagrams.Of(CaptureFiles.Pcap(
            Frames.EthernetOf(0x8926, [0, 0, 0, 0, 8, 0, .. V4]),
            Frames.EthernetOf(0x8863, Frames.PPPoE(V4)),
            Frames.EthernetOf(38, [0x42, 0x42, 3, .. new byte[35]]),
            Frames.EthernetOf(0x88E5, [0x2C, 0, 0, 0, 0, 1, .. new byte[8], 8, 0, .. V4]),
            Frames.EthernetOf(0x8847, Frames.Mpls([0x10, .. new byte[40]], 13)),
            Frames.Ethernet(Frames.IPv4(Frames.VxLan(Frames.EthernetOf(0x0806, new byte[28])))),
            Frames.Ethernet(Frames.IPv4(Frames.VxLan(Frames.Ethernet(Frames.IPv4(new byte[20], protocol: 6))))),
            Frames.Ethernet(Frames.IPv4(Frames.Gre(0x0800, V4, flags: 2), Gre))));

        Assert.Empty(read.Datagrams);
        Assert.Equal([(CaptureLoss.VnTag, 1L), (CaptureLoss.NotIP, 6L), (CaptureLoss.NotUdp, 1L)], read.Tally.Losses());
    }
}
