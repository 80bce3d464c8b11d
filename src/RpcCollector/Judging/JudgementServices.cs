using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using RpcCollector.Vitals;

namespace RpcCollector.Judging;

/// <summary>Registers the judge, between the shards and the store of findings.</summary>
internal static class JudgementServices
{
    /// <param name="capacity">How many facts of a kind may wait for the judge.</param>
    /// <param name="options">Null when nothing is to be judged.</param>
    /// <param name="isKept">True to keep what it learns in the store.</param>
    public static IServiceCollection AddJudgement(this IServiceCollection services, StoreOptions store, int capacity,
        JudgementOptions? options, bool isKept)
    {
        services.AddSingleton<JudgeGauges>();
        services.AddSingleton<JudgeArchive>();
        services.AddSingleton(provider =>
        {
            var exporters = provider.GetRequiredService<ExporterCatalog>().Directory;
            var (gauges, time) = (provider.GetRequiredService<JudgeGauges>(), provider.GetRequiredService<TimeProvider>());
            var logger = provider.GetRequiredService<ILogger<JudgeThread>>();
            var heartbeats = provider.GetRequiredService<Heartbeats>();
            var judge = new JudgeThread(
                options is null ? null : () => new Judge(options, provider.GetRequiredService<IFindingSink>(), exporters),
                capacity,

                // Both asked for when it starts: the sockets are bound before the store is touched.
                () =>
                {
                    var memory = new JudgeMemory(
                        isKept ? provider.GetRequiredService<JudgeArchive>() : null,
                        isKept ? new JudgementFile(store.Folder, provider.GetRequiredService<ArrivalClock>()) : null,
                        provider.GetRequiredService<FindingFeed>(), exporters, gauges, time, logger,
                        isKept ? provider.GetRequiredService<KeptInputs>() : null);
                    heartbeats.Add(memory.Heartbeat);
                    return memory;
                },
                () => provider.GetRequiredService<VerdictStore>().Latest(),
                gauges,
                provider.GetRequiredService<ArrivalClock>(),
                logger,
                provider.GetRequiredService<StopDeadline>(),
                () => provider.GetRequiredService<ToldRoleStore>().Read());
            heartbeats.Add(judge.Heartbeat);
            return judge;
        });
        services.AddHostedService(provider => provider.GetRequiredService<JudgeThread>());
        services.AddSingleton<ToldRoleStore>();
        services.AddSingleton(
            _ => RoleTable.TryParse(options?.Roles ?? [], out var roles, out var wrong) ? roles : throw new FormatException(wrong));
        services.AddSingleton<RoleTelling>();
        services.AddSingleton<NetworkView>();
        services.AddSingleton(LearningTerms.Of(options ?? new JudgementOptions()));
        services.AddSingleton<IActivitySink, ActivityFork>();
        return services;
    }
}
