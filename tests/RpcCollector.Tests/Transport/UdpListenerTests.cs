using System.Net;
using System.Net.Sockets;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class UdpListenerTests
{
    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("[::1]:0", "::1")]
    [InlineData("*:0", "127.0.0.1")]
    [InlineData("*:0", "::1")]
    public void Datagrams_are_decoded_with_the_address_of_their_exporter(string endpoint, string exporter)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || exporter != "::1", "This host has no IPv6.");
        using var listening = new Listening(endpoint);
        listening.Send(exporter, Exports.MapperAndEndpoint());
        listening.Send(exporter, Exports.MapperAndEndpoint());

        listening.Listener.Start();
        listening.Await(datagrams: 2);
        listening.End();

        Assert.Equal([HostAddress.Parse(exporter)], listening.Catalog.Exporters().Select(status => status.Address));
        Assert.Equal(4, listening.Counters.Received(Hop.DataRecord));
        Assert.Equal(4, listening.ShardCounters.Received(Hop.FlowStart));
        Assert.Equal(2 * Exports.MapperAndEndpoint().Length, listening.Listener.Decoder.ReceivedOctets);
    }

    [Fact]
    public void Empty_and_malformed_datagrams_are_counted_and_do_no_harm()
    {
        using var listening = new Listening("127.0.0.1:0");
        byte[][] datagrams = [[], [5], [0, 5], [0, 9, 0, 1], [0, 10, 255, 255, .. new byte[12]], new byte[1_400], [255, 255, 255]];
        foreach (var datagram in datagrams) listening.Send("127.0.0.1", datagram);
        listening.Send("127.0.0.1", Exports.MapperAndEndpoint());

        listening.Listener.Start();
        listening.Await(datagrams.Length + 1);
        listening.End();

        Assert.Equal(datagrams.Length, listening.Counters.Rejected(Hop.Datagram));
        Assert.Equal(1, listening.Counters.Used(Hop.Datagram));
    }

    [Fact]
    public void What_the_kernel_holds_is_read_before_the_listener_ends()
    {
        using var listening = new Listening("127.0.0.1:0");
        for (var i = 0; i < 200; i++) listening.Send("127.0.0.1", Exports.Ipfix(sequence: i));

        listening.Listener.Start();
        listening.End();

        Assert.Equal(200, listening.Counters.Received(Hop.Datagram));
        Assert.False(listening.Listener.IsRunning);
    }

    [Fact]
    public void Drops_of_the_kernel_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        using var listening = new Listening("127.0.0.1:0", receiveBufferBytes: 4_096);
        for (var i = 0; i < 100; i++) listening.Send("127.0.0.1", new byte[1_000]);

        var drops = listening.Listener.KernelDrops;
        listening.Listener.Start();
        listening.End();

        Assert.InRange(drops, 1, 99);
        Assert.Equal(100, drops + listening.Counters.Received(Hop.Datagram));
        Assert.Equal(drops, listening.Listener.KernelDrops);
    }

    [Fact]
    public void Endpoint_in_use_is_an_error_that_names_setting_and_endpoint()
    {
        using var first = new Listening("127.0.0.1:0");
        var endpoint = first.Listener.Endpoint.ToString();

        var error = Assert.Throws<StartupException>(() => new Listening(endpoint));

        Assert.Equal($"RpcCollector:Udp:Listen:0: cannot listen on UDP {endpoint}: another process listens there already", error.Message);
    }

    [Fact]
    public void Address_of_another_host_is_an_error()
    {
        Assert.Contains("no interface of this host has that address", Assert.Throws<StartupException>(() => new Listening("192.0.2.1:2055")).Message);
    }

    [Theory]
    [InlineData("  61: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 42", true, 42)]
    [InlineData("  61: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 47110 2 0000000000000000 42", false, 0)]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops", false, 0)]
    [InlineData("", false, 0)]
    public void Drops_stand_in_the_line_of_the_socket(string line, bool found, long drops)
    {
        Assert.Equal(found, KernelDrops.TryParse(line, "4711", out var read));
        Assert.Equal(drops, read);
    }

    /// <summary>A listener with the hops behind it, one shard.</summary>
    private sealed class Listening : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly ShardThread _shard;

        public Listening(string endpoint, int receiveBufferBytes = 1 << 20)
        {
            var ring = new FlowStartRing(64);
            _shard = new ShardThread(0, new ClientShard(new JoinOptions(), new Ignored(), ShardCounters), [ring]);
            var router = new ShardRouter([ring], [_shard]);
            Assert.True(ListenEndpoint.TryParse(endpoint, out var parsed));
            Listener = new UdpListener(
                parsed, "RpcCollector:Udp:Listen:0", new UdpOptions { ReceiveBufferBytes = receiveBufferBytes }, new DatagramDecoder(new FlowOptions(), Catalog, Counters, router), router);
            _shard.Start();
        }

        public UdpListener Listener { get; }

        public ExporterCatalog Catalog { get; } = new(new ExporterDirectory());

        public HopCounters Counters { get; } = new();

        public HopCounters ShardCounters { get; } = new();

        public void Send(string to, byte[] payload)
        {
            var address = IPAddress.Parse(to);
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.SendTo(payload, new IPEndPoint(address, Listener.Endpoint.Port));
        }

        public void Await(int datagrams) => Assert.True(SpinWait.SpinUntil(() => Counters.Received(Hop.Datagram) == datagrams, Patience));

        public void End()
        {
            Listener.Stop();
            Listener.Join();
            _shard.Finish();
        }

        public void Dispose()
        {
            if (_shard.IsRunning) _shard.Finish();
            Listener.Dispose();
            _shard.Dispose();
        }
    }

    private sealed class Ignored : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }
}
