using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>How much of what its exporters sent was there to find an activity in.</summary>
internal static class ActivityCompleteness
{
    /// <summary>The least complete of its exporters in the minute of the endpoint's start, or in their newest minute when that one is not known; null when nothing is.</summary>
    public static double? Of(in RpcActivity activity, ExporterCatalog catalog)
    {
        var moment = activity.Endpoint?.StartUnixMilliseconds ?? activity.StartUnixMilliseconds;
        double? least = null;
        for (var i = 0; i < activity.Exporters.Count; i++)
        {
            if (catalog.Completeness(activity.Exporters.IdAt(i), moment) is { } completeness) least = Math.Min(least ?? 1, completeness);
        }

        return least is { } share ? Math.Round(share, 4) : null;
    }
}
