using Microsoft.Net.Http.Headers;

namespace RpcCollector.Metrics;

/// <summary>The two text formats in which metrics are shown.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text exposition format 0.0.4: what is sent to whoever does not ask for another.</summary>
    PrometheusText,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Chooses the format by a request's Accept header (RFC 9110, 12.5.1).</summary>
internal static class ExpositionNegotiation
{
    public const string PrometheusTextContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics ? OpenMetricsContentType : PrometheusTextContentType;

    /// <summary>OpenMetrics only where it is named and nothing we have is liked better: a scraper that asks for what we lack gets the text that all can read.</summary>
    public static ExpositionFormat Choose(IList<MediaTypeHeaderValue> accept)
    {
        double openMetrics = 0;
        double text = 0;
        foreach (var range in accept)
        {
            var quality = range.Quality ?? 1;
            var stated = range.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
            var version = HeaderUtilities.RemoveQuotes(stated?.Value ?? default).ToString();
            var mediaType = range.MediaType.ToString().ToLowerInvariant();
            if (mediaType is "application/openmetrics-text" && version is "" or "1.0.0") openMetrics = Math.Max(openMetrics, quality);
            else if ((mediaType is "text/plain" && version is "" or "0.0.4") || mediaType is "text/*" or "*/*") text = Math.Max(text, quality);
        }

        return openMetrics > 0 && openMetrics >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText;
    }
}
