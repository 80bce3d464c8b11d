using RpcCollector.Http.Access;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Connections that send little or take nothing, over real sockets.</summary>
public sealed class ConnectionTests
{
    private const string Half = "GET /healthz HTTP/1.1\r\nHost: 127";

    [Fact]
    public async Task Half_open_requests_of_a_client_give_way_to_its_own_whole_one()
    {
        await using var server = await HttpServer.StartAsync(http => http.MaxConnectionsPerClient = 4);
        using var halves = await OpenAsync(server, 40, "127.0.0.1");

        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        Assert.True(server.Gauges.Connections <= 5, $"{server.Gauges.Connections} are open");
        Assert.True(server.Gauges.Evicted >= 36, $"{server.Gauges.Evicted} were closed");
    }

    [Fact]
    public async Task Connections_of_one_client_leave_room_for_another()
    {
        await using var server = await HttpServer.StartAsync(http => (http.MaxConnections, http.MaxConnectionsPerClient) = (16, 16));
        using var halves = await OpenAsync(server, 40, "127.0.0.2");

        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
    }

    [Fact]
    public async Task Connection_for_which_no_idle_one_can_give_way_is_closed_and_counted()
    {
        await using var server = await HttpServer.StartAsync(http => http.MaxConnectionsPerClient = 4);
        using var listeners = new Wires();
        for (var i = 0; i < 4; i++) await listeners.ListenAsync(server, "127.0.0.2");

        Assert.Equal(0, (await server.GetAsync("/healthz", from: "127.0.0.2")).Status);
        Assert.Equal(200, (await server.GetAsync("/healthz")).Status);
        Assert.Equal(1, server.Gauges.Refused(HttpRefusal.TooManyConnections));
        Assert.Equal(4, server.Events.Listeners);
    }

    [Fact]
    public async Task Bodies_that_do_not_come_hold_up_nobody()
    {
        await using var server = await HttpServer.StartAsync();
        using var halves = new Wires();
        for (var i = 0; i < 40; i++)
        {
            await halves.OpenAsync(
                server, "127.0.0.1",
                "POST /api/v1/suppressions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        }

        var written = await server.SendAsync("POST", "/api/v1/suppressions", """{"client":"10.0.0.0/8","who":"Ada","why":"the lab"}""");

        Assert.Equal(201, written.Status);
        Assert.Equal(200, (await server.GetAsync("/metrics")).Status);
    }

    [Theory]
    [InlineData(20_000, 400)]
    [InlineData(100_000, 413)]
    [InlineData(int.MaxValue, 413)]
    public async Task Body_that_is_too_long_is_refused_without_being_kept(int length, int status)
    {
        await using var server = await HttpServer.StartAsync();
        using var wire = await HttpWire.ConnectAsync(server.Port);
        await wire.SendAsync(
            $"POST /api/v1/suppressions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
            + "Connection: close\r\n\r\n" + new string(' ', Math.Min(length, 20_000)));

        Assert.Equal(status, (await wire.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task Long_queries_and_many_headers_are_refused()
    {
        await using var server = await HttpServer.StartAsync();
        var many = string.Concat(Enumerable.Range(0, 200).Select(i => $"\nX-{i}: 1"));

        Assert.Equal(414, (await server.GetAsync("/api/v1/findings?client=" + new string('1', 10_000))).Status);
        Assert.Equal(431, (await server.AskAsync($"GET / HTTP/1.1\nHost: 127.0.0.1{many}")).Status);
        Assert.Equal(431, (await server.AskAsync($"GET / HTTP/1.1\nHost: 127.0.0.1\nX: {new string('x', 40_000)}")).Status);
    }

    private static async Task<Wires> OpenAsync(HttpServer server, int count, string from)
    {
        var wires = new Wires();
        for (var i = 0; i < count; i++) await wires.OpenAsync(server, from, Half);
        while (server.Gauges.Connections + server.Gauges.Evicted < count) await Task.Delay(5, TestContext.Current.CancellationToken);
        return wires;
    }
}
