using System.Text.Json.Serialization;
using RpcCollector.Detection.Incidents;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>An incident as a line of replay.</summary>
internal sealed record IncidentLineJson
{
    [JsonPropertyOrder(0)]
    public string Type { get; } = "incident";

    /// <summary>The same as a running appliance gives it.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Severity { get; init; }

    public required string Confidence { get; init; }

    /// <summary>Absent where the severity is that of its worst finding.</summary>
    public string? RaisedBecause { get; init; }

    /// <summary>That of its worst finding.</summary>
    public required string Reason { get; init; }

    public required IReadOnlyList<IncidentHostJson> Clients { get; init; }

    public required IReadOnlyList<IncidentHostJson> Servers { get; init; }

    public required int NumServers { get; init; }

    public required IReadOnlyList<string> Kinds { get; init; }

    public required IReadOnlyList<string> Techniques { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public required long Count { get; init; }

    /// <summary>Ids of its findings, the earliest first, up to 64.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public required int NumFindings { get; init; }

    public static IncidentLineJson From(ToldIncident told) => new()
    {
        Id = IncidentJson.IdOf(told.Incident.Id),
        Title = told.Title,
        Severity = KebabCase<Detection.FindingSeverity>.Of(told.Incident.Severity),
        Confidence = KebabCase<Detection.FindingConfidence>.Of(told.Incident.Confidence),
        RaisedBecause = told.Incident.RaisedBecause,
        Reason = told.Reason,
        Clients = [.. told.Incident.Acts.Select(act => Host(told, act.Client))],
        Servers = [.. told.Incident.Servers.Select(server => Host(told, server))],
        NumServers = told.Incident.NumServers,
        Kinds = [.. told.Incident.Kinds.Select(KebabCase<Detection.FindingKind>.Of)],
        Techniques = told.Incident.Techniques,
        FirstSeen = UtcMilliseconds.From(told.Incident.FirstSeenUnixMilliseconds),
        LastSeen = UtcMilliseconds.From(told.Incident.LastSeenUnixMilliseconds),
        Count = told.Incident.Count,
        Findings = [.. told.Incident.Findings.Select(IncidentJson.IdOf)],
        NumFindings = told.Incident.NumFindings,
    };

    private static IncidentHostJson Host(ToldIncident told, IncidentHost host) => new(host.Address.ToString(), told.NameOf(host));
}

/// <summary>An incident with what a replay says of it.</summary>
/// <param name="Reason">That of its worst finding.</param>
/// <param name="NameOf">What a host was called when it was seen last; null when that is not known.</param>
internal sealed record ToldIncident(Incident Incident, string Title, string Reason, Func<IncidentHost, string?> NameOf);
