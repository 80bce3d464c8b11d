using System.Net.Sockets;
using System.Text;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Vitals;

/// <summary>Against a datagram socket as systemd's is (sd_notify(3)).</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"rpc-notify-{Guid.NewGuid():N}");
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
    private readonly Heartbeats _heartbeats = new();

    public ServiceManagerTests() => _manager.Bind(new UnixDomainSocketEndPoint(_path));

    public void Dispose()
    {
        _manager.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Start_is_told_once_it_is_over_with_a_line_for_people()
    {
        using var told = Manager(_path, watchdog: null);

        told.Ready("Receiving; open http://127.0.0.1:8055/");

        Assert.Equal("READY=1\nSTATUS=Receiving; open http://127.0.0.1:8055/", Received());
    }

    [Fact]
    public void Watchdog_is_fed_by_itself_while_every_part_is_well()
    {
        using var told = Manager(_path, TimeSpan.FromMilliseconds(20));

        told.Ready("Receiving");

        Assert.StartsWith("READY=1", Received(), StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1\nSTATUS=Receiving", Received());
        Assert.Equal("WATCHDOG=1\nSTATUS=Receiving", Received());
    }

    [Fact]
    public void Watchdog_starves_while_a_part_is_stuck_and_is_fed_again_when_it_goes_on()
    {
        var state = PartState.Stuck;
        var judge = new Heartbeat(Part.Judge, "judge", Heartbeat.OfThread);
        using var told = new ServiceManager(_path, watchdog: null, () => state == PartState.Alive ? [] : [(judge, state)]);

        told.Look();
        Assert.Equal("STATUS=Not ready: judge is stuck", Received());
        state = PartState.Alive;
        told.Look();
        Assert.StartsWith("WATCHDOG=1", Received(), StringComparison.Ordinal);
    }

    [Fact]
    public void Part_that_fails_is_told_but_does_not_have_the_process_started_anew()
    {
        var writer = new Heartbeat(Part.ActivityWriter, "activity writer", Heartbeat.OfWriter);
        using var told = new ServiceManager(_path, watchdog: null, () => [(writer, PartState.Failing)]);

        told.Look();

        Assert.Equal("WATCHDOG=1\nSTATUS=Not ready: activity writer is failing", Received());
    }

    [Fact]
    public void End_is_told_and_nothing_after_it()
    {
        using var told = Manager(_path, TimeSpan.FromSeconds(1));
        told.Ready("Receiving");
        told.Stopping();

        while (Received() is var state && !state.StartsWith("STOPPING=1", StringComparison.Ordinal))
            Assert.Matches("^(READY|WATCHDOG)=1", state);
        _manager.ReceiveTimeout = 100;
        Assert.Throws<SocketException>(Received);
    }

    [Fact]
    public void Abstract_socket_is_understood()
    {
        var name = $"rpc-notify-{Guid.NewGuid():N}";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        manager.Bind(new UnixDomainSocketEndPoint('\0' + name));
        using var told = Manager("@" + name, watchdog: null);

        told.Ready("Receiving");

        Assert.StartsWith("READY=1", Received(manager), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nobody/listens/here")]
    [InlineData(
        "/a/path/that/is/longer/than/any/socket/may/be/0123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public void Where_no_service_manager_listens_nothing_is_told_and_nothing_fails(string? name)
    {
        using var told = Manager(name, TimeSpan.FromMilliseconds(5));

        told.Ready("Receiving");
        told.Look();
        told.Stopping();
    }

    private ServiceManager Manager(string? socket, TimeSpan? watchdog) => new(socket, watchdog, () => _heartbeats.Unwell(0));

    private string Received() => Received(_manager);

    private static string Received(Socket manager)
    {
        var octets = new byte[4_096];
        return Encoding.UTF8.GetString(octets, 0, manager.Receive(octets));
    }
}
