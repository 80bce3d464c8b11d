using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Names;

/// <summary>Registers what knows what hosts are called.</summary>
internal static class NameServices
{
    /// <param name="isKept">True to keep names in the store.</param>
    public static IServiceCollection AddNames(this IServiceCollection services, NameOptions options, bool isKept)
    {
        services.AddSingleton(_ => new NameBook(options));
        services.AddHostedService(provider => new NameKeeper(
            options, isKept, provider.GetRequiredService<NameBook>(), provider.GetRequiredService<Func<StateStore>>(),
            provider.GetRequiredService<ArrivalClock>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Heartbeats>(), provider.GetRequiredService<StopDeadline>(),
            provider.GetRequiredService<ILogger<NameKeeper>>()));
        services.AddSingleton(provider => new ReverseNames(
            options, provider.GetRequiredService<NameBook>(), provider.GetRequiredService<ArrivalClock>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Heartbeats>(),
            provider.GetRequiredService<StopDeadline>()));
        services.AddHostedService(provider => provider.GetRequiredService<ReverseNames>());
        return services;
    }
}
