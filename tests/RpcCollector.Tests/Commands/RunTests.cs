using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using RpcCollector.Commands;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

public class RunTests
{
    [Fact]
    public async Task Activity_sent_over_udp_is_served_over_http_and_a_signal_ends_the_program_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var (udp, http) = (FreePort(SocketType.Dgram), FreePort(SocketType.Stream));
        using var process = CollectorProgram.Start(
            [], folder.Path, [$"--Udp:Listen:0=127.0.0.1:{udp}", $"--Http:Port={http}", $"--Store:Folder={folder.Path}"]);
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(cancellation);
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
            await UntilAsync(async () => (await client.GetAsync("/readyz", cancellation)).IsSuccessStatusCode);

            var capture = folder.Write("capture", CaptureFiles.Pcap(Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.MapperAndEndpoint())))));
            using (var transport = new UdpExport(new IPEndPoint(IPAddress.Loopback, udp)))
                new ExportSender(transport, SendPace.AtRate(1_000), cancellation).Send(capture);
            JsonElement activity = default;
            await UntilAsync(async () =>
            {
                using var page = JsonDocument.Parse(await client.GetStringAsync("/api/v1/activities", cancellation));
                var items = page.RootElement.GetProperty("items");
                if (items.GetArrayLength() == 1) activity = items[0].Clone();
                return items.GetArrayLength() == 1;
            });
            var metrics = await client.GetStringAsync("/metrics", cancellation);

            Assert.Equal(("car", "198.51.100.7"), (activity.GetProperty("basis").GetString(), activity.GetProperty("client").GetString()));
            Assert.Contains("\nrpc_collector_datagrams_received_total 1\n", metrics);
            Assert.Contains($"\nrpc_collector_kernel_drops_total{{port=\"{udp}\"}} 0\n", metrics);

            Assert.Equal(0, SysKill(process.Id, 15));
            await process.WaitForExitAsync(cancellation);
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(cancellation)));
            Assert.Contains($"UDP 127.0.0.1:{udp}; RPC activity goes to {folder.Path}; open http://127.0.0.1:{http}/", await said);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await condition()) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            Assert.True(attempt < 600, "the program did not come to it within a minute");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static int FreePort(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SysKill(int processId, int signal);
}
