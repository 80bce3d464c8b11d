using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store.Findings;

namespace RpcCollector.Judging;

/// <summary>Registers the judge, between the shards and the store of findings.</summary>
internal static class JudgementServices
{
    /// <param name="capacity">How many facts of a kind may wait for the judge.</param>
    /// <param name="create">Makes a judge that knows nothing yet, given where its findings go.</param>
    /// <param name="isKept">True to keep what it learns in a file.</param>
    public static IServiceCollection AddJudgement(this IServiceCollection services, StoreOptions store, int capacity, Func<IFindingSink, IJudge> create, bool isKept)
    {
        services.AddSingleton<JudgeGauges>();
        services.AddSingleton(provider => new JudgeThread(
            () => create(provider.GetRequiredService<IFindingSink>()),
            capacity,
            new JudgementKeeper(
                isKept ? new JudgementFile(store.Folder, provider.GetRequiredService<TimeProvider>()) : null,
                provider.GetRequiredService<JudgeGauges>(),
                provider.GetRequiredService<ILogger<JudgeThread>>()),

            // Asked for when it starts: the sockets are bound before the store is touched.
            () => provider.GetRequiredService<VerdictStore>().Latest(),
            provider.GetRequiredService<JudgeGauges>(),
            provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JudgeThread>>()));
        services.AddHostedService(provider => provider.GetRequiredService<JudgeThread>());
        services.AddSingleton<IActivitySink, ActivityFork>();
        return services;
    }
}
