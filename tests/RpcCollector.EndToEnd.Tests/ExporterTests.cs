using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class ExporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Templates_are_known_after_kill_9_so_that_data_need_not_wait()
    {
        using var exporter = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await SendAsync(exporter, collector, Template);
            await collector.UntilAsync(() => collector.MetricsAsync(), metrics => metrics.Sum("rpc_collector_templates") == 1);
            await collector.UntilAsync(() => Task.FromResult(StateFile.Contains(_folder.PathOf("data"), "\"id\":256")), isSaved => isSaved);
            await collector.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder);
        await SendAsync(exporter, again, Data);

        var metrics =
            await again.UntilAsync(
                () => again.MetricsAsync(),
                metrics => metrics.Sum("rpc_collector_data_records_used_total") + metrics.Sum("rpc_collector_waiting_sets") > 0
                    && Accounts.AreSettled(metrics));
        Assert.Equal((1, 0), (metrics.Sum("rpc_collector_data_records_used_total"), metrics.Sum("rpc_collector_waiting_sets")));
    }

    [Fact]
    public async Task Allow_list_is_reloaded_without_restart_and_a_wrong_one_is_refused()
    {
        var settings = _folder.PathOf("appsettings.json");
        await File.WriteAllTextAsync(
            settings, """{"RpcCollector":{"Flows":{"AllowedExporters":["192.0.2.1"]}}}""", TestContext.Current.CancellationToken);
        using var exporter = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var collector = await LiveCollector.StartAsync(_folder);
        await SendAsync(exporter, collector, Template);
        await collector.UntilAsync(() => collector.MetricsAsync(), metrics => NotAllowed(metrics) == 1);

        await File.WriteAllTextAsync(
            settings, """{"RpcCollector":{"Flows":{"AllowedExporters":["nonsense"]}}}""", TestContext.Current.CancellationToken);
        await collector.UntilAsync(
            () => Task.FromResult(collector.Transcript), log =>
            log.Contains("RpcCollector:Flows:AllowedExporters:0: 'nonsense' is neither", StringComparison.Ordinal));
        await SendAsync(exporter, collector, Template);
        await collector.UntilAsync(() => collector.MetricsAsync(), metrics => NotAllowed(metrics) == 2);

        await File.WriteAllTextAsync(
            settings, """{"RpcCollector":{"Flows":{"AllowedExporters":["127.0.0.0/8"]}}}""", TestContext.Current.CancellationToken);
        await collector.UntilAsync(
            () => Task.FromResult(collector.Transcript), log => log.Contains("allowed 127.0.0.0/8", StringComparison.Ordinal));
        await SendAsync(exporter, collector, Template);
        await collector.UntilAsync(
            () => collector.MetricsAsync(), metrics => metrics.Sum("rpc_collector_datagrams_used_total") == 1 && NotAllowed(metrics) == 2);
    }

    private static double NotAllowed(Exposition metrics) =>
        metrics.Samples("rpc_collector_datagrams_rejected_total").Where(sample => sample.Labels["reason"] == "exporter_not_allowed")
            .Sum(sample => sample.Value);

    private static async Task SendAsync(UdpClient exporter, LiveCollector collector, byte[] message) =>
        await exporter.SendAsync(message, new IPEndPoint(IPAddress.Loopback, collector.UdpPort), TestContext.Current.CancellationToken);

    // IPFIX, domain 1: Template 256 of sourceIPv4Address, destinationIPv4Address, both ports, protocolIdentifier and flowStartSeconds.
    private static byte[] Template => Message(2, [256, 6, 8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 150, 4], []);

    private static byte[] Data => Message(256, [], [10, 0, 0, 1, 10, 0, 0, 2, 0xC3, 0x50, 0, 135, 6, 0x5F, 0x5E, 0x10, 0]);

    private static byte[] Message(ushort setId, ushort[] words, byte[] octets)
    {
        var message = new byte[20 + (2 * words.Length) + octets.Length];
        ushort[] header = [10, (ushort)message.Length, 0x5F5E, 0x1000, 0, 0, 0, 1, setId, (ushort)(message.Length - 16), .. words];
        for (var i = 0; i < header.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2 * i), header[i]);
        octets.CopyTo(message, 20 + (2 * words.Length));
        return message;
    }
}
