using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>An IPFIX exporter that sends one mapper flow with its endpoint flow after the other, its Template only when told to.</summary>
internal sealed class RpcExporter : IAsyncDisposable
{
    // Four pairs a second: what comes during twenty starts of the collector stays on one page of the API, on a slow machine too.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly IPEndPoint _collector;
    private readonly CancellationTokenSource _ending =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private Task _sending = Task.CompletedTask;
    private int _numPairs;

    public RpcExporter(int collectorPort) => _collector = new IPEndPoint(IPAddress.Loopback, collectorPort);

    public Task SendTemplateAsync() => SendAsync(MessageBuilder.Ipfix(exportSeconds: Now).Template(256, Layout.Flow));

    /// <summary>Sends until disposed.</summary>
    public void Start() => _sending = Task.Run(async () =>
    {
        while (!_ending.IsCancellationRequested)
        {
            await SendPairAsync();
            await Task.Delay(Pause, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sending;
        _socket.Dispose();
        _ending.Dispose();
    }

    private static uint Now => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Each pair has a server of its own, so that each is an activity of its own.</summary>
    private Task SendPairAsync()
    {
        var pair = _numPairs++;
        var server = string.Create(CultureInfo.InvariantCulture, $"10.1.{pair / 250 % 250}.{1 + (pair % 250)}");
        var start = (Now * 1000L) - 500;
        return SendAsync(MessageBuilder.Ipfix(exportSeconds: Now).Set(256, set => set
            .FlowRecord("10.0.0.1", 50_000, server, 135, start, start + 100)
            .FlowRecord("10.0.0.1", 50_001, server, 49_700, start + 5, start + 300)));
    }

    private async Task SendAsync(MessageBuilder message)
    {
        try
        {
            await _socket.SendAsync(message.Build(), _collector, CancellationToken.None);
        }
        catch (SocketException)
        {
            // Nobody listens just now: an exporter does not care.
        }
    }
}
