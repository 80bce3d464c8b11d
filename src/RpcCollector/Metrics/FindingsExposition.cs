using RpcCollector.Detection.Judgement;
using RpcCollector.Store.Findings;

namespace RpcCollector.Metrics;

/// <summary>Writes the active findings and pairs as the series of /metrics/findings. Client and server are labels here and nowhere else: the series are bounded and expire.</summary>
internal static class FindingsExposition
{
    public static byte[] Write(IReadOnlyList<StoredFinding> findings, IReadOnlyList<ActivePair> pairs, ExpositionFormat format)
    {
        var writer = new ExpositionWriter(format);
        var found = findings.Select(Labels).ToArray();
        writer.Family("rpc_collector_finding_active", FamilyKind.Gauge, "Always 1: a finding that stands, neither suppressed nor called benign, the most severe first. No server: it is about the client alone.", "");
        for (var i = 0; i < found.Length; i++) writer.Sample("", found[i], 1);
        writer.Family("rpc_collector_finding_last_seen_timestamp_seconds", FamilyKind.Gauge, "When the latest flow or operation behind a finding began, by the exporter's clock.", "seconds");
        for (var i = 0; i < found.Length; i++) writer.Sample("", found[i], findings[i].LastSeenUnixMilliseconds / 1000.0);

        var labels = pairs.Select(Labels).ToArray();
        writer.Family("rpc_collector_pair_activities", FamilyKind.Gauge, "RPC activities of a client with a server recorded within the expiry, the most recent pair first.", "");
        for (var i = 0; i < labels.Length; i++) writer.Sample("", labels[i], pairs[i].Activities);
        writer.Family(
            "rpc_collector_pair_last_activity_timestamp_seconds", FamilyKind.Gauge, "When the latest RPC activity of a client with a server began, by the exporter's clock.", "seconds");
        for (var i = 0; i < labels.Length; i++) writer.Sample("", labels[i], pairs[i].LastStartUnixMilliseconds / 1000.0);
        return writer.Finish();
    }

    private static KeyValuePair<string, string>[] Labels(StoredFinding finding) =>
    [
        new("kind", KebabCase<FindingKind>.Of(finding.Kind)),
        new("severity", KebabCase<FindingSeverity>.Of(finding.Severity)),
        new("client", finding.Client.ToString()),
        new("server", finding.Server?.ToString() ?? ""),
    ];

    private static KeyValuePair<string, string>[] Labels(ActivePair active) =>
    [
        new("client", active.Pair.Client.ToString()),
        new("server", active.Pair.Server.ToString()),
        new("basis", BasisName.Of(active.Pair.Basis)),
    ];
}
