using RpcCollector.Captures;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Http;

namespace RpcCollector.Commands;

/// <summary>What a replay found, and what became of everything it read.</summary>
/// <param name="Activities">In the order of their start.</param>
/// <param name="Findings">In the order in which they were first seen.</param>
/// <param name="Counters">One for decoding and one for joining; the results are their sums.</param>
/// <param name="Captures">What the files held.</param>
internal sealed record ReplayResult(
    IReadOnlyList<RpcActivity> Activities, IReadOnlyList<Finding> Findings, ExporterCatalog Catalog,
    long OptionsRecords, IReadOnlyList<HopCounters> Counters, CaptureTally Captures)
{
    public long Datagrams => Sum(counters => counters.Received(Hop.Datagram));

    /// <summary>Every Data Record decoded, Options Data Records apart.</summary>
    public long DataRecords => Sum(counters => counters.Received(Hop.DataRecord));

    /// <summary>Lines of Zeek logs, headers apart.</summary>
    public long ZeekLines => Sum(counters => counters.Received(Hop.ZeekLine));

    /// <summary>Lines of Suricata's eve.json.</summary>
    public long SuricataLines => Sum(counters => counters.Received(Hop.SuricataLine));

    /// <summary>RPC operations that Zeek and Suricata named.</summary>
    public long RpcOperations { get; init; }

    /// <summary>What the findings make, the worst first.</summary>
    public IReadOnlyList<ToldIncident> Incidents { get; init; } = [];

    public int Templates => Catalog.NumTemplates;

    public long FlowStarts => Sum(counters => counters.Used(Hop.FlowStart));

    /// <summary>Records of connections that a firewall or an access list did not let through, and that may matter by their ports.</summary>
    public long Refused => Sum(counters => counters.Noted(Irregularity.FlowRefused));

    /// <summary>How many activities of each basis there are; a basis without any is left out.</summary>
    public IEnumerable<(JoinBasis Basis, int Count)> ByBasis() =>
        Activities.GroupBy(activity => activity.Basis).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()));

    /// <summary>How many findings of each kind there are; a kind without any is left out.</summary>
    public IEnumerable<(FindingKind Kind, int Count)> ByKind() =>
        Findings.GroupBy(finding => finding.Kind).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()));

    /// <summary>The reasons why something was not used, whatever the hop; those without any are left out.</summary>
    public IEnumerable<(Rejection Reason, long Count)> Rejected() =>
        Enum.GetValues<Rejection>()
            .Select(reason => (reason, Sum(counters => Enum.GetValues<Hop>().Sum(hop => counters.Rejected(hop, reason)))))
            .Where(entry => entry.Item2 > 0);

    public IEnumerable<HostAddress> ExportersOf(RpcActivity activity)
    {
        for (var i = 0; i < activity.Exporters.Count; i++) yield return Catalog.Directory[activity.Exporters.IdAt(i)];
    }

    private long Sum(Func<HopCounters, long> count) => Counters.Sum(count);
}
