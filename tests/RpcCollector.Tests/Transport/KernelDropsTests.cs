using System.Net;
using System.Net.Sockets;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class KernelDropsTests
{
    [Theory]
    [InlineData(
        "  61: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 42", true, 42)]
    [InlineData(
        "  61: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 47110 2 0000000000000000 42", false, 0)]
    [InlineData(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops", false, 0)]
    [InlineData("", false, 0)]
    public void Drops_stand_in_the_line_of_the_socket(string line, bool found, long drops)
    {
        Assert.Equal(found, KernelDrops.TryParse(line, "4711", out var read));
        Assert.Equal(drops, read);
    }

    [Fact]
    public void The_most_that_was_told_counts_and_the_counter_goes_on_when_its_32_bits_wrap()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var drops = new KernelDrops(socket);

        foreach (var told in new uint[] { 0x4000_0000, 10, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FF00, 5 }) drops.Observe(told);

        Assert.Equal(0x1_0000_0005, drops.Read());
    }

    [Fact]
    public void A_datagram_brings_the_drops_of_its_socket_with_it()
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "This is not Linux.");
        var socket = UdpSocket.Bind(new ListenEndpoint(IPAddress.Loopback, 0), "RpcCollector:Udp:Listen:0", receiveBufferBytes: 4_096);
        var to = socket.LocalEndPoint!;
        using var source = new LinuxDatagramSource(socket, 2_048);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < 100; i++) sender.SendTo(new byte[1_000], to);
        var kept = Drain(source);
        sender.SendTo(new byte[1_000], to);
        Assert.Equal(1, Drain(source));

        // The socket is gone from /proc before anybody has looked there: what is known now came with the datagram.
        source.Dispose();

        Assert.InRange(kept, 1, 99);
        Assert.Equal(100 - kept, source.KernelDrops);
    }

    private static int Drain(LinuxDatagramSource source)
    {
        var sum = 0;
        while (true)
        {
            var count = source.Receive(wait: false);
            if (count == 0) return sum;
            for (var i = 0; i < count; i++) Assert.Equal(1_000, source.Datagram(i).Payload.Length);
            sum += count;
        }
    }
}
