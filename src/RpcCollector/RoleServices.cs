using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Nats;
using RpcCollector.Scale.Sensors;
using RpcCollector.Scale.Words;
using RpcCollector.Store;
using RpcCollector.Transport;

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

                // First, so that it ends after those who write to it.
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
        services.AddSingleton<IFlowLog>(_ => new NatsFlowLog(options, servers));
    }
}
