using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Metrics;

namespace RpcCollector.Http;

/// <summary>/metrics and /metrics/findings.</summary>
internal static class MetricsEndpoints
{
    public static FileContentHttpResult ReadMetrics(HttpContext context, MetricsScraper scraper)
    {
        var format = Negotiate(context);
        return TypedResults.Bytes(scraper.Scrape(format), ExpositionNegotiation.ContentType(format));
    }

    public static FileContentHttpResult ReadFindings(HttpContext context, ActiveFindings findings, ActivePairs pairs)
    {
        var format = Negotiate(context);
        return TypedResults.Bytes(FindingsExposition.Write(findings.Read(), pairs.Read(), format), ExpositionNegotiation.ContentType(format));
    }

    private static ExpositionFormat Negotiate(HttpContext context)
    {
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.CacheControl = "no-store";
        return ExpositionNegotiation.Choose(context.Request.GetTypedHeaders().Accept);
    }
}
