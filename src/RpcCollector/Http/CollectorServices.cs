using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Metrics;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Registers store, metrics and API. The wiring adds the <see cref="ExporterCatalog"/>, and fills <see cref="CollectorGauges"/> and <see cref="CollectorHealth"/>.</summary>
internal static class CollectorServices
{
    public static IServiceCollection AddCollectorServices(this IServiceCollection services, StoreOptions store, MetricsOptions metrics)
    {
        services.TryAddSingleton(TimeProvider.System);

        // From the shards to the disk.
        services.AddSingleton(new ActivityFeed(store.MaxBacklog));
        services.AddSingleton<IActivitySink>(provider => provider.GetRequiredService<ActivityFeed>());
        services.AddSingleton(provider => ActivityStore.Open(
            store,
            provider.GetRequiredService<ExporterCatalog>(),
            provider.GetRequiredService<ILogger<ActivityStore>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<ActivityWriter>();

        // To people.
        services.AddSingleton<CollectorGauges>();
        services.AddSingleton<CollectorHealth>();
        services.AddSingleton(provider => new ActivePairs(metrics, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Instruments>();
        services.AddSingleton(provider => new MetricsScraper(metrics, provider.GetRequiredService<Instruments>()));
        services.AddProblemDetails();
        services.AddOpenApi("v1", ApiDescription.Configure);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.Converters.Add(new UtcMilliseconds());
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, CollectorJson.Default);
        });
        return services;
    }
}
