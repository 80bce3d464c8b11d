using System.ComponentModel;
using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>An incident as lists show it.</summary>
internal sealed record IncidentJson
{
    [Description("That of its earliest finding. Text, because a JavaScript number cannot hold 64 bits.")]
    public required string Id { get; init; }

    [Description("Who drove whom, and who went on from there, in one sentence.")]
    public required string Title { get; init; }

    [Description("That of its worst finding, one step more where several things say the same: low, medium, high or critical.")]
    public required string Severity { get; init; }

    [Description("How sure it is: low, medium or high.")]
    public required string Confidence { get; init; }

    [Description("Why the severity is above that of its worst finding; absent where it is not.")]
    public string? RaisedBecause { get; init; }

    [Description("Why the severity is below that of its worst finding; absent where it is not.")]
    public string? LoweredBecause { get; init; }

    [Description(
        "A role that its client seems to have, such as management-server for a help desk: a person may tell it (PUT " +
            "/api/v1/hosts/{address}/role); " +
        "absent for most.")]
    public string? ProposedRole { get; init; }

    [Description("The reason of its worst finding.")]
    public required string Reason { get; init; }

    [Description("open, acknowledged or closed.")]
    public required string State { get; init; }

    [Description("What it was closed as: benign or malicious; absent while it is not closed.")]
    public string? Verdict { get; init; }

    [Description("Absent when it is nobody's.")]
    public string? Assignee { get; init; }

    [Description("Its clients, the earliest first, up to 16.")]
    public required IReadOnlyList<IncidentHostJson> Clients { get; init; }

    [Description("How many clients there are.")]
    public required int NumClients { get; init; }

    [Description("The servers that its findings name, the worst and earliest first, up to 32.")]
    public required IReadOnlyList<IncidentHostJson> Servers { get; init; }

    [Description("How many servers there are.")]
    public required int NumServers { get; init; }

    [Description("The kinds of its findings, the worst first.")]
    public required IReadOnlyList<string> Kinds { get; init; }

    [Description("ATT&CK techniques, such as T1021.003.")]
    public required IReadOnlyList<string> Techniques { get; init; }

    [Description("How many findings belong to it.")]
    public required int NumFindings { get; init; }

    [Description("How many activities, contacts and operations stand behind it.")]
    public required long Count { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    [Description("When this appliance stored it first, by its own clock.")]
    public required DateTimeOffset RecordedAt { get; init; }

    [Description("When it changed last, what people did with it included.")]
    public required DateTimeOffset UpdatedAt { get; init; }

    [Description("Since when no finding of it stands; absent while one does.")]
    public DateTimeOffset? WithdrawnAt { get; init; }

    [Description("The incident that it has gone into; only in events.")]
    public string? MergedInto { get; init; }

    [Description("The id that was asked for, when that incident has gone into this one.")]
    public string? MergedFrom { get; init; }

    [Description("A closed incident of the same hosts that it follows.")]
    public string? Related { get; init; }

    [Description("True when all its findings are suppressed or called benign.")]
    public required bool Hidden { get; init; }

    [Description("A link to it in this API.")]
    public required string Url { get; init; }

    [Description("A link for people: its page in the console.")]
    public required string Page { get; init; }

    public static string IdOf(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    public static IncidentJson From(StoredIncident incident, IncidentView view, long? mergedFrom) => new()
    {
        Id = IdOf(incident.Id),
        Title = view.TitleOf(incident),
        Severity = KebabCase<FindingSeverity>.Of(incident.Severity),
        Confidence = KebabCase<FindingConfidence>.Of(incident.Confidence),
        RaisedBecause = incident.RaisedBecause,
        LoweredBecause = incident.LoweredBecause,
        ProposedRole = incident.ProposedRole is { } proposed ? KebabCase<HostRole>.Of(proposed) : null,
        Reason = incident.Reason,
        State = KebabCase<IncidentState>.Of(incident.State),
        Verdict = incident.ClosedAs is { } meaning ? KebabCase<VerdictMeaning>.Of(meaning) : null,
        Assignee = incident.Assignee,
        Clients = [.. incident.Acts.Select(act => view.Host(act.Client, incident.LastSeenUnixMilliseconds))],
        NumClients = incident.NumClients,
        Servers = [.. incident.Servers.Select(server => view.Host(server, incident.LastSeenUnixMilliseconds))],
        NumServers = incident.NumServers,
        Kinds = [.. incident.Kinds.Select(KebabCase<FindingKind>.Of)],
        Techniques = incident.Techniques,
        NumFindings = incident.NumFindings,
        Count = incident.Count,
        FirstSeen = UtcMilliseconds.From(incident.FirstSeenUnixMilliseconds),
        LastSeen = UtcMilliseconds.From(incident.LastSeenUnixMilliseconds),
        RecordedAt = UtcMilliseconds.From(incident.RecordedUnixMilliseconds),
        UpdatedAt = UtcMilliseconds.From(incident.UpdatedUnixMilliseconds),
        WithdrawnAt = incident.WithdrawnUnixMilliseconds is { } withdrawn ? UtcMilliseconds.From(withdrawn) : null,
        MergedInto = incident.MergedInto is { } into ? IdOf(into) : null,
        MergedFrom = mergedFrom is { } from ? IdOf(from) : null,
        Related = incident.Related is { } related ? IdOf(related) : null,
        Hidden = incident.IsHidden,
        Url = view.ResourceOf(incident),
        Page = view.LinkOf(incident),
    };
}

/// <summary>A host of an incident.</summary>
internal sealed record IncidentHostJson(
    string Address, [property: Description("What it was called when the incident was seen last; absent when not known.")] string? Name);

/// <summary>Who logged on from a client of an incident.</summary>
internal sealed record IncidentUserJson(string User, string Client, DateTimeOffset At, string Source, bool? Succeeded)
{
    public static IncidentUserJson From(HostAddress client, UserSighting seen) => new(
        seen.User, client.ToString(), UtcMilliseconds.From(seen.AtUnixMilliseconds), KebabCase<NameSource>.Of(seen.Source),
        seen.Succeeded);
}

/// <summary>A page of incidents.</summary>
internal sealed record IncidentsPage(
    IReadOnlyList<IncidentJson> Items,
    [property: Description("How many there are on all pages.")] long Total,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next,
    [property: Description("How many more the same filters match, of which all findings are suppressed or called benign.")] long Hidden);
