using Prometheus;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Metrics;

/// <summary>The active incidents, findings and pairs as the series of /metrics/findings.</summary>
/// <remarks>Client and server are labels here and nowhere else: the series are bounded and expire.</remarks>
internal sealed class FindingSeries
{
    private readonly ActiveFindings _findings;
    private readonly ActivePairs _pairs;
    private readonly IncidentSeries _incidents;
    private readonly PairedSeries<FindingLabels> _ofFindings;
    private readonly PairedSeries<PairKey> _ofPairs;

    public FindingSeries(ActiveFindings findings, ActivePairs pairs, ActiveIncidents incidents, IncidentTexts texts)
    {
        (_findings, _pairs) = (findings, pairs);
        var factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        _incidents = new IncidentSeries(incidents, texts, factory);
        string[] finding = ["kind", "severity", "client", "server"];
        _ofFindings = new(
            factory.CreateGauge(
                "rpc_collector_finding_active",
                "Always 1: a finding that stands, neither suppressed nor called benign, the most severe first. "
                    + "No server: it is about the client alone.",
                finding),
            factory.CreateGauge(
                "rpc_collector_finding_last_seen_timestamp_seconds",
                "When the latest flow or operation behind a finding began, by the exporter's clock.",
                finding),
            labels => labels.Values);
        string[] pair = ["client", "server", "basis"];
        _ofPairs = new(
            factory.CreateGauge(
                "rpc_collector_pair_activities",
                "RPC activities of a client with a server recorded within the expiry, the most recent pair first.",
                pair),
            factory.CreateGauge(
                "rpc_collector_pair_last_activity_timestamp_seconds",
                "When the latest RPC activity of a client with a server began, by the exporter's clock.",
                pair),
            key => [key.Client.ToString(), key.Server.ToString(), BasisName.Of(key.Basis)]);
        Registry.AddBeforeCollectCallback(Refresh);
    }

    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    private void Refresh()
    {
        _incidents.Refresh();
        foreach (var finding in _findings.Read())
        {
            var labels = new FindingLabels(finding.Kind, finding.Severity, finding.Client, finding.Server);
            _ofFindings.Show(labels, 1, finding.LastSeenUnixMilliseconds / 1000.0);
        }

        _ofFindings.RemoveRest();
        foreach (var pair in _pairs.Read()) _ofPairs.Show(pair.Pair, pair.Activities, pair.LastStartUnixMilliseconds / 1000.0);
        _ofPairs.RemoveRest();
    }

    /// <summary>What tells the series of one finding from all others.</summary>
    private readonly record struct FindingLabels(FindingKind Kind, FindingSeverity Severity, HostAddress Client, HostAddress? Server)
    {
        public string[] Values =>
            [KebabCase<FindingKind>.Of(Kind), KebabCase<FindingSeverity>.Of(Severity), Client.ToString(), Server?.ToString() ?? ""];
    }
}
