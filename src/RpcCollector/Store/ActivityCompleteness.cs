using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Store;

/// <summary>How much of what its exporters sent was there to find an activity in.</summary>
internal static class ActivityCompleteness
{
    /// <summary>
    /// The least complete of its exporters in the minute of the endpoint's start, or in their newest minute when that one is not known;
    /// null when nothing is.
    /// </summary>
    public static double? Of(in RpcActivity activity, ExporterCatalog catalog) =>
        Of(activity.Exporters, activity.Endpoint?.StartUnixMilliseconds ?? activity.StartUnixMilliseconds, catalog);

    /// <summary>The least complete of the exporters of a flow, in the minute of its start.</summary>
    public static double? Of(in ExporterSet exporters, long startUnixMilliseconds, ExporterCatalog catalog)
    {
        double? least = null;
        for (var i = 0; i < exporters.Count; i++)
        {
            if (catalog.Completeness(exporters.IdAt(i), startUnixMilliseconds) is { } completeness)
                least = Math.Min(least ?? 1, completeness);
        }

        return least is { } share ? Math.Round(share, 4) : null;
    }
}
