using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>Incidents as the API shows them: hosts by name, a title, a link.</summary>
internal sealed class IncidentView(IncidentTexts texts)
{
    public string? NameOf(HostAddress host, long atUnixMilliseconds) => texts.NameOf(host, atUnixMilliseconds);

    public string TitleOf(StoredIncident incident) => texts.TitleOf(incident);

    public string LinkOf(StoredIncident incident) => texts.LinkOf(incident);

    public string ResourceOf(StoredIncident incident) => texts.ResourceOf(incident);

    public string NextOf(StoredFinding finding) => texts.NextOf(finding);

    public IncidentJson Show(StoredIncident incident, long? mergedFrom = null) => IncidentJson.From(incident, this, mergedFrom);

    public IncidentHostJson Host(IncidentHost host, long atUnixMilliseconds) =>
        new(host.Address.ToString(), texts.NameOf(host.Address, atUnixMilliseconds));

    /// <summary>Who logged on from its clients while it went on, the latest first; up to a number.</summary>
    public IReadOnlyList<IncidentUserJson> UsersOf(StoredIncident incident, int most) =>
    [
        .. incident.Acts.Select(act => act.Client.Address).Distinct()
            .SelectMany(client => texts.UsersOf(client, incident).Select(user => IncidentUserJson.From(client, user)))
            .OrderByDescending(user => user.At).Take(most),
    ];
}
