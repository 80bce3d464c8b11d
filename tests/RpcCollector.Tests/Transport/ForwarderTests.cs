using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public sealed class ForwarderTests : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Every_datagram_arrives_unchanged_from_its_exporters_address_and_port_and_in_its_order(string address)
    {
        var collector = Listen(address);
        var forwarder = Open(collector);
        SkipWithoutCapability(forwarder);
        var exporters = Exporters(address);
        var lane = forwarder.Lane(0);
        forwarder.Start();

        // Of lengths that the kernel can cut from one message and of others, of few exporters and of many.
        var (random, sent) = (new Random(7), new Dictionary<(string, int), List<byte[]>>());
        for (var turn = 0; turn < 40; turn++)
        {
            for (var i = 0; i < 12; i++)
            {
                var exporter = exporters[turn % 3 == 0 ? random.Next(exporters.Length) : turn % 2];
                var octets = new byte[random.Next(4) == 0 ? random.Next(1_400) : 1_000];
                random.NextBytes(octets);
                lane.Write(Datagram(exporter, octets));
                if (!sent.TryGetValue((exporter.Address.ToString(), exporter.Port), out var ofExporter))
                    sent[(exporter.Address.ToString(), exporter.Port)] = ofExporter = [];
                ofExporter.Add(octets);
            }

            lane.Show(isPausing: true);
        }

        var received = Receive(collector, 480);
        Assert.Equal(sent.Keys.Order(), received.Keys.Order());
        Assert.All(sent, exporter => Assert.Equal(exporter.Value, received[exporter.Key]));
        forwarder.Stop();
        Assert.True(forwarder.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal((480, 0), (forwarder.Destinations[0].Counters.Kept, forwarder.Destinations[0].Counters.Replaced));
    }

    [Fact]
    public void Datagrams_of_an_exporter_of_the_other_ip_version_go_on_from_an_address_of_this_machine()
    {
        var collector = Listen("127.0.0.1");
        var forwarder = Open(collector);
        var lane = forwarder.Lane(0);
        forwarder.Start();

        lane.Write(Datagram(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 9_000), [1, 2, 3]));
        lane.Show(isPausing: true);

        var received = Assert.Single(Receive(collector, 1));
        Assert.Equal(("127.0.0.1", 3), (received.Key.Address, Assert.Single(received.Value).Length));
        forwarder.Stop();
        Assert.True(forwarder.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, forwarder.Destinations[0].Counters.Replaced);
    }

    [Fact]
    public void A_datagram_longer_than_the_network_carries_at_once_arrives_whole()
    {
        var collector = Listen("127.0.0.1");
        var forwarder = Open(collector);
        SkipWithoutCapability(forwarder);
        var lane = forwarder.Lane(0);
        forwarder.Start();

        var octets = new byte[65_507];
        new Random(3).NextBytes(octets);
        for (var i = 0; i < 6; i++) lane.Write(Datagram(new IPEndPoint(IPAddress.Parse("192.0.2.77"), 4_000), octets));
        lane.Show(isPausing: true);

        Assert.All(Assert.Single(Receive(collector, 6)).Value, received => Assert.Equal(octets, received));
    }

    [Fact]
    public void A_collector_that_is_dead_costs_its_own_datagrams_only_and_each_is_counted()
    {
        // A port of loopback on which nobody listens, and one on which somebody does.
        var dead = Listen("127.0.0.1");
        var (deadAt, collector) = ((IPEndPoint)dead.LocalEndPoint!, Listen("127.0.0.1"));
        dead.Dispose();
        var forwarder = Open(deadAt, (IPEndPoint)collector.LocalEndPoint!);
        var lane = forwarder.Lane(0);
        forwarder.Start();

        for (var i = 0; i < 200; i++)
        {
            lane.Write(Datagram(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 700), [(byte)i]));
            if (i % 10 == 9) lane.Show(isPausing: true);
        }

        Assert.Equal(200, Receive(collector, 200).Values.Sum(octets => octets.Count));
        forwarder.Stop();
        Assert.True(forwarder.Join(TimeSpan.FromSeconds(10)));
        foreach (var destination in forwarder.Destinations)
        {
            Assert.Equal(
                200, destination.Counters.Kept + destination.Counters.Replaced
                    + Enum.GetValues<NotForwarded>().Sum(reason => forwarder.NotForwarded(destination, reason)));
        }
    }

    [Fact]
    public void Forged_senders_get_no_sockets_of_their_own()
    {
        var collector = Listen("127.0.0.1");
        var forwarder = Open(collector);
        SkipWithoutCapability(forwarder);
        var lane = forwarder.Lane(0);
        forwarder.Start();
        var before = Directory.GetFiles("/proc/self/fd").Length;

        for (var i = 0; i < 2_000; i++)
        {
            lane.Write(Datagram(new IPEndPoint(new IPAddress([198, 18, (byte)(i >> 8), (byte)i]), 1_000 + i), [1]));
            if (i % 100 == 99) lane.Show(isPausing: true);
        }

        Assert.Equal(2_000, Receive(collector, 2_000).Count);
        Assert.True(Directory.GetFiles("/proc/self/fd").Length < before + 200);
    }

    [Theory]
    [InlineData("*:2055", "127.0.0.1:2055")]
    [InlineData("127.0.0.1:2055", "127.0.0.1:2055")]
    [InlineData("0.0.0.0:2055", "127.0.0.1:2055")]
    [InlineData("[::1]:2055", "[::1]:2055")]
    public void A_collector_that_would_get_its_own_datagrams_back_does_not_start(string listen, string target)
    {
        var options = new UdpOptions { Listen = [listen], ForwardTo = [target] };

        var refused = Assert.Throws<StartupException>(() => Forwarder.Open(options, 1));

        Assert.StartsWith("RpcCollector:Udp:ForwardTo:0:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("itself", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1:0", false)]
    [InlineData("*:2055", false)]
    [InlineData("0.0.0.0:2055", false)]
    [InlineData("255.255.255.255:2055", false)]
    [InlineData("collector.example:2055", false)]
    [InlineData("192.0.2.1:2055", true)]
    [InlineData("[2001:db8::1]:2055", true)]
    public void A_collector_to_forward_to_is_an_address_and_a_port(string text, bool isOne) =>
        Assert.Equal(isOne, ForwardTarget.TryParse(text, out _));

    [Fact]
    public void Nothing_is_forwarded_where_no_collector_is_named() => Assert.Null(Forwarder.Open(new UdpOptions(), 1));

    public void Dispose()
    {
        foreach (var opened in _opened)
        {
            if (opened is Forwarder { IsRunning: true } running)
            {
                running.Stop();
                running.Join(TimeSpan.FromSeconds(10));
            }

            opened.Dispose();
        }
    }

    private static IPEndPoint[] Exporters(string address)
    {
        var prefix = address == "::1" ? "2001:db8::" : "192.0.2.";
        return [.. Enumerable.Range(1, 9).Select(i => new IPEndPoint(IPAddress.Parse($"{prefix}{i}"), 20_000 + i))];
    }

    private static void SkipWithoutCapability(Forwarder forwarder) =>
        Assert.SkipWhen(forwarder.Destinations[0].AddressesLostBecause is not null, "This process lacks CAP_NET_RAW.");

    private static ReceivedDatagram Datagram(IPEndPoint exporter, ReadOnlySpan<byte> octets) => new()
    {
        Payload = octets,
        ExporterAddress = HostAddress.From(exporter.Address),
        ExporterPort = (ushort)exporter.Port,
        IsTruncated = false,
    };

    private static Dictionary<(string Address, int Port), List<byte[]>> Receive(Socket collector, int datagrams)
    {
        var received = new Dictionary<(string, int), List<byte[]>>();
        var buffer = new byte[65_536];
        for (var i = 0; i < datagrams; i++)
        {
            EndPoint from = new IPEndPoint(collector.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            var length = collector.ReceiveFrom(buffer, ref from);
            var sender = (((IPEndPoint)from).Address.ToString(), ((IPEndPoint)from).Port);
            if (!received.TryGetValue(sender, out var ofSender)) received[sender] = ofSender = [];
            ofSender.Add(buffer[..length]);
        }

        return received;
    }

    private Socket Listen(string address)
    {
        var at = IPAddress.Parse(address);
        Assert.SkipUnless(Socket.OSSupportsIPv6 || at.AddressFamily == AddressFamily.InterNetwork, "This host has no IPv6.");
        var socket = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.ReceiveBufferSize = 4 * 1024 * 1024;
        socket.Bind(new IPEndPoint(at, 0));
        _opened.Add(socket);
        return socket;
    }

    private Forwarder Open(Socket collector) => Open((IPEndPoint)collector.LocalEndPoint!);

    private Forwarder Open(params IPEndPoint[] collectors)
    {
        var forwarder = Forwarder.Open(new UdpOptions { ForwardTo = [.. collectors.Select(at => at.ToString())] }, 1)!;
        _opened.Insert(0, forwarder);
        return forwarder;
    }
}
