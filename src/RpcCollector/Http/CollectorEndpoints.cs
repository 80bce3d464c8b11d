using RpcCollector.Http.Access;
using RpcCollector.Http.Console;
using RpcCollector.Metrics;

namespace RpcCollector.Http;

/// <summary>Everything that is served over HTTP, on one page.</summary>
internal static class CollectorEndpoints
{
    // Health checks of containers and load balancers often ask without wanting a body.
    private static readonly string[] Head = [HttpMethods.Head];

    public static WebApplication MapCollectorEndpoints(this WebApplication endpoints)
    {
        // Create it now, and with it the store and all instruments, so that what cannot start fails before anything listens.
        var instruments = endpoints.Services.GetRequiredService<Instruments>();
        var findings = endpoints.Services.GetRequiredService<FindingSeries>();

        // Before all of it: who may ask, and how many at once.
        BadRequests.Count(endpoints.Services);
        endpoints.Use(endpoints.Services.GetRequiredService<AccessGuard>().ServeAsync);
        endpoints.Use(endpoints.Services.GetRequiredService<ApiQueue>().ServeAsync);

        endpoints.MapConsole();

        var api = endpoints.MapGroup("/api/v1").WithTags("RPC activity").ForReaders();
        endpoints.MapGroup("/api/v1").ForReaders().MapIncidents();
        endpoints.MapGroup("/api/v1").ForReaders().MapFindings();
        endpoints.MapGroup("/api/v1").ForReaders().MapNetwork();
        endpoints.MapGroup("/api/v1").ForReaders().MapSinks();
        endpoints.MapGroup("/api/v1").MapSession();
        endpoints.MapGroup("/api/v1").MapAccounts();
        api.MapGet("/activities", ActivityEndpoint.Read)
            .WithName("listActivities")
            .WithSummary("RPC activity, the latest start first.")
            .WithDescription(
                "Shows what is committed to the store, so it survives a crash. Pages by 'cursor' have no gaps and no repeats while " +
                "activities are added. Looking for what few have ends after a while: then 'looked_back_to' says how far it looked, and " +
                "'next' goes on there, also when a page has no items.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/activities/histogram", ActivityEndpoint.ReadHistogram)
            .WithName("readActivityHistogram")
            .WithSummary("How many activities began when, by the rule that joined them.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/system", SystemEndpoint.Read)
            .WithTags("System")
            .WithName("readSystem")
            .WithSummary("Version, health of every part, what is kept and how much, what is received, memory and CPU time.");
        api.MapGet("/exporters", ExporterEndpoints.ReadExporters)
            .WithName("listExporters")
            .WithSummary("The exporters that have sent flows since the start, in order of address; at a judge those of all its sensors.");
        api.MapGet("/sensors", SensorEndpoint.Read)
            .WithName("listSensors")
            .WithSummary("The sensors of a judge: whether they report, what was sent and lost. None in a process that receives itself.");
        api.MapGet("/templates", ExporterEndpoints.ReadTemplates)
            .WithName("listTemplates")
            .WithSummary("The Templates that exporters announced, with their Information Elements by name.");

        var metrics = endpoints.MapGroup("/metrics").WithTags("Metrics").ForScrapers();
        metrics.MapScrape("", instruments.Registry)
            .WithName("scrapeMetrics")
            .WithSummary("The appliance in figures: Prometheus text 0.0.4, or OpenMetrics 1.0.0 when Accept asks for it.");
        metrics.MapScrape("/findings", findings.Registry)
            .WithName("scrapeFindings")
            .WithSummary(
                "Findings that stand, and pairs of client and server with recent RPC activity, as bounded, expiring series; "
                    + "formats as /metrics.");

        endpoints.MapMethods("/healthz", Head, HealthEndpoints.ReadLiveness).WithMetadata(Unqueued.Mark).ForProbes()
            .ExcludeFromDescription();
        endpoints.MapGet("/healthz", HealthEndpoints.ReadLiveness)
            .WithMetadata(Unqueued.Mark)
            .ForProbes()
            .WithTags("Health")
            .WithName("readLiveness")
            .WithSummary("200 while the process and its threads run.")
            .Produces<HealthJson>()
            .Produces<HealthJson>(StatusCodes.Status503ServiceUnavailable);
        endpoints.MapMethods("/readyz", Head, HealthEndpoints.ReadReadiness).WithMetadata(Unqueued.Mark).ForProbes()
            .ExcludeFromDescription();
        endpoints.MapGet("/readyz", HealthEndpoints.ReadReadiness)
            .WithMetadata(Unqueued.Mark)
            .ForProbes()
            .WithTags("Health")
            .WithName("readReadiness")
            .WithSummary("200 while the listeners are bound, the store can be written and every part works.")
            .Produces<ReadinessJson>()
            .Produces<ReadinessJson>(StatusCodes.Status503ServiceUnavailable);

        endpoints.MapOpenApi().ForReaders().ExcludeFromDescription();
        return endpoints;
    }
}
