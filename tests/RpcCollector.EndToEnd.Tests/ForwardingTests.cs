using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Flows.Tests;

namespace RpcCollector.EndToEnd.Tests;

public sealed class ForwardingTests
{
    [Fact]
    public async Task A_real_collector_behind_this_one_has_every_flow_of_a_scenario_with_its_exporters_address()
    {
        Tool.Require("nfcapd", "nfdump");
        using var folder = new TemporaryFolder();
        var flows = Directory.CreateDirectory(folder.PathOf("flows")).FullName;
        var port = FreePort.Udp();
        await using var nfcapd = Tool.Start(
            "nfcapd", folder.FullName, "-w", flows, "-b", "127.0.0.1", "-p", $"{port}", "-t", "3600");
        await using var collector = await LiveCollector.StartAsync(folder, $"--Udp:ForwardTo:0=127.0.0.1:{port}");
        var datagrams = CapturedDatagrams.Read(SharedData.PathOf("scenarios", "dcsync-covenant", "netflow9.pcap"))
            .Select(datagram => datagram.Payload.ToArray()).ToArray();

        using (var exporter = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.77"), 0)))
        {
            foreach (var datagram in datagrams)
            {
                await exporter.SendAsync(
                    datagram, new IPEndPoint(IPAddress.Loopback, collector.UdpPort), TestContext.Current.CancellationToken);
            }
        }

        var metrics = await collector.UntilAsync(
            collector.MetricsAsync, read => read.Sum("rpc_collector_datagrams_received_total") == datagrams.Length
                && Forwarded(read) == datagrams.Length);
        var records = (int)metrics.Sum("rpc_collector_data_records_received_total");
        Assert.True(records > 0);
        await collector.StopAsync();
        await nfcapd.TerminateAsync();

        await using var nfdump = Tool.Start("nfdump", folder.FullName, "-q", "-R", flows, "-o", "fmt:%ra");
        Assert.Equal(0, await nfdump.WaitForExitAsync());
        var exporters = nfdump.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(records, exporters.Length);
        Assert.Equal(["127.0.0.77"], exporters.Distinct());
    }

    [Fact]
    public async Task Nothing_is_lost_or_refused_here_while_nobody_listens_there()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Udp();
        await using var collector = await LiveCollector.StartAsync(folder, $"--Udp:ForwardTo:0=127.0.0.1:{port}");
        using var exporter = new LoopbackExporter("127.0.0.78");
        for (var i = 0; i < 50; i++) await exporter.SendPairAsync(collector.UdpPort, "198.51.100.7", $"198.51.100.{i + 20}");

        await collector.UntilAsync(() => collector.ActivitiesAsync(), activities => activities.Count == 50);
        await collector.UntilAsync(
            collector.MetricsAsync, read => Forwarded(read) + read.Sum("rpc_collector_datagrams_not_forwarded_total") == 100);
        Assert.Equal(HttpStatusCode.OK, await collector.StatusAsync("/readyz"));
        Assert.Equal(0, await collector.StopAsync());
    }

    [Fact]
    public async Task A_collector_told_to_forward_to_itself_says_so_in_one_line_and_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Udp();

        var refused = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(folder, port, FreePort.Tcp()), $"--Udp:ForwardTo:0=127.0.0.1:{port}"]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(
            $"RpcCollector:Udp:ForwardTo:0: 127.0.0.1:{port} is this collector itself, which listens on 127.0.0.1:{port}",
            refused.Errors.TrimEnd());
    }

    private static double Forwarded(Exposition read) => read.Sum("rpc_collector_datagrams_forwarded_total");
}
