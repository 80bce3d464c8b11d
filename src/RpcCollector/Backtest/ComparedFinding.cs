using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Backtest;

/// <summary>A finding with how severe it was when it was found, and is when it is judged again; null where it is none.</summary>
/// <param name="Tried">With the settings that are tried; null, too, when none are.</param>
/// <param name="Reason">By the settings that are tried, or, where it is none by them, by the present ones, or as it was found.</param>
/// <param name="Verdict">What a person says of it, and holds.</param>
internal sealed record ComparedFinding(
    long Id, FindingKind Kind, HostAddress Client, HostAddress? Server, FindingSeverity? Found, FindingSeverity? Present,
    FindingSeverity? Tried, string Reason, long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds, VerdictMeaning? Verdict)
{
    /// <summary>The worst that it is or was.</summary>
    public FindingSeverity Worst => new[] { Found, Present, Tried }.Max()!.Value;
}

/// <summary>Findings of one way of judging, within a period.</summary>
internal sealed class FindingSet
{
    private readonly Dictionary<long, FindingSeverity> _severities = [];

    private FindingSet(IReadOnlyCollection<Incident> incidents) => Incidents = incidents;

    /// <summary>What they make, as far as it was seen in the period.</summary>
    public IReadOnlyCollection<Incident> Incidents { get; }

    public int Count => _severities.Count;

    public FindingSeverity? SeverityOf(long id) => _severities.TryGetValue(id, out var severity) ? severity : null;

    public static FindingSet Of(IReadOnlyCollection<StoredFinding> findings, long since, long until) =>
        Of([.. findings.Select(FindingOutlines.Of)], since, until);

    public static FindingSet Of(IReadOnlyCollection<Finding> findings, long since, long until) =>
        Of([.. findings.Select(FindingOutline.Of)], since, until);

    private static FindingSet Of(List<FindingOutline> findings, long since, long until)
    {
        var set = new FindingSet(IncidentsOf(findings, since, until));
        foreach (var finding in findings)
        {
            if (IsWithin(finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds, since, until))
                set._severities[finding.Id] = finding.Severity;
        }

        return set;
    }

    private static List<Incident> IncidentsOf(IEnumerable<FindingOutline> findings, long since, long until)
    {
        var book = new IncidentBook(new IncidentOptions());
        book.Take(findings.OrderBy(static finding => finding.FirstSeenUnixMilliseconds).ThenBy(static finding => finding.Id)
            .Select(static finding => (ActivityChangeKind.Added, finding)));
        return
        [
            .. book.InOrder().Where(incident =>
                IsWithin(incident.FirstSeenUnixMilliseconds, incident.LastSeenUnixMilliseconds, since, until)),
        ];
    }

    private static bool IsWithin(long first, long last, long since, long until) => last >= since && first < until;
}
