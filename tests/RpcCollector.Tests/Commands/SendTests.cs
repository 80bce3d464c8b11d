using System.Net;
using System.Net.Sockets;
using RpcCollector.Commands;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

public class SendTests
{
    private static readonly byte[][] Payloads = [.. Enumerable.Range(0, 5).Select(i => Exports.Ipfix(sequence: i))];

    [Fact]
    public void Exports_of_a_capture_arrive_as_they_were_captured()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        collector.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var capture =
            folder.Write(
                "exports",
                CaptureFiles.Pcap(
                    [.. Payloads.Select(payload => Frames.Ethernet(Frames.IPv4(Frames.Udp(payload)))), Frames.Ethernet(Frames.IPv4([1]))]));

        using var transport = new UdpExport((IPEndPoint)collector.LocalEndPoint!);
        var sender = new ExportSender(transport, SendPace.InCaptureTime(1_000_000), CancellationToken.None);
        sender.Send(capture);
        sender.Settle();

        Assert.Equal((5, 5 * 16, 0), (sender.Datagrams, sender.Bytes, sender.Refused));
        Assert.Equal(1, sender.NotSent.Losses().Single().Count);
        var buffer = new byte[100];
        Assert.All(Payloads, payload => Assert.Equal(payload, buffer[..collector.Receive(buffer)]));
    }

    [Fact]
    public void Sessions_of_a_capture_keep_ports_of_their_own()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        collector.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var capture =
            folder.Write(
                "exports",
                CaptureFiles.Pcap(
                    [.. new[] { 1000, 2000, 1000 }.Select(port => Frames.Ethernet(Frames.IPv4(Frames.Udp(Payloads[0], port))))]));

        using var transport = new UdpExport((IPEndPoint)collector.LocalEndPoint!);
        var sender = new ExportSender(transport, SendPace.AtRate(100_000), CancellationToken.None);
        sender.Send(capture);

        var ports = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            collector.ReceiveFrom(new byte[100], ref from);
            ports.Add(((IPEndPoint)from).Port);
        }

        Assert.Equal(ports[0], ports[2]);
        Assert.NotEqual(ports[0], ports[1]);
    }

    [Fact]
    public void Datagrams_that_nobody_takes_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux answers at once.");
        using var folder = new TemporaryFolder();
        var capture = folder.Write("exports", CaptureFiles.Pcap(Frames.Ethernet(Frames.IPv4(Frames.Udp(Payloads[0])))));
        int port;
        using (var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0))) port = ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

        using var transport = new UdpExport(new IPEndPoint(IPAddress.Loopback, port));
        var sender = new ExportSender(transport, SendPace.AtRate(1000), CancellationToken.None);
        sender.Send(capture);
        sender.Settle();

        Assert.Equal(1, sender.Refused);
    }

    [Fact]
    public void Stopping_ends_a_pause()
    {
        using var stopping = new CancellationTokenSource();
        var pace = SendPace.InCaptureTime(1);
        Assert.True(pace.Wait(0, stopping.Token));

        stopping.Cancel();

        Assert.False(pace.Wait(60_000_000_000, stopping.Token));
    }
}
