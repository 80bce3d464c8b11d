namespace RpcCollector.Exporters;

/// <summary>Registers what watches over the exporters.</summary>
internal static class ExporterServices
{
    public static IServiceCollection AddExporterServices(this IServiceCollection services)
    {
        services.AddHostedService<ExporterStateKeeper>();
        return services;
    }
}
