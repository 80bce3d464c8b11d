using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>A planned end takes at most ten seconds, whatever waits.</summary>
public sealed class StopTests : IDisposable
{
    private const int MapperFlows = 20_000;

    // The program's own bound, and as much again for a machine that has other things to do.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fifo_named_conn_log_fails_readiness_is_said_once_and_does_not_hold_up_the_end()
    {
        Tool.Require("mkfifo");
        var zeek = Directory.CreateDirectory(_folder.PathOf("zeek")).FullName;
        await using var collector = await LiveCollector.StartAsync(_folder, $"--Zeek:Folders:0={zeek}");
        await using (var made = Tool.Start("mkfifo", zeek, "conn.log")) Assert.Equal(0, await made.WaitForExitAsync());

        var answer = await collector.UntilAsync(
            () => collector.BodyAsync("/readyz"), body => body.Contains("zeek_follower", StringComparison.Ordinal));

        Assert.Contains("not a regular file", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await collector.StatusAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, await collector.StatusAsync("/healthz"));
        var metrics = await collector.MetricsAsync();
        Assert.Contains("rpc_collector_part_up{part=\"zeek_follower\"} 0", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("rpc_collector_part_up{part=\"shard\"} 1", metrics.Text, StringComparison.Ordinal);
        Assert.Equal(0, await StopAsync(collector));
        Assert.Single(collector.Transcript.Split('\n'), line => line.Contains("not a regular file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twenty_thousand_mapper_flows_that_wait_are_kept_in_time_for_the_next_start()
    {
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await SendMapperFlowsAsync(collector.UdpPort);
            await collector.UntilAsync(collector.MetricsAsync, metrics => Open(metrics) == MapperFlows);
            Assert.Equal(0, await StopAsync(collector));
        }

        await using var next = await LiveCollector.StartAsync(_folder);
        Assert.Equal(MapperFlows, Open(await next.MetricsAsync()));
    }

    [Fact]
    public async Task Readers_that_never_read_exporters_over_TCP_and_a_flood_do_not_hold_up_the_end()
    {
        var tcp = FreePort.Tcp();
        await using var collector = await LiveCollector.StartAsync(_folder, $"--Tcp:Listen:0=127.0.0.1:{tcp}");
        using var clients = new Clients();
        for (var i = 0; i < 64; i++)
            await clients.ConnectAsync(collector.HttpPort, "GET /api/v1/findings/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        for (var i = 0; i < 8; i++) await clients.ConnectAsync(tcp, [0, 10]);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var flood = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await SendMapperFlowsAsync(collector.UdpPort);
        }, Stop);
        await collector.UntilAsync(collector.MetricsAsync, metrics => Open(metrics) > 0);

        Assert.Equal(0, await StopAsync(collector));

        await enough.CancelAsync();
        await flood;
        Assert.DoesNotContain("did not stop", collector.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_scrape_adds_up_while_exports_come_in()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await SendMapperFlowsAsync(collector.UdpPort);
        }, Stop);
        for (var scrape = 0; scrape < 500; scrape++) Accounts.AssertEachHopAddsUp(await collector.MetricsAsync());

        await enough.CancelAsync();
        await load;
        Accounts.AssertBalanced(await collector.UntilAsync(collector.MetricsAsync, Accounts.AreSettled));
    }

    private static double Open(Exposition metrics) => metrics.Sum("rpc_collector_mapper_flows_open");

    private static async Task<int> StopAsync(LiveCollector collector)
    {
        var began = Stopwatch.GetTimestamp();
        var exitCode = await collector.StopAsync();
        Assert.True(Stopwatch.GetElapsedTime(began) < Longest, $"it took {Stopwatch.GetElapsedTime(began)}: {collector.Transcript}");
        return exitCode;
    }

    /// <summary>Each of another client.</summary>
    private static async Task SendMapperFlowsAsync(int port)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        for (var first = 0; first < MapperFlows; first += 20)
        {
            var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000;
            var message = MessageBuilder.Ipfix(exportSeconds: (uint)(start / 1_000)).Template(256, Layout.Flow)
                .Set(256, set =>
                {
                    for (var i = first; i < first + 20; i++)
                        set.FlowRecord(
                            $"10.{i >> 14}.{(i >> 7) & 127}.{1 + (i & 127)}", (ushort)(40_000 + (i % 10_000)), "192.0.2.20", 135, start,
                            start + 500);
                });
            await socket.SendAsync(message.Build(), new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
            if (first % 400 == 0) await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Connections that say something and never read.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public async Task ConnectAsync(int port, byte[] said)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
            await socket.SendAsync(said, Stop);
        }

        public void Dispose()
        {
            foreach (var socket in _sockets) socket.Dispose();
        }
    }
}
