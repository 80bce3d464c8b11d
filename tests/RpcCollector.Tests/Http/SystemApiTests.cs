using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Store.Inputs;
using RpcCollector.Tests.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;
using static RpcCollector.Tests.Store.Activities;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class SystemApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task System_says_what_is_kept_and_received()
    {
        _host.Gauges.Listeners = [new ListenerGauges(2055, () => 0, () => 0, () => 3) { Datagrams = () => 70, Endpoint = "[::1]:2055" }];
        _host.Gauges.Streams = [new StreamGauges("tls", "*:4739", () => 7)];
        await _host.PublishAsync(Many(1, 5));
        await _host.PublishAsync(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));

        var system = await _host.JsonAsync("system");
        var store = system.GetProperty("store");

        Assert.Equal(
            """[{"protocol":"udp","endpoint":"[::1]:2055","received":70,"lost":3},""" +
            """{"protocol":"tls","endpoint":"*:4739","received":7,"lost":0}]""",
            system.GetProperty("listeners").GetRawText());
        Assert.Equal(
            (5, "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:05.000Z", 2, 50_000, 2, 0),
            (store.GetProperty("activities").GetInt32(), store.Text("oldest_activity_at"), store.Text("newest_activity_at"),
                store.GetProperty("findings").GetInt32(), store.GetProperty("max_findings").GetInt32(),
                store.GetProperty("incidents").GetInt32(), store.GetProperty("damaged_rows").GetInt32()));
        Assert.True(store.GetProperty("enabled").GetBoolean());
        Assert.True(store.GetProperty("activities_bytes").GetInt64() > 0);
        Assert.True(store.GetProperty("state_bytes").GetInt64() > 0);
        Assert.Equal(_host.Temporary.Options.Folder, store.Text("folder"));
        Assert.Equal("2026-01-01T00:00:00.000Z", system.Text("now"));
        Assert.True(system.GetProperty("memory_bytes").GetInt64() > 0);
        Assert.True(system.GetProperty("cpu_seconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Each_part_says_how_it_is_and_why()
    {
        var beats = _host.Services.GetRequiredService<Heartbeats>();
        var dead = beats.Add(new Heartbeat(Part.Shard, "shard 7", Heartbeat.OfThread));
        dead.Run(() => throw new InvalidOperationException("a bug"));
        var idle = beats.Add(new Heartbeat(Part.ReverseNames, "idle", Heartbeat.OfThread));
        beats.All.First(part => part.Part == Part.FindingWriter).Fault = "the disk is full";

        var parts = (await _host.JsonAsync("system")).GetProperty("parts").EnumerateArray().ToList();

        var shown = parts.Single(part => part.Text("name") == "shard 7");
        Assert.Equal(("shard", "dead", "InvalidOperationException"), (shown.Text("part"), shown.Text("state"), shown.Text("reason")));
        Assert.NotNull(shown.Text("since"));
        var failing = parts.Single(part => part.Text("part") == "finding_writer");
        Assert.Equal(("failing", "the disk is full"), (failing.Text("state"), failing.Text("reason")));
        Assert.Equal("well", parts.Single(part => part.Text("part") == "activity_writer").Text("state"));
        Assert.DoesNotContain(parts, part => part.Text("name") == idle.Name);
    }

    [Fact]
    public async Task What_cannot_be_kept_for_backtest_is_said_everywhere_and_the_appliance_is_ready_all_the_same()
    {
        var kept = _host.Services.GetRequiredService<KeptInputs>();
        await File.WriteAllTextAsync(
            Path.Combine(_host.Temporary.Options.Folder, KeptInputs.FolderName), "", TestContext.Current.CancellationToken);
        kept.Take(new InputChunk(0, 10, Activities.Epoch, new byte[2 << 20]));
        _host.Health.ListenersBound = true;

        using var ready = await _host.Client.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        var answer = JsonElement.Parse(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var parts = (await _host.JsonAsync("system")).GetProperty("parts").EnumerateArray();
        var metrics = await _host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "ready"), (ready.StatusCode, answer.Text("status")));
        Assert.StartsWith(
            "what the judge takes cannot be kept for backtest: ", answer.GetProperty("degraded")[0].GetString(), StringComparison.Ordinal);
        var shown = parts.Single(part => part.Text("part") == "kept_inputs");
        Assert.Equal(("kept for backtest", "degraded"), (shown.Text("name"), shown.Text("state")));
        Assert.Equal(kept.Fault, shown.Text("reason"));
        Assert.Contains("\nrpc_collector_kept_inputs_up 0\n", metrics, StringComparison.Ordinal);
    }
}
