using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class UdpListenerTests
{
    /// <summary>Every way to read a socket that ships.</summary>
    public enum Way
    {
        Linux,
        Portable,
    }

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1", Way.Linux)]
    [InlineData("127.0.0.1:0", "127.0.0.1", Way.Portable)]
    [InlineData("[::1]:0", "::1", Way.Linux)]
    [InlineData("[::1]:0", "::1", Way.Portable)]
    [InlineData("*:0", "127.0.0.1", Way.Linux)]
    [InlineData("*:0", "127.0.0.1", Way.Portable)]
    [InlineData("*:0", "::1", Way.Linux)]
    [InlineData("*:0", "::1", Way.Portable)]
    public void Datagrams_are_decoded_with_the_address_of_their_exporter(string endpoint, string exporter, Way way)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || exporter != "::1", "This host has no IPv6.");
        using var listening = new Listening(endpoint, way);
        listening.Send(exporter, Exports.MapperAndEndpoint());
        listening.Send(exporter, Exports.MapperAndEndpoint());

        listening.Listener.Start();
        listening.Await(datagrams: 2);
        listening.End();

        Assert.Equal([HostAddress.Parse(exporter)], listening.Hops.Catalog.Exporters().Select(status => status.Address));
        Assert.Equal(4, listening.Counters.Received(Hop.DataRecord));
        Assert.Equal(4, listening.Hops.ShardCounters.Received(Hop.FlowStart));
        Assert.Equal(2 * Exports.MapperAndEndpoint().Length, listening.Hops.Decoder.ReceivedOctets);
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void Templates_of_one_host_are_kept_apart_by_the_ports_it_sends_from(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way);
        listening.Send("127.0.0.1", Exports.IpfixTemplate());
        listening.Send("127.0.0.1", Exports.IpfixTemplate());

        listening.Listener.Start();
        listening.Await(datagrams: 2);
        listening.End();

        Assert.Equal(2, listening.Hops.Catalog.Templates().Select(template => template.ExporterPort).Distinct().Count());
        Assert.All(listening.Hops.Catalog.Templates(), template => Assert.Equal(listening.Listener.Endpoint.Port, template.CollectorPort));
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void Empty_and_malformed_datagrams_are_counted_and_do_no_harm(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way);
        byte[][] datagrams = [[], [5], [0, 5], [0, 9, 0, 1], [0, 10, 255, 255, .. new byte[12]], new byte[1_400], [255, 255, 255]];
        foreach (var datagram in datagrams) listening.Send("127.0.0.1", datagram);
        listening.Send("127.0.0.1", Exports.MapperAndEndpoint());

        listening.Listener.Start();
        listening.Await(datagrams.Length + 1);
        listening.End();

        Assert.Equal(datagrams.Length, listening.Counters.Rejected(Hop.Datagram));
        Assert.Equal(1, listening.Counters.Used(Hop.Datagram));
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void What_the_kernel_holds_is_read_before_the_listener_ends(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way);
        for (var i = 0; i < 200; i++) listening.Send("127.0.0.1", Exports.Ipfix(sequence: i));

        listening.Listener.Start();
        listening.End();

        Assert.Equal(200, listening.Counters.Received(Hop.Datagram));
        Assert.False(listening.Listener.IsRunning);
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void Datagram_longer_than_the_longest_that_is_read_is_noted_and_one_that_just_fits_is_not(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way, new UdpOptions { MaxDatagramBytes = 512 });
        listening.Send("127.0.0.1", Exports.IpfixSet(999, new byte[492]));
        listening.Send("127.0.0.1", Exports.IpfixSet(999, new byte[493]));

        listening.Listener.Start();
        listening.Await(datagrams: 2);
        listening.End();

        Assert.Equal(1, listening.Counters.Noted(Irregularity.DatagramTruncated));
        Assert.Equal(1, listening.Counters.Rejected(Hop.Datagram, Rejection.MessageLongerThanDatagram));
        Assert.Equal(1_024, listening.Hops.Decoder.ReceivedOctets);
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void Time_passes_for_what_waits_although_nothing_arrives(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way, flows: new FlowOptions { MaxWaiting = TimeSpan.FromMilliseconds(1) });
        listening.Send("127.0.0.1", Exports.IpfixData(0, Exports.MapperAndEndpointFlows()));

        listening.Listener.Start();
        ListenerHops.Await(() => listening.Counters.Rejected(Hop.Set, Rejection.MissingTemplate) == 1);
        listening.End();

        Assert.Equal(1, listening.Counters.Received(Hop.Set));
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void What_still_waits_for_its_Template_at_the_end_is_counted(Way way)
    {
        using var listening = new Listening("127.0.0.1:0", way);
        listening.Send("127.0.0.1", Exports.IpfixData(0, Exports.MapperAndEndpointFlows()));

        listening.Listener.Start();
        listening.Await(datagrams: 1);
        listening.End();

        Assert.Equal(1, listening.Counters.Rejected(Hop.Set, Rejection.MissingTemplate));
        Assert.Equal(0, listening.Hops.Decoder.WaitingSets);
    }

    [Theory]
    [InlineData(Way.Linux)]
    [InlineData(Way.Portable)]
    public void Drops_of_the_kernel_are_counted(Way way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        using var listening = new Listening("127.0.0.1:0", way, new UdpOptions { ReceiveBufferBytes = 4_096 });
        for (var i = 0; i < 100; i++) listening.Send("127.0.0.1", new byte[1_000]);

        var drops = listening.Listener.KernelDrops;
        listening.Listener.Start();
        listening.End();

        Assert.InRange(drops, 1, 99);
        Assert.Equal(100, drops + listening.Counters.Received(Hop.Datagram));
        Assert.Equal(drops, listening.Listener.KernelDrops);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Endpoint_in_use_is_an_error_that_names_setting_and_endpoint(int others, int count)
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "Only Linux has several sockets on one port.");
        var first = UdpSocket.Bind(new ListenEndpoint(IPAddress.Loopback, 0), "RpcCollector:Udp:Listen:0", 1 << 20, others);
        var endpoint = new ListenEndpoint(IPAddress.Loopback, ((IPEndPoint)first[0].LocalEndPoint!).Port);

        var error = Assert.Throws<StartupException>(() => UdpSocket.Open(endpoint, "RpcCollector:Udp:Listen:0", new UdpOptions(), count));

        Assert.Equal($"RpcCollector:Udp:Listen:0: cannot listen on UDP {endpoint}: another process listens there already", error.Message);
        foreach (var socket in first) socket.Dispose();
    }

    [Fact]
    public void Address_of_another_host_is_an_error()
    {
        var error =
            Assert.Throws<StartupException>(
                () => UdpSocket.Open(
                    new ListenEndpoint(IPAddress.Parse("192.0.2.1"), 2055), "RpcCollector:Udp:Listen:0", new UdpOptions(), 1));

        Assert.Contains("no interface of this host has that address", error.Message);
    }

    [Fact]
    public void Linux_is_read_in_batches()
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "This is not Linux.");
        using var source = UdpSocket.Open(new ListenEndpoint(IPAddress.Loopback, 0), "RpcCollector:Udp:Listen:0", new UdpOptions(), 1)[0];

        Assert.IsType<LinuxDatagramSource>(source);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_datagram_on_Linux()
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "This is not Linux.");
        using var source = UdpSocket.Open(new ListenEndpoint(IPAddress.Loopback, 0), "RpcCollector:Udp:Listen:0", new UdpOptions(), 1)[0];
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var received = 0;
        var allocated = 0L;

        // The first round is that of the just-in-time compiler.
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++) sender.SendTo(Exports.Ipfix(), source.LocalEndPoint);
            allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var count = source.Receive(wait: true); count > 0; count = source.Receive(wait: false))
            {
                for (var i = 0; i < count; i++) received += source.Datagram(i).ExporterAddress.IsIPv4 ? 1 : 0;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        Assert.Equal((200, 0), (received, allocated));
    }

    /// <summary>A listener with the hops behind it.</summary>
    private sealed class Listening : IDisposable
    {
        public Listening(string endpoint, Way way, UdpOptions? udp = null, FlowOptions? flows = null)
        {
            Assert.SkipUnless(LinuxSocket.IsSupported || way != Way.Linux, "This is not Linux.");
            Hops = new ListenerHops(flows);
            udp ??= new UdpOptions { ReceiveBufferBytes = 1 << 20 };
            Assert.True(ListenEndpoint.TryParse(endpoint, out var parsed));
            var socket = UdpSocket.Bind(parsed, "RpcCollector:Udp:Listen:0", udp.ReceiveBufferBytes);
            var source = way == Way.Linux
                ? (IDatagramSource)new LinuxDatagramSource(socket, udp.MaxDatagramBytes)
                : new PortableDatagramSource(socket, udp.MaxDatagramBytes);
            Listener = new UdpListener(parsed, [new UdpReceiver(source, Hops.Decoder, Hops.Router, new ArrivalClock(TimeProvider.System))]);
        }

        public ListenerHops Hops { get; }

        public HopCounters Counters => Hops.Counters;

        public UdpListener Listener { get; }

        public void Send(string to, byte[] payload)
        {
            var address = IPAddress.Parse(to);
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.SendTo(payload, new IPEndPoint(address, Listener.Endpoint.Port));
        }

        public void Await(int datagrams) => ListenerHops.Await(() => Counters.Received(Hop.Datagram) == datagrams);

        public void End()
        {
            Listener.Stop();
            Listener.Join();
            Hops.Finish();
        }

        public void Dispose()
        {
            if (Listener.IsRunning) End();
            Hops.Dispose();
            Listener.Dispose();
        }
    }
}
