namespace RpcCollector.KnownExporters;

/// <summary>Registers what watches over the exporters.</summary>
internal static class ExporterServices
{
    public static IServiceCollection AddExporterServices(this IServiceCollection services)
    {
        // The lists come first, so that exporters that are not allowed are not taken from the saved state either.
        services.AddHostedService<ExporterLists>();
        services.AddHostedService<ExporterStateKeeper>();
        services.AddHostedService<ExporterWatch>();
        return services;
    }
}
