using System.Diagnostics;
using RpcCollector.Flows;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class SoftflowdTcpTests
{
    [Fact]
    public async Task Records_of_softflowd_arrive_over_tcp()
    {
        string[] folders =
            [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];
        var program = folders.Select(folder => Path.Combine(folder, "softflowd")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "softflowd is not installed.");
        using var folder = new TemporaryFolder();
        var packets =
            folder.Write(
                "packets.pcap",
                CaptureFiles.Pcap(
                    [.. Enumerable.Range(0, 40).Select(i => Frames.Ethernet(Frames.IPv4(Frames.Udp(new byte[50], source: 40_000 + i))))]));
        using var host = new StreamHost();

        using var exporter = Process.Start(
            program!,
            ["-r", packets, "-n", host.Listener.Endpoints.Single()
                .ToString(), "-v", "10", "-P", "tcp", "-A", "milli", "-a", "-d", "-c", "none", "-p", Path.Combine(folder.Path, "pid")]);
        await exporter.WaitForExitAsync(TestContext.Current.CancellationToken);

        // softflowd keeps the connection to its end.
        host.AwaitEnd(ConnectionEnd.ClosedByExporter);
        host.End();
        Assert.Equal(40, host.Counters.Received(Hop.DataRecord));
        Assert.Equal(0, host.Counters.Rejected(Hop.Datagram));
    }
}
