using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Http.Access;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Who listens to findings, over real sockets.</summary>
public sealed class ListenerTests
{
    private const string Listen = "GET /api/v1/findings/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixty_four_listeners_of_one_client_that_never_read_leave_places_for_others()
    {
        await using var server = await HttpServer.StartAsync();
        using var wires = new Wires();
        for (var i = 0; i < FindingEvents.MaxListeners; i++) await wires.OpenAsync(server, "127.0.0.2", Listen);
        while (server.Events.Listeners + server.Gauges.Refused(HttpRefusal.TooManyListeners) < FindingEvents.MaxListeners)
            await Task.Delay(5, Stop);

        var (wire, _) = await wires.ListenAsync(server, "127.0.0.1");
        server.Publish(Added(Found("10.0.0.1")));

        Assert.Contains("\"client\":\"10.0.0.1\"", await wire.ReadUntilAsync("event: added"), StringComparison.Ordinal);
        Assert.Equal((17, 48), (server.Events.Listeners, server.Gauges.Refused(HttpRefusal.TooManyListeners)));
    }

    [Fact]
    public async Task Client_that_has_most_places_gives_one_up_to_a_client_that_has_none()
    {
        await using var server = await HttpServer.StartAsync();
        using var wires = new Wires();
        var (first, _) = await wires.ListenAsync(server, "127.0.0.2");
        for (var i = 1; i < FindingEvents.MaxListeners; i++) await wires.OpenAsync(server, $"127.0.0.{2 + (i / 16)}", Listen);
        while (server.Events.Listeners < FindingEvents.MaxListeners) await Task.Delay(5, Stop);

        var (_, begin) = await wires.ListenAsync(server, "127.0.0.1");

        Assert.Contains("200 OK", begin, StringComparison.Ordinal);
        Assert.Equal((FindingEvents.MaxListeners, 1), (server.Events.Listeners, server.Events.Dropped));
        await Assert.ThrowsAsync<EndOfStreamException>(() => first.ReadUntilAsync("never"));
    }

    [Fact]
    public async Task Stream_ends_after_its_time_and_goes_on_where_it_was_without_a_gap()
    {
        await using var server = await HttpServer.StartAsync(http => http.ListenFor = TimeSpan.FromSeconds(1));
        using var wires = new Wires();
        var (wire, begin) = await wires.ListenAsync(server, "127.0.0.1");
        await wire.ReadUntilAsync("0\r\n\r\n"); // the last chunk: it was not cut off
        server.Publish(Added(Found("10.0.0.1")));
        while (server.Findings.Findings == 0) await Task.Delay(5, Stop);

        // Nothing had happened before it ended, and yet it knows where it was.
        var id = begin.Split("id: ")[1].Split('\n')[0].Trim();
        var (again, resumed) = await wires.ListenAsync(server, "127.0.0.1", $"Last-Event-ID: {id}\r\n");
        if (!resumed.Contains("event:", StringComparison.Ordinal)) resumed += await again.ReadUntilAsync("event:");

        Assert.Contains("event: added", resumed, StringComparison.Ordinal);
        Assert.Equal(0, server.Events.Dropped);
    }

    [Fact]
    public async Task Listener_that_does_not_take_a_part_in_time_is_too_slow()
    {
        // A connection whose other end reads nothing takes nothing more.
        var connection = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var context = new DefaultHttpContext();
        context.Response.Body = connection.Writer.AsStream();
        using var listener = new StepListener<FindingStep>(default);
        var telling = new EventTelling<FindingStep>(
            context.Response, listener, step =>
                new FindingChoice([], null, WithHidden: true).Show(step, new(new())), "/api/v1/findings", Stop)
        {
            Patience = TimeSpan.FromMilliseconds(50),
        };

        await Assert.ThrowsAsync<TimeoutException>(() => telling.WriteAsync(new StreamPlace<FindingStep>("1-0", []), Stop));
    }

    [Fact]
    public void Listeners_of_one_IPv6_network_are_one_client()
    {
        Assert.Equal(Client.Of(System.Net.IPAddress.Parse("2001:db8::1")), Client.Of(System.Net.IPAddress.Parse("2001:db8::ffff:2")));
        Assert.NotEqual(Client.Of(System.Net.IPAddress.Parse("2001:db8::1")), Client.Of(System.Net.IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Equal(HostAddress.Parse("192.0.2.1"), Client.Of(System.Net.IPAddress.Parse("::ffff:192.0.2.1")));
    }
}
