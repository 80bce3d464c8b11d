using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;

namespace RpcCollector.Scale.Sensors;

/// <summary>Registers what sensors say of themselves, and who takes it.</summary>
internal static class SensorServices
{
    /// <summary>Of a sensor; after what writes its flow starts, so that it ends first.</summary>
    public static void AddSensorReporting(this IServiceCollection services) => services.AddHostedService<SensorReporting>();

    /// <summary>Of a judge.</summary>
    public static void AddSensorReports(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var reports = new SensorReports();
        provider.GetRequiredService<ExporterCatalog>().HeardElsewhere = reports.Completeness;
        return reports;
    });

    /// <summary>Of every process: where there are no sensors, it shows none.</summary>
    public static void AddSensorView(this IServiceCollection services) => services.AddSingleton(provider => new SensorView(
        provider.GetService<SensorReports>(), provider.GetService<LogGauges>(), provider.GetRequiredService<ArrivalClock>()));
}
