using System.Net;
using System.Net.Sockets;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>An IPFIX exporter at a loopback address of its own, which sends what a test tells it to.</summary>
internal sealed class LoopbackExporter(string address) : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Parse(address), 0));

    private ushort _clientPort = 50_000;

    public string Address => address;

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public void Dispose() => _socket.Dispose();

    /// <summary>A mapper flow of a second ago, which is still open, and its endpoint flow; each from a port of its own.</summary>
    public async Task SendPairAsync(int collectorPort, string client, string server)
    {
        var start = Now - 1_000;
        await SendMapperFlowAsync(collectorPort, client, server, start);
        await SendEndpointFlowAsync(collectorPort, client, server, start + 5);
    }

    public Task SendMapperFlowAsync(int collectorPort, string client, string server, long start) =>
        SendAsync(collectorPort, client, _clientPort++, server, 135, start, start + 900);

    public Task SendEndpointFlowAsync(int collectorPort, string client, string server, long start) =>
        SendAsync(collectorPort, client, _clientPort++, server, 49_700, start, start + 300);

    /// <summary>Flows to a port of the mapper from many clients, some twenty in a message; slowly enough for loopback.</summary>
    public async Task SendManyAsync(int collectorPort, int count)
    {
        const int InOne = 20;
        for (var sent = 0; sent < count; sent += InOne)
        {
            var message = MessageBuilder.Ipfix(exportSeconds: (uint)(Now / 1_000)).Template(256, Layout.Flow).Set(256, set =>
            {
                for (var i = sent; i < sent + InOne; i++)
                    set.FlowRecord($"10.{1 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", 50_000, "10.0.1.1", 135, Now - 1_000, Now - 500);
            });
            await _socket.SendAsync(
                message.Build(), new IPEndPoint(IPAddress.Loopback, collectorPort), TestContext.Current.CancellationToken);
            if (sent % 2_000 == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task SendAsync(int collectorPort, string client, ushort clientPort, string server, ushort serverPort, long start,
        long end)
    {
        var message = MessageBuilder.Ipfix(exportSeconds: (uint)(Now / 1_000)).Template(256, Layout.Flow)
            .Set(256, set => set.FlowRecord(client, clientPort, server, serverPort, start, end));
        await _socket.SendAsync(message.Build(), new IPEndPoint(IPAddress.Loopback, collectorPort), TestContext.Current.CancellationToken);
    }
}
