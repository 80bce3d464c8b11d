using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public sealed class SharedPortTests : IDisposable
{
    private static readonly UdpOptions Options = new() { ReceiveBufferBytes = 4 << 20 };

    private readonly List<IDisposable> _disposables = [];

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("*:0", "127.0.0.1")]
    [InlineData("*:0", "::1")]
    public void Exporters_are_spread_among_the_sockets_of_a_port_and_each_stays_at_its_own(string endpoint, string exporter)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || exporter != "::1", "This host has no IPv6.");
        var sources = Open(3, endpoint);
        Assert.Single(sources.Select(source => source.LocalEndPoint.Port).Distinct());

        // All open at a time, so that no two have one port.
        var address = IPAddress.Parse(exporter);
        for (var number = 0; number < 64; number++)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            _disposables.Add(socket);
            for (var i = 0; i < 4; i++) socket.SendTo(Exports.Ipfix(), new IPEndPoint(address, sources[0].LocalEndPoint.Port));
        }

        List<List<ushort>> ports = [.. sources.Select(source => ExporterPorts(source, source))];
        Assert.Equal(256, ports.Sum(datagrams => datagrams.Count));
        Assert.All(ports, Assert.NotEmpty);
        Assert.Equal(64, ports.Sum(datagrams => datagrams.Distinct().Count()));
    }

    [Fact]
    public void Port_that_another_collector_shares_among_its_own_sockets_is_in_use_for_us()
    {
        var port = Open(2)[0].LocalEndPoint.Port;

        var error =
            Assert.Throws<StartupException>(
                () => UdpSocket.Open(new ListenEndpoint(IPAddress.Loopback, port), "RpcCollector:Udp:Listen:0", Options, 2));

        Assert.Contains("another process listens there already", error.Message);
    }

    [Fact]
    public void Datagrams_that_two_threads_took_in_turns_from_one_socket_are_not_counted_as_lost()
    {
        const int Sent = 1_000;
        var sources = Open(2);
        using var hops = new ListenerHops();
        using var others = new ListenerHops(catalog: hops.Catalog);
        using var exporter = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        exporter.SendTo(Exports.IpfixTemplate(), sources[0].LocalEndPoint);
        var (hot, idle) = sources[0].Receive(wait: false) == 1 ? (sources[0], sources[1]) : (sources[1], sources[0]);
        Decode(hot, hot == sources[0] ? 1 : hot.Receive(wait: false), hops.Decoder);
        for (var i = 0; i < Sent; i++) exporter.SendTo(Exports.IpfixData(2 * i, Exports.MapperAndEndpointFlows()), hot.LocalEndPoint);

        // Each has a batch in hand before either decodes, and the later one is decoded first: as disorderly as two threads can be.
        while (hot.Receive(wait: false) is > 0 and var first)
        {
            var later = idle.ReceiveFrom(hot);
            Decode(idle, later, others.Decoder);
            Decode(hot, first, hops.Decoder);
        }

        hops.Decoder.Complete();
        others.Decoder.Complete();
        Assert.InRange(others.Counters.Received(Hop.DataRecord), Sent / 2, Sent);
        Assert.Equal(2 * Sent, hops.Counters.Received(Hop.DataRecord) + others.Counters.Received(Hop.DataRecord));
        var sequence = Assert.Single(hops.Catalog.Exporters()).Sequence;
        Assert.Equal((0, 0, 0, 0), (sequence.Lost, sequence.Late, sequence.Duplicated, sequence.Resets));
        hops.Finish();
        others.Finish();
    }

    [Fact]
    public void Receivers_of_one_port_take_each_datagram_once_however_they_help_each_other()
    {
        const int Sent = 3_000;
        var sources = Open(3);
        ListenerHops[] hops = [.. sources.Select(_ => new ListenerHops())];
        _disposables.AddRange(hops);
        var listener = new UdpListener(new ListenEndpoint(IPAddress.Loopback, 0), [.. sources.Select(
            (source, i) => new UdpReceiver(source, hops[i].Decoder, hops[i].Router, new ArrivalClock(TimeProvider.System)))]);

        // No Message: nothing that decoding threads share is touched.
        Send(listener.Endpoint.Port, "127.0.0.1", Enumerable.Repeat(new byte[] { 0, 0 }, Sent));
        listener.Start();
        ListenerHops.Await(() => listener.Datagrams == Sent);
        listener.Stop();
        listener.Join();

        Assert.Equal((Sent, 0L), (listener.Datagrams, listener.KernelDrops));
        Assert.Equal(sources.Sum(source => (long)source.ReceiveBufferBytes), listener.ReceiveBufferBytes);
        foreach (var hop in hops) hop.Finish();
    }

    [Fact]
    public void Drops_of_a_socket_are_counted_there_whoever_reads_it()
    {
        const int Sent = 200;
        var sources = Open(2, receiveBufferBytes: 4_096);
        using var exporter = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var received = 0;
        for (var i = 1; i <= Sent; i++)
        {
            exporter.SendTo(new byte[1_000], sources[0].LocalEndPoint);
            if (i % 100 == 0) received += ExporterPorts(sources[0], sources[1]).Count + ExporterPorts(sources[1], sources[0]).Count;
        }

        // One exporter, one socket.
        Assert.Equal([0, Sent - received], sources.Select(source => source.KernelDrops).Order());
        Assert.InRange(received, 1, Sent - 1);
    }

    [Fact]
    public void Wait_ends_when_it_is_told_to_and_the_next_one_is_whole_again()
    {
        var source = Open(1)[0];
        source.EndWait();
        Assert.Equal(0, source.Receive(wait: true));

        Send(source.LocalEndPoint.Port, "127.0.0.1", [[1]]);
        Assert.Equal(1, source.Receive(wait: true));
    }

    public void Dispose()
    {
        foreach (var disposable in _disposables) disposable.Dispose();
    }

    private static void Decode(IDatagramSource source, int count, DatagramDecoder decoder)
    {
        for (var i = 0; i < count; i++)
        {
            var datagram = source.Datagram(i);
            decoder.Decode(
                datagram.Payload,
                new TransportSession(datagram.ExporterAddress, datagram.ExporterPort, HostAddress.Parse("127.0.0.1"), 2055), 1_000_000);
        }
    }

    private static List<ushort> ExporterPorts(IDatagramSource reader, IDatagramSource from)
    {
        var all = new List<ushort>();
        while ((reader == from ? reader.Receive(wait: false) : reader.ReceiveFrom(from)) is > 0 and var count)
        {
            for (var i = 0; i < count; i++) all.Add(reader.Datagram(i).ExporterPort);
        }

        return all;
    }

    private static void Send(int port, string to, IEnumerable<byte[]> datagrams)
    {
        var address = IPAddress.Parse(to);
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        foreach (var datagram in datagrams) socket.SendTo(datagram, new IPEndPoint(address, port));
    }

    private IReadOnlyList<IDatagramSource> Open(int count, string endpoint = "127.0.0.1:0", int receiveBufferBytes = 4 << 20)
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "Only Linux has several sockets on one port.");
        Assert.True(ListenEndpoint.TryParse(endpoint, out var parsed));
        var sources =
            UdpSocket.Open(parsed, "RpcCollector:Udp:Listen:0", new UdpOptions { ReceiveBufferBytes = receiveBufferBytes }, count);
        _disposables.AddRange(sources);
        return sources;
    }
}
