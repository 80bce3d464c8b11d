using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RpcCollector.Clock;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.KnownExporters;
using RpcCollector.Metrics;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Scale.Sensors;
using RpcCollector.Sinks;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Inputs;
using RpcCollector.Store.Outbox;
using RpcCollector.Store.Takeover;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.Http;

/// <summary>
/// Registers store, metrics and API. The wiring adds the <see cref="ExporterCatalog"/> and the judge, and fills
/// <see cref="CollectorGauges"/> and <see cref="CollectorHealth"/>.
/// </summary>
internal static class CollectorServices
{
    // A flood of a second or two, however few findings are kept: what is dropped on the way is not said again.
    private const int LeastFindingsWaiting = 8_192;

    public static IServiceCollection AddCollectorServices(
        this IServiceCollection services, StoreOptions store, MetricsOptions metrics, HttpOptions? http = null,
        NameOptions? names = null, IReadOnlyList<SinkOptions>? sinks = null)
    {
        services.TryAddSingleton(TimeProvider.System);

        // Who watches starts first and stops last.
        services.AddSingleton<Heartbeats>();
        services.AddSingleton(provider => new StopDeadline(provider.GetRequiredService<ILogger<StopDeadline>>()));
        services.AddHostedService<PartWatch>();

        // The one clock that says what time it is; all else is handed the time, or asks it.
        services.TryAddSingleton(provider =>
            store.Enabled ? KeptClock.In(store, provider.GetRequiredService<Func<StateStore>>()) : KeptClock.None);
        services.TryAddSingleton(
            provider => new ArrivalClock(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<KeptClock>().Read()));
        services.AddHostedService<ClockWatch>();

        // From the shards to the disk.
        services.AddSingleton(new ActivityFeed(store.MaxBacklog));
        services.AddStore(store);
        services.AddSingleton<CommitDurations>();
        services.AddHostedService<ActivityWriter>();

        // From the judge to the disk.
        services.AddSingleton(new FindingFeed(Math.Max(store.MaxFindings, LeastFindingsWaiting)));
        services.AddSingleton<IFindingSink>(provider => new WantedNames(
            provider.GetRequiredService<FindingFeed>(), provider.GetRequiredService<NameBook>(),
            provider.GetRequiredService<ReverseNames>()));
        services.AddSingleton(provider => new FindingStore(
            provider.GetRequiredService<StateStore>(), provider.GetRequiredService<ExporterCatalog>(), store,
            provider.GetRequiredService<ArrivalClock>()));
        services.AddSingleton<VerdictStore>();
        services.AddSingleton<SuppressionStore>();
        services.AddSingleton<FindingEvents>();
        services.AddSingleton(new IncidentOptions());
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<IncidentKeeper>();
        services.AddSingleton(provider => new IncidentStore(
            provider.GetRequiredService<StateStore>(), provider.GetRequiredService<IncidentKeeper>(),
            provider.GetRequiredService<FindingStore>(), store, provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<OutboxStore>()));
        services.AddSingleton<IncidentDeeds>();
        services.AddSingleton<IncidentEvents>();
        services.AddSingleton(provider =>
        {
            var known = provider.GetRequiredService<NameBook>();
            return new ToldLines(
                provider.GetRequiredService<ILoggerFactory>().CreateLogger(ToldLines.Category), provider.GetRequiredService<PublicLinks>(),
                (host, at) => Shown.Of(known, host, at), provider.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService<FindingWriter>();

        // What hosts are called.
        services.AddNames(names ?? new NameOptions(), store.Enabled);

        // To other programs, where no other judge tells them.
        services.AddSingleton<JudgeStanding>();
        services.AddSingleton<SinkTexts>();
        services.AddSingleton<SinkReader>();
        services.AddSingleton(provider => new SinkTools(
            provider.GetRequiredService<SinkTexts>(), provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SinkService>>())
        {
            Standing = provider.GetRequiredService<JudgeStanding>(),
        });
        services.AddSingleton(provider => new SinkSet(
            sinks ?? [], provider.GetRequiredService<SinkReader>(), provider.GetRequiredService<SinkTools>()));
        services.AddHostedService<SinkService>();

        // To people.
        services.AddSingleton(http ?? new HttpOptions());
        services.AddSingleton(PublicLinks.Of(http ?? new HttpOptions()));
        services.AddSingleton<SaidLog>();
        services.AddSingleton<IncidentTexts>();
        services.AddSingleton<IncidentView>();
        services.AddSingleton<IncidentDeedEndpoints>();
        services.AddSingleton<FindingExport>();
        services.AddSingleton(provider => new SystemEndpoint(
            provider.GetRequiredService<Heartbeats>(), provider.GetRequiredService<StoreFolder>(), store,
            provider.GetRequiredService<ActivityStore>(), provider.GetRequiredService<StateStore>(),
            provider.GetRequiredService<FindingStore>(), provider.GetRequiredService<IncidentStore>(),
            provider.GetRequiredService<CollectorGauges>(), provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<KeptInputs>()));
        services.AddSingleton<RoleEndpoints>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<AccessGauges>();
        services.AddSingleton<AccessLog>();
        services.AddAccess(store, http ?? new HttpOptions());
        services.AddSingleton<ApiQueue>();
        services.AddSingleton<HttpConnections>();
        services.AddSingleton<CollectorGauges>();
        services.AddSingleton<ExporterGauges>();
        services.AddSingleton<CollectorHealth>();
        services.AddSensorView();
        services.AddSingleton<Readiness>();
        services.AddSingleton(provider => new ActivePairs(metrics, provider.GetRequiredService<ArrivalClock>()));
        services.AddSingleton(provider => new ActiveFindings(metrics, provider.GetRequiredService<FindingStore>()));
        services.AddSingleton(provider => new ActiveIncidents(metrics, provider.GetRequiredService<IncidentStore>()));
        services.AddSingleton<Instruments>();
        services.AddSingleton<FindingSeries>();
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

    /// <summary>
    /// The folder, and the two files in it: whatever asks for one of them first, the folder is locked and what former versions kept is
    /// taken over.
    /// </summary>
    private static void AddStore(this IServiceCollection services, StoreOptions store)
    {
        services.AddSingleton(_ => StoreFolder.Open(store));
        services.AddSingleton(provider =>
        {
            var (folder, clock) = (provider.GetRequiredService<StoreFolder>(), provider.GetRequiredService<ArrivalClock>());
            var logger = provider.GetRequiredService<ILogger<StateStore>>();
            var state = StateStore.Open(folder, logger, clock);
            try
            {
                FormerFiles.TakeOver(folder, state, provider.GetRequiredService<ExporterGauges>().CountStateDamage, clock, logger);
                return state;
            }
            catch
            {
                state.Dispose();
                throw;
            }
        });
        services.AddSingleton<Func<StateStore>>(provider => provider.GetRequiredService<StateStore>);
        services.AddSingleton(provider =>
        {
            // First: it takes over what the file of activities held.
            provider.GetRequiredService<StateStore>();
            return ActivityStore.Open(
                provider.GetRequiredService<StoreFolder>(),
                store,
                provider.GetRequiredService<ExporterCatalog>(),
                provider.GetRequiredService<ILogger<ActivityStore>>(),
                provider.GetRequiredService<ArrivalClock>());
        });
        services.AddSingleton(provider => KeptInputs.Open(
            provider.GetRequiredService<StoreFolder>(), store, provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StateStore>>()));
        services.AddHostedService<FolderWatch>();
    }
}
