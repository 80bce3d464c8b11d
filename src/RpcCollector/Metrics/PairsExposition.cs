using RpcCollector.Flows;

namespace RpcCollector.Metrics;

/// <summary>Writes the active pairs as the series of /metrics/findings. Client and server are labels here and nowhere else: the series are bounded and expire.</summary>
internal static class PairsExposition
{
    public static byte[] Write(IReadOnlyList<ActivePair> pairs, ExpositionFormat format)
    {
        var labels = pairs.Select(Labels).ToArray();
        var writer = new ExpositionWriter(format);
        writer.Family("rpc_collector_pair_activities", FamilyKind.Gauge, "RPC activities of a client with a server recorded within the expiry, the most recent pair first.", "");
        for (var i = 0; i < labels.Length; i++) writer.Sample("", labels[i], pairs[i].Activities);
        writer.Family(
            "rpc_collector_pair_last_activity_timestamp_seconds", FamilyKind.Gauge, "When the latest RPC activity of a client with a server began, by the exporter's clock.", "seconds");
        for (var i = 0; i < labels.Length; i++) writer.Sample("", labels[i], pairs[i].LastStartUnixMilliseconds / 1000.0);
        return writer.Finish();
    }

    private static KeyValuePair<string, string>[] Labels(ActivePair active) =>
    [
        new("client", active.Pair.Client.ToString()),
        new("server", active.Pair.Server.ToString()),
        new("basis", BasisName.Of(active.Pair.Basis)),
    ];
}
