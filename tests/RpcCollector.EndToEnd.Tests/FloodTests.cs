using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class FloodTests : IDisposable
{
    private const int Forged = 100_000;
    private const double MostBytes = 512 * 1024 * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every address of 127.0.0.0/8 is this machine's, so that the test can send from each of them without forging.</summary>
    [Fact]
    public async Task A_hundred_thousand_senders_with_templates_leave_memory_and_metrics_bounded_and_a_real_exporter_unharmed()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        await using var exporter = new RpcExporter(collector.UdpPort);
        await exporter.SendTemplateAsync();
        exporter.Start();
        await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count > 0);
        var quiet = await collector.MetricsAsync();

        await SendFromEverywhereAsync(collector.UdpPort);

        var known = (await collector.ActivitiesAsync("&basis=car")).Count;
        await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count > Math.Min(known, 900));
        var flooded = await collector.UntilAsync(collector.MetricsAsync, metrics => Displaced(metrics, "exporter") > 0);
        Assert.InRange(flooded.Sum("rpc_collector_exporters"), 1000, 16_384);
        Assert.InRange(flooded.Sum("process_resident_memory_bytes"), 1, MostBytes);
        Assert.InRange(flooded.Text.Split('\n').Length, 1, quiet.Text.Split('\n').Length + 40);
    }

    private static double Displaced(Exposition metrics, string kind) =>
        metrics.Samples("rpc_collector_displaced_total").Where(sample => sample.Labels["kind"] == kind).Sum(sample => sample.Value);

    private static async Task SendFromEverywhereAsync(int collectorPort)
    {
        var collector = new IPEndPoint(IPAddress.Loopback, collectorPort);
        var message = MessageBuilder.Ipfix().Template(256, Layout.Flow).Template(257, Layout.Flow).Set(999, set => set.Zeros(100)).Build();
        for (var i = 0; i < Forged; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)(1 + (i >> 16)), (byte)(i >> 8), (byte)i]), 0));
            await socket.SendToAsync(message, collector, TestContext.Current.CancellationToken);
        }
    }
}
