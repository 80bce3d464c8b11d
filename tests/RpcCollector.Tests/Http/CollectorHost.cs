using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Http;

/// <summary>Store, metrics and API of the appliance behind an in-memory server, without sockets.</summary>
internal sealed class CollectorHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TemporaryStore _temporary;

    private CollectorHost(WebApplication application, TemporaryStore temporary)
    {
        (_application, _temporary) = (application, temporary);
        Client = application.GetTestClient();
    }

    public HttpClient Client { get; }

    public ActivityStore Store => Get<ActivityStore>();

    public ActivePairs Pairs => Get<ActivePairs>();

    public CollectorGauges Gauges => Get<CollectorGauges>();

    public CollectorHealth Health => Get<CollectorHealth>();

    public ExporterCatalog Catalog => Get<ExporterCatalog>();

    public IServiceProvider Services => _application.Services;

    public TemporaryStore Temporary => _temporary;

    /// <param name="judgement">Null when nothing is to be judged.</param>
    /// <param name="sinks">Who else is told.</param>
    /// <param name="add">What else is registered, as the role of a process does.</param>
    public static async Task<CollectorHost> StartAsync(
        Action<MetricsOptions>? configure = null, JudgementOptions? judgement = null, IReadOnlyList<SinkOptions>? sinks = null,
        Action<IServiceCollection>? add = null)
    {
        var temporary = new TemporaryStore();
        var metrics = new MetricsOptions();
        configure?.Invoke(metrics);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(temporary.Time);
        builder.Services.AddSingleton(temporary.Catalog);
        builder.Services.AddCollectorServices(temporary.Options, metrics, sinks: sinks);
        builder.Services.AddJudgement(temporary.Options, 10_000, judgement, isKept: false);
        add?.Invoke(builder.Services);
        var application = builder.Build();
        application.MapCollectorEndpoints();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new CollectorHost(application, temporary);
    }

    /// <summary>Publishes as a shard does, and waits until the API can show it.</summary>
    public async Task PublishAsync(params IReadOnlyList<ActivityChange> changes)
    {
        var sink = Get<IActivitySink>();
        foreach (var change in changes) sink.Publish(change);
        var feed = Get<ActivityFeed>();
        var last = changes[^1].Activity.Id;
        while (feed.Backlog > 0 || Store.Read(new ActivityQuery { Limit = 1000 }).Items.All(item => item.Id != last))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes as the judge does, and waits until the API can show it.</summary>
    public async Task PublishAsync(params IReadOnlyList<FindingChange> changes)
    {
        var (feed, store) = (Get<FindingFeed>(), Get<FindingStore>());
        foreach (var change in changes) feed.Publish(change);
        foreach (var change in changes)
        {
            var isWithdrawn = change.Kind == ActivityChangeKind.Withdrawn;
            while (feed.Backlog > 0 || store.Find(change.Finding.Id) is not { } stored
                || (stored.WithdrawnUnixMilliseconds is not null) != isWithdrawn)
                await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Disposing of it alone would leave its writers at work.
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        _temporary.Dispose();
    }

    private T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();
}
