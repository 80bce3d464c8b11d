using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Http;
using RpcCollector.Names;

namespace RpcCollector.Commands;

/// <summary>The incidents that the findings of a replay make: the same that a running appliance makes of them.</summary>
internal static class ReplayIncidents
{
    /// <returns>The worst first.</returns>
    public static IReadOnlyList<ToldIncident> Of(IReadOnlyList<Finding> findings, NameBook names)
    {
        var book = new IncidentBook(new IncidentOptions());
        book.Take(findings.Select(finding => new FindingChange(ActivityChangeKind.Added, finding)));
        var reasons = findings.ToDictionary(finding => finding.Id, finding => finding.Reason);
        return
        [
            .. book.InOrder().Select(incident => new ToldIncident(
                incident, IncidentTitle.Of(incident, host => Shown.Of(names, host.Address, incident.LastSeenUnixMilliseconds)),
                reasons.GetValueOrDefault(incident.Lead, ""),
                host => names.Find(host.Address, incident.LastSeenUnixMilliseconds)?.Name)),
        ];
    }
}
