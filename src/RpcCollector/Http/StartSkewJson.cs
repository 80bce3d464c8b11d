using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Http;

/// <summary>What was learned of two exporters' clocks from the connections that both saw.</summary>
internal sealed record StartSkewJson(
    [property: Description("The other exporter.")] string RelativeTo,
    [property: Description("Median of the latest sightings; negative when this exporter's clock is behind.")] double Seconds,
    [property: Description("Sightings that it was learned from.")] long Samples)
{
    /// <summary>
    /// The skews that concern one exporter against others, as seen from it: between two exporters the one with most samples.
    /// </summary>
    public static IEnumerable<StartSkewJson> Of(HostAddress exporter, IReadOnlyList<ClockSkew> skews, ExporterDirectory directory)
    {
        if (!directory.TryFind(exporter, out var id)) return [];
        return skews
            .Where(skew => skew.ExporterId != skew.ReferenceExporterId && (skew.ExporterId == id || skew.ReferenceExporterId == id))
            .Select(skew => skew.ExporterId == id
                ? (Other: skew.ReferenceExporterId, skew.Milliseconds, skew.Samples)
                : (Other: skew.ExporterId, Milliseconds: -skew.Milliseconds, skew.Samples))
            .GroupBy(skew => skew.Other)
            .Select(group => group.MaxBy(skew => skew.Samples))
            .Select(skew => new StartSkewJson(directory[skew.Other].ToString(), skew.Milliseconds / 1000.0, skew.Samples))
            .OrderBy(skew => skew.RelativeTo, StringComparer.Ordinal);
    }
}
