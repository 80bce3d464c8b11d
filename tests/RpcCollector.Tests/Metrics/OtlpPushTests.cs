using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcCollector.Flows;
using RpcCollector.Metrics;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Metrics;

public sealed class OtlpPushTests
{
    [Fact]
    public async Task Metrics_are_pushed_to_the_address_that_is_set()
    {
        // An OpenTelemetry collector's HTTP side, as far as this needs it.
        var pushed = new ConcurrentQueue<(string? Type, byte[] Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/v1/metrics", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            pushed.Enqueue((request.ContentType, body.ToArray()));
        });
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        var address = receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        using var temporary = new TemporaryStore();
        using var store = temporary.Open();
        var options = new MetricsOptions { OtlpEndpoint = new Uri(address + "/v1/metrics") };
        using var instruments = new Instruments(
            new CollectorGauges(), temporary.Catalog, new ActivityFeed(1_000), store, new ActivePairs(options, temporary.Clock),
                temporary.Clock);

        // The end of the process pushes what the last minute had.
        new MetricsScraper(options, instruments).Dispose();

        Assert.True(pushed.TryDequeue(out var push), "nothing was pushed");
        Assert.Equal("application/x-protobuf", push.Type);
        Assert.Contains("rpc_collector_datagrams_received", Encoding.UTF8.GetString(push.Body), StringComparison.Ordinal);
    }
}
