using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.EndToEnd.Tests.Sinks;

/// <summary>An exporter that sees one workstation after the other drive another by RPC: each is an incident of its own.</summary>
internal sealed class Intruders : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private int _number;

    public async Task SendAsync(int collectorPort, int count)
    {
        var collector = new IPEndPoint(IPAddress.Loopback, collectorPort);
        await _socket.SendAsync(MessageBuilder.Ipfix(exportSeconds: Now).Template(256, Layout.Flow).Build(), collector);
        for (var i = 0; i < count; i++)
        {
            var number = ++_number;
            var (client, server) = (Host(1, number), Host(2, number));
            var start = (Now * 1000L) - 500;
            await _socket.SendAsync(
                MessageBuilder.Ipfix(exportSeconds: Now).Set(256, set => set
                    .FlowRecord(client, 50_000, server, 135, start, start + 100)
                    .FlowRecord(client, 50_001, server, 49_700, start + 5, start + 300)).Build(),
                collector);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static uint Now => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static string Host(int network, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{network}.{number / 250}.{1 + (number % 250)}");
}
