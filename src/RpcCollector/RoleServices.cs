using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Http.Access;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Names;
using RpcCollector.Scale.Nats;
using RpcCollector.Scale.Sensors;
using RpcCollector.Scale.Words;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector;

/// <summary>
/// Registers what a process does of all that a collector does: a sensor collects and writes to a broker, a correlator joins what all
/// sensors wrote there, a judge judges what all correlators found; most processes do everything, and need no broker.
/// </summary>
internal static class RoleServices
{
    /// <exception cref="StartupException">A file that the settings of the broker name cannot be used.</exception>
    public static void AddRole(this IServiceCollection services, CollectorOptions options)
    {
        switch (options.Scale.Role)
        {
            case ScaleRole.Sensor:
                services.AddLog(options.Scale);

                // Each before those who write to it, so that it ends after them.
                if (options.FollowsLogs) services.AddLogTelling(options.Store.Enabled);
                services.AddSingleton<FlowLogWriting>();
                services.AddHostedService(provider => provider.GetRequiredService<FlowLogWriting>());
                services.AddSingleton<Func<OwnReadiness>>(provider => provider.GetRequiredService<Readiness>().Tell);
                services.AddSensorReporting();
                services.AddCollecting();
                break;
            case ScaleRole.Correlator:
                services.AddLog(options.Scale);
                services.AddHostedService<CorrelatingProcess>();
                break;
            case ScaleRole.Judge:
                services.AddLog(options.Scale);
                services.AddSensorReports();
                services.AddSingleton<HeardNames>();
                services.AddSingleton<WordLog>();
                services.AddSingleton<HeardAccounts>();
                services.AddSingleton<JudgeWords>();
                services.AddHostedService<JudgingProcess>();
                if (options.Scale.Correlates) services.AddHostedService<CorrelatingProcess>();
                break;
            default:
                if (options.Store.Enabled) services.AddHeldFlows();
                services.AddCollecting();
                break;
        }
    }

    private static void AddCollecting(this IServiceCollection services)
    {
        services.AddSingleton<CollectingProcess>();
        services.AddHostedService(provider => provider.GetRequiredService<CollectingProcess>());
    }

    private static void AddLogTelling(this IServiceCollection services, bool isKept)
    {
        services.AddSingleton(provider =>
        {
            var telling = new LogTelling(
                provider.GetRequiredService<ScaleOptions>(), provider.GetRequiredService<IFlowLog>(),
                provider.GetRequiredService<FlowLogWriting>(), provider.GetRequiredService<ExporterCatalog>(),
                isKept ? provider.GetRequiredService<Func<StateStore>>() : null, provider.GetRequiredService<Heartbeats>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<StopDeadline>(),
                provider.GetRequiredService<ILogger<LogTelling>>());
            provider.GetRequiredService<NameBook>().Others = telling;
            return telling;
        });
        services.AddHostedService(provider => provider.GetRequiredService<LogTelling>());
    }

    private static void AddHeldFlows(this IServiceCollection services)
    {
        services.AddSingleton<FlowArchive>();
        services.AddSingleton(provider => new HeldFlows(
            provider.GetRequiredService<FlowArchive>, provider.GetRequiredService<ExporterCatalog>().Directory,
            provider.GetRequiredService<ArrivalClock>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CollectingProcess>>()));
    }

    private static void AddLog(this IServiceCollection services, ScaleOptions options)
    {
        // Read before the process is put together: a file that is wrong is one line, and nothing has been begun.
        var servers = NatsServers.Read(options);
        services.AddSingleton(options);
        services.AddSingleton(new LogGauges(options.Partitions));
        services.AddSingleton(_ => new NatsFlowLog(options, servers));
        services.AddSingleton<IFlowLog>(provider => provider.GetRequiredService<NatsFlowLog>());
        if (options.Nats.LeafDomain.Length == 0 && options.Nats.Leaves.Length == 0) return;
        services.AddSingleton<ILeafLook>(provider => provider.GetRequiredService<NatsFlowLog>());
        services.AddHostedService<LeafWatching>();
    }
}
