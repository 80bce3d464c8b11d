using RpcCollector.Detection.Advice;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>Incidents as people see them: hosts by name, a title, a link.</summary>
internal sealed class IncidentView(NameBook names, PublicLinks links)
{
    public string? NameOf(HostAddress host, long atUnixMilliseconds) => names.Find(host, atUnixMilliseconds)?.Name;

    /// <summary>Who drove whom, by name; asked for the names that held when it was seen last.</summary>
    public string TitleOf(StoredIncident incident) => IncidentTitle.Of(
        incident.Told, host => Shown.Of(names, host.Address, incident.LastSeenUnixMilliseconds));

    public IncidentJson Show(StoredIncident incident, long? mergedFrom = null) => IncidentJson.From(incident, this, mergedFrom);

    public IncidentHostJson Host(IncidentHost host, long atUnixMilliseconds) =>
        new(host.Address.ToString(), NameOf(host.Address, atUnixMilliseconds));

    public string LinkOf(StoredIncident incident) => links.OfIncident(incident.Id);

    /// <summary>Who logged on from its clients while it went on, the latest first; up to a number.</summary>
    public IReadOnlyList<IncidentUserJson> UsersOf(StoredIncident incident, int most) =>
    [
        .. incident.Acts.Select(act => act.Client.Address).Distinct()
            .SelectMany(client => names
                .UsersOf(client, server: null, incident.FirstSeenUnixMilliseconds, incident.LastSeenUnixMilliseconds)
                .Select(user => IncidentUserJson.From(client, user)))
            .OrderByDescending(user => user.At).Take(most),
    ];

    /// <summary>Where to look next because of a finding, in one sentence.</summary>
    public static string NextStep(StoredFinding finding) => KindAdvice.NextStep(SubjectOf(finding));

    private static AdviceSubject SubjectOf(StoredFinding finding) => new()
    {
        Kind = finding.Kind,
        Client = finding.Client,
        Server = finding.Server,
        NumServers = finding.NumServers,
        FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        Operations = finding.Operations,
    };
}
