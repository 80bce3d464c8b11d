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

    private async Task SendAsync(int collectorPort, string client, ushort clientPort, string server, ushort serverPort, long start,
        long end)
    {
        var message = MessageBuilder.Ipfix(exportSeconds: (uint)(Now / 1_000)).Template(256, Layout.Flow)
            .Set(256, set => set.FlowRecord(client, clientPort, server, serverPort, start, end));
        await _socket.SendAsync(message.Build(), new IPEndPoint(IPAddress.Loopback, collectorPort), TestContext.Current.CancellationToken);
    }
}
