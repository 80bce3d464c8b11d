using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RpcCollector.Options;
using RpcCollector.Tests.Http;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

/// <summary>Sinks within the appliance: told as it runs, and shown by the API, the metrics and /readyz.</summary>
public sealed class SinkApiTests : IDisposable
{
    private readonly HttpReceiver _receiver = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _receiver.Dispose();

    [Fact]
    public async Task Incident_is_told_as_it_is_found_and_a_sink_that_fails_is_shown_without_making_the_appliance_unready()
    {
        await using var host = await StartAsync();
        await host.PublishAsync(Added(Found("10.0.0.1")));
        var sink = await UntilAsync(host, shown => shown.GetProperty("sent").GetInt64() == 1);
        Assert.Equal(("hook", "webhook", "ok", 0), Shown(sink));

        _receiver.Answers = _ => new Answer(503);
        await host.PublishAsync(Added(Found("10.0.0.2", "192.0.2.21")));
        sink = await UntilAsync(host, shown => shown.GetProperty("state").GetString() == "retrying");

        Assert.Equal(("hook", "webhook", "retrying", 1), Shown(sink));
        Assert.Contains("503", sink.GetProperty("last_error").GetString());
        Assert.True(sink.TryGetProperty("oldest_waiting_at", out _));
        var metrics = await host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        Assert.Contains("rpc_collector_sink_up{sink=\"hook\",kind=\"webhook\"} 0", metrics);
        Assert.Contains("rpc_collector_sink_backlog{sink=\"hook\",kind=\"webhook\"} 1", metrics);
        host.Health.ListenersBound = true;
        using var ready = await host.Client.GetAsync(new Uri("/readyz", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.StartsWith(
            "sink hook: it answers 503", (await ready.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("degraded")[0].GetString());

        _receiver.Answers = _ => new Answer(200);
        await UntilAsync(host, shown => shown.GetProperty("sent").GetInt64() == 2);
    }

    [Fact]
    public async Task Test_tells_an_example_and_what_came_of_it()
    {
        await using var host = await StartAsync();

        Assert.Equal("""{"delivered":true,"answer":"It was taken."}""", await TestAsync(host, "hook"));
        _receiver.Answers = _ => new Answer(418);
        Assert.Contains("\"delivered\":false", await TestAsync(host, "HOOK"));

        using var missing = await host.Client.PostAsync(new Uri("/api/v1/sinks/other/test", UriKind.Relative), content: null, Stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private Task<CollectorHost> StartAsync() =>
        CollectorHost.StartAsync(sinks: [new SinkOptions { Kind = SinkKind.Webhook, Name = "hook", Url = _receiver.Url }]);

    private static async Task<string> TestAsync(CollectorHost host, string name)
    {
        using var answer = await host.Client.PostAsync(new Uri($"/api/v1/sinks/{name}/test", UriKind.Relative), content: null, Stop);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static (string?, string?, string?, long) Shown(JsonElement sink) => (
        sink.GetProperty("name").GetString(), sink.GetProperty("kind").GetString(), sink.GetProperty("state").GetString(),
        sink.GetProperty("backlog").GetInt64());

    private static async Task<JsonElement> UntilAsync(CollectorHost host, Func<JsonElement, bool> isExpected)
    {
        while (true)
        {
            var page = await host.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/sinks", UriKind.Relative), Stop);
            var sink = page.GetProperty("items")[0];
            if (isExpected(sink)) return sink;
            await Task.Delay(20, Stop);
        }
    }
}
