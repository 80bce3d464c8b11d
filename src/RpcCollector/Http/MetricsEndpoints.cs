using Prometheus;
using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>/metrics and /metrics/findings: each a registry of its own.</summary>
internal static class MetricsEndpoints
{
    /// <summary>Serves a registry as Prometheus text 0.0.4, or as OpenMetrics 1.0.0 when Accept asks for it.</summary>
    public static IEndpointConventionBuilder MapScrape(this IEndpointRouteBuilder endpoints, string pattern, CollectorRegistry registry)
    {
        var queue = new ScrapeQueue(endpoints.ServiceProvider.GetRequiredService<AccessGauges>());
        var endpoint = endpoints.MapMetrics(settings => settings.Registry = registry, pattern);
        endpoint.Add(built =>
        {
            var scrape = built.RequestDelegate!;
            Task ServeAsync(HttpContext context) => queue.ServeAsync(context, scrape);
            built.RequestDelegate = ServeAsync;

            // What the API's description needs to know of it.
            built.Metadata.Add(((RequestDelegate)ServeAsync).Method);
        });
        return endpoint.WithMetadata(
            Unqueued.Mark,
            new HttpMethodMetadata([HttpMethods.Get]),
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain", "application/openmetrics-text"]));
    }
}
