using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the metrics.</summary>
public sealed class MetricsOptions
{
    [Setting(
        "How many pairs of client, server and basis /metrics/findings names, the most recent first; those beyond are counted "
            + "as rpc_collector_pairs_hidden.",
        Minimum = 0, Maximum = 50_000)]
    public int MaxPairs { get; set; } = 1_000;

    [Setting(
        "How long after its last activity was recorded a pair is named by /metrics/findings.", Unit = "hh:mm:ss",
        Minimum = 60, Maximum = 604_800)]
    public TimeSpan PairExpiry { get; set; } = TimeSpan.FromHours(1);

    [Setting(
        "How many findings /metrics/findings lists, the most severe first; further ones are only counted in rpc_collector_findings_hidden.",
        Minimum = 0, Maximum = 50_000)]
    public int MaxFindings { get; set; } = 1_000;

    [Setting(
        "How many incidents /metrics/findings lists, the most severe first; further ones are only counted in " +
        "rpc_collector_incidents_hidden.", Minimum = 0, Maximum = 10_000)]
    public int MaxIncidents { get; set; } = 500;

    [Setting(
        "How long after it last changed a finding or an incident is named by /metrics/findings.", Unit = "d.hh:mm:ss",
        Minimum = 60, Maximum = 2_592_000)]
    public TimeSpan FindingExpiry { get; set; } = TimeSpan.FromDays(1);
}
