using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class StreamListenerTests
{
    private static readonly byte[] Template = Exports.IpfixTemplate();
    private static readonly byte[] Data = Exports.IpfixData(0, Exports.MapperAndEndpointFlows());

    [Fact]
    public void Messages_over_tcp_are_decoded_and_their_Templates_end_with_the_connection()
    {
        using var host = new StreamHost();
        using (var exporter = host.Connect())
        {
            exporter.GetStream().Write([.. Template, .. Data]);
            host.AwaitMessages(2);
            ListenerHops.Await(() => host.Counters.Received(Hop.DataRecord) == 2);
            Assert.Equal(
                ((System.Net.IPEndPoint)exporter.Client.LocalEndPoint!).Port, Assert.Single(host.Hops.Catalog.Templates()).ExporterPort);
        }

        host.AwaitEnd(ConnectionEnd.ClosedByExporter);
        ListenerHops.Await(() => host.Hops.Catalog.NumTemplates == 0);
        host.End();

        Assert.Equal(2, host.Hops.ShardCounters.Received(Hop.FlowStart));
        Assert.Equal(0, host.Listener.Connections.Open);
    }

    [Fact]
    public void Withdrawal_over_tcp_is_obeyed()
    {
        using var host = new StreamHost();
        using var exporter = host.Connect();
        exporter.GetStream().Write([.. Template, .. Exports.IpfixSet(2, [1, 0, 0, 0])]);

        host.AwaitMessages(2);
        ListenerHops.Await(() => host.Hops.Catalog.NumTemplates == 0);
    }

    [Fact]
    public void Message_split_on_the_wire_is_decoded_once_it_is_whole()
    {
        using var host = new StreamHost();
        using var exporter = host.Connect();
        foreach (var octet in Template.Concat(Data)) exporter.GetStream().WriteByte(octet);

        host.AwaitMessages(2);
        host.End();

        Assert.Equal(2, host.Counters.Used(Hop.Datagram));
        Assert.Equal(2, host.Counters.Received(Hop.DataRecord));
    }

    [Fact]
    public void Thread_that_finds_no_end_of_messages_leaves_the_joining_to_the_shard()
    {
        using var sink = new HeldSink();
        FlowStartRing[] rings = [new FlowStartRing(64)];
        using var shard = new ShardThread(
            0, new ClientShard(new JoinOptions(), sink, new HopCounters()), rings, new ArrivalClock(TimeProvider.System));
        var router = new ShardRouter(rings, [shard]);
        var catalog = new ExporterCatalog(new ExporterDirectory());
        var decoder = new DatagramDecoder(new FlowOptions(), catalog, new HopCounters(), router);
        using var listener = new StreamListener(new TcpOptions { Listen = ["127.0.0.1:0"] }, catalog, decoder, router,
            new ArrivalClock(TimeProvider.System), NullLogger.Instance);
        listener.Start();

        // The shard's own thread is not running: the first activity is joined where it is decoded, and holds that up until all else has
        // come.
        using (var exporter = new TcpClient("127.0.0.1", listener.Endpoints.Single().Port))
        {
            exporter.GetStream().Write(Template);
            ListenerHops.Await(() => Begins(exporter, sink));
            exporter.GetStream().Write([.. Data, .. Data]);
        }

        var begun = Environment.TickCount64;
        ListenerHops.Await(() => listener.Connections.Ended(ConnectionEnd.ClosedByExporter) == 1 && Environment.TickCount64 - begun > 100);
        sink.Released.Set();
        listener.Stop();
        listener.Join();

        Assert.InRange(shard.NumQueued, 4, 64);

        // A thread that has just begun to run may be slow enough to count as busy.
        static bool Begins(TcpClient exporter, HeldSink sink)
        {
            exporter.GetStream().Write(Data);
            return SpinWait.SpinUntil(() => sink.Begun.IsSet, TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 9, 0, 16 }, Rejection.UnknownVersion)]
    [InlineData(new byte[] { 0, 10, 0, 15 }, Rejection.MessageShorterThanHeader)]
    [InlineData(new byte[] { 0x16, 3, 1, 2 }, Rejection.UnknownVersion)]
    public void What_is_no_IPFIX_ends_its_connection_and_is_counted(byte[] octets, Rejection reason)
    {
        using var host = new StreamHost();
        using var exporter = host.Connect();
        exporter.GetStream().Write([.. Template, .. octets, .. Data]);

        host.AwaitEnd(ConnectionEnd.Malformed);
        Assert.True(IsEnded(exporter));
        host.End();

        Assert.Equal(
            (2, 1, 1),
            (host.Counters.Received(Hop.Datagram), host.Counters.Used(Hop.Datagram), host.Counters.Rejected(Hop.Datagram, reason)));
    }

    [Fact]
    public void Message_cut_off_with_its_connection_is_counted()
    {
        using var host = new StreamHost();
        using (var exporter = host.Connect()) exporter.GetStream().Write(Template.AsSpan(0, 17));

        host.AwaitEnd(ConnectionEnd.ClosedByExporter);
        host.End();

        Assert.Equal(1, host.Counters.Rejected(Hop.Datagram, Rejection.MessageLongerThanDatagram));
        Assert.Equal(1, host.Counters.Received(Hop.Datagram));
    }

    [Fact]
    public void Connections_beyond_the_bound_are_closed_at_once_and_a_place_is_free_when_one_ends()
    {
        using var host = new StreamHost(new TcpOptions { MaxConnections = 2 });
        using var first = host.Connect();
        using var second = host.Connect();
        ListenerHops.Await(() => host.Listener.Connections.Open == 2);

        using var third = host.Connect();
        Assert.True(IsEnded(third));
        host.AwaitEnd(ConnectionEnd.TooManyConnections);

        first.Dispose();
        host.AwaitEnd(ConnectionEnd.ClosedByExporter);
        using var fourth = host.Connect();
        fourth.GetStream().Write(Template);
        host.AwaitMessages(1);
    }

    [Fact]
    public void Connection_without_a_whole_Message_for_too_long_is_closed()
    {
        using var host = new StreamHost(new TcpOptions { IdleTimeout = TimeSpan.FromMilliseconds(50) });
        using var exporter = host.Connect();
        exporter.GetStream().Write(Template.AsSpan(0, 3));

        host.AwaitEnd(ConnectionEnd.Idle);

        Assert.True(IsEnded(exporter));
    }

    [Fact]
    public void Connection_of_somebody_who_may_not_export_is_closed_at_once()
    {
        using var host = new StreamHost();
        host.Hops.Catalog.Allowed = AddressFilter.Nobody;
        using var exporter = host.Connect();

        Assert.True(IsEnded(exporter));
        host.AwaitEnd(ConnectionEnd.ExporterNotAllowed);
    }

    [Fact]
    public void What_has_arrived_is_read_before_the_listener_ends()
    {
        using var host = new StreamHost();
        using var exporter = host.Connect();
        ListenerHops.Await(() => host.Listener.Connections.Open == 1);
        for (var i = 0; i < 1_000; i++) exporter.GetStream().Write(Exports.Ipfix());

        host.End();

        Assert.Equal(1_000, host.Counters.Used(Hop.Datagram));
        Assert.False(host.Listener.IsRunning);
    }

    [Fact]
    public void Many_connections_at_once_lose_nothing_although_they_fill_the_queue()
    {
        using var host = new StreamHost();
        TcpClient[] exporters = [.. Enumerable.Range(0, 20).Select(_ => host.Connect())];
        Parallel.ForEach(exporters, exporter =>
        {
            exporter.GetStream().Write(Template);
            for (var i = 0; i < 200; i++) exporter.GetStream().Write(Data);
            exporter.Dispose();
        });

        host.AwaitEnd(ConnectionEnd.ClosedByExporter, exporters.Length);
        host.End();

        Assert.Equal(20 * 201, host.Counters.Used(Hop.Datagram));
        Assert.Equal(20 * 400, host.Counters.Received(Hop.DataRecord));
        Assert.Equal(0, host.Hops.Catalog.NumTemplates);
    }

    [Fact]
    public void Capture_that_is_sent_over_tcp_arrives_whole_over_one_connection_for_each_session()
    {
        using var folder = new TemporaryFolder();
        var capture = folder.Write("exports", CaptureFiles.Pcap(
            [.. new[]
            {
                1000,
                2000,
            }.SelectMany(port => new[] { Template, Data }.Select(message => Frames.Ethernet(Frames.IPv4(Frames.Udp(message, port))))),
            Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.MapperAndEndpoint())))]));
        using var host = new StreamHost();
        using var transport =
            new TcpExport(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, host.Listener.Endpoints.Single().Port));
        var sender = new ExportSender(transport, SendPace.InCaptureTime(1_000_000), CancellationToken.None);

        sender.Send(capture);
        sender.Settle();
        host.AwaitEnd(ConnectionEnd.ClosedByExporter, count: 2);
        host.End();

        Assert.Equal((4, 1), (sender.Datagrams, sender.NotCarried));
        Assert.Equal((4, 4), (host.Counters.Used(Hop.Datagram), host.Counters.Received(Hop.DataRecord)));
    }

    [Fact]
    public void Endpoint_in_use_is_an_error_that_names_setting_and_endpoint()
    {
        using var host = new StreamHost();
        var endpoint = host.Listener.Endpoints.Single();
        using var hops = new ListenerHops();

        var error = Assert.Throws<StartupException>(() =>
            new StreamListener(new TcpOptions { Listen = [endpoint.ToString()] }, hops.Catalog, hops.Decoder, hops.Router,
                new ArrivalClock(TimeProvider.System), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));

        Assert.Equal($"RpcCollector:Tcp:Listen:0: cannot listen on TCP {endpoint}: another process listens there already", error.Message);
    }

    /// <summary>Waits for the other end to close, in order or not.</summary>
    private static bool IsEnded(TcpClient client)
    {
        client.ReceiveTimeout = 30_000;
        try
        {
            return client.GetStream().Read(new byte[1]) == 0;
        }
        catch (IOException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted };
        }
    }

    /// <summary>Blocks the publishing thread until it is released.</summary>
    private sealed class HeldSink : IActivitySink, IDisposable
    {
        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Released { get; } = new();

        public void Publish(in ActivityChange change)
        {
            Begun.Set();
            Released.Wait();
        }

        public void Dispose()
        {
            Begun.Dispose();
            Released.Dispose();
        }
    }
}
