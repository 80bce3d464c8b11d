using RpcCollector.Detection.Advice;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>What people read of an incident: hosts by name, a title, where to look next, a link.</summary>
internal sealed class IncidentTexts(NameBook names, PublicLinks links)
{
    /// <summary>What a host was called at a time; null when that is not known.</summary>
    public string? NameOf(HostAddress host, long atUnixMilliseconds) => names.Find(host, atUnixMilliseconds)?.Name;

    /// <summary>Who drove whom, by the names that held when it was seen last.</summary>
    public string TitleOf(StoredIncident incident) => TitleOf(incident.Told);

    public string TitleOf(Incident incident) =>
        IncidentTitle.Of(incident, host => Shown.Of(names, host.Address, incident.LastSeenUnixMilliseconds));

    /// <summary>Its page in the console.</summary>
    public string LinkOf(StoredIncident incident) => links.OfIncident(incident.Id);

    /// <summary>Its resource in the API.</summary>
    public string ResourceOf(StoredIncident incident) => links.ResourceOfIncident(incident.Id);

    /// <summary>Where to look next because of a finding, in one sentence.</summary>
    public string NextOf(StoredFinding finding) => KindAdvice.NextStep(new AdviceSubject
    {
        Kind = finding.Kind,
        Client = finding.Client,
        Server = finding.Server,
        NumServers = finding.NumServers,
        FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        Operations = finding.Operations,
    });

    /// <summary>Who logged on from a host while an incident went on.</summary>
    public IReadOnlyList<UserSighting> UsersOf(HostAddress client, StoredIncident incident) =>
        names.UsersOf(client, server: null, incident.FirstSeenUnixMilliseconds, incident.LastSeenUnixMilliseconds);
}
