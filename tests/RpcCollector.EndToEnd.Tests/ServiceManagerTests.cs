using System.Net.Sockets;
using System.Text;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Program_tells_systemd_that_it_is_ready_well_and_stopping()
    {
        var path = _folder.PathOf("notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "200000" };

        await using var collector = await LiveCollector.StartAsync(_folder, environment);

        Assert.StartsWith("READY=1\nSTATUS=Receiving", Received(manager), StringComparison.Ordinal);
        Assert.StartsWith("WATCHDOG=1", Received(manager), StringComparison.Ordinal);
        Assert.Equal(0, await collector.StopAsync());
        string last;
        do last = Received(manager);
        while (last.StartsWith("WATCHDOG=1", StringComparison.Ordinal));
        Assert.StartsWith("STOPPING=1", last, StringComparison.Ordinal);
    }

    private static string Received(Socket manager)
    {
        var octets = new byte[4_096];
        return Encoding.UTF8.GetString(octets, 0, manager.Receive(octets));
    }
}
