using RpcCollector.Captures;

namespace RpcCollector.Tests.Captures;

public class FragmentTests
{
    private static readonly byte[] Export = [.. Exports.Ipfix(), .. Enumerable.Range(0, 3_000).Select(i => (byte)i)];

    [Fact]
    public void Fragments_of_ipv4_are_put_together_in_any_order()
    {
        var datagram = Frames.Udp(Export);
        byte[][] frames =
        [
            Frames.Ethernet(Frames.IPv4(datagram[2960..], offset: 2960)),
            Frames.Ethernet(Frames.IPv4(datagram[..1480], more: true)),
            Frames.Ethernet(Frames.IPv4(datagram[..1480], more: true)),
            Frames.Ethernet(Frames.IPv4(datagram[1480..2960], offset: 1480, more: true)),
        ];

        var read = ReadDatagrams.Of(CaptureFiles.Pcap(frames));

        Assert.Equal(Export, Assert.Single(read.Datagrams).Payload);
        Assert.Empty(read.Tally.Losses());
    }

    [Fact]
    public void Fragments_of_ipv6_are_put_together()
    {
        var datagram = Frames.Udp(Export);
        byte[][] frames =
        [
            Frames.Ethernet(Frames.IPv6(Frames.Fragment6(datagram[..1432], 0, more: true), 44)),
            Frames.Ethernet(Frames.IPv6(Frames.Fragment6(datagram[1432..], 1432, more: false), 44)),
        ];

        Assert.Equal(Export, Assert.Single(ReadDatagrams.Of(CaptureFiles.Pcap(frames)).Datagrams).Payload);
    }

    [Fact]
    public void Packets_whose_fragments_are_not_all_there_are_counted_and_bounded()
    {
        var first = Frames.Udp(Export)[..1480];
        byte[][] frames =
            [.. Enumerable.Range(0, 3 * FragmentBuffer.Capacity).Select(id => Frames.Ethernet(Frames.IPv4(first, id: id, more: true)))];

        var read = ReadDatagrams.Of(CaptureFiles.Pcap(frames));

        Assert.Empty(read.Datagrams);
        Assert.Equal([(CaptureLoss.IncompleteFragments, 3L * FragmentBuffer.Capacity)], read.Tally.Losses());
    }
}
