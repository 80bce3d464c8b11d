using System.ComponentModel;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>One incident with all that is known of it.</summary>
internal sealed record IncidentDetailJson
{
    // What a page can show at once; the API of findings has them all.
    public const int MaxFindings = 500;
    public const int MaxEntries = 1_000;
    public const int MaxUsers = 50;
    private const int MaxNext = 8;

    public required IncidentJson Incident { get; init; }

    [Description("What each client did at worst, the earliest client first.")]
    public required IReadOnlyList<IncidentActJson> Acts { get; init; }

    [Description("Who was driven, and went on as a client, the earliest first.")]
    public required IReadOnlyList<IncidentStepJson> Steps { get; init; }

    [Description("Its findings, the earliest first, up to 500.")]
    public required IReadOnlyList<IncidentFindingJson> Findings { get; init; }

    [Description("Flows and operations behind these findings, in order, up to 1000.")]
    public required IReadOnlyList<IncidentEntryJson> Timeline { get; init; }

    [Description("Who logged on from its clients meanwhile, the latest first, up to 50.")]
    public required IReadOnlyList<IncidentUserJson> Users { get; init; }

    [Description("Where to look next, for the worst findings.")]
    public required IReadOnlyList<IncidentNextJson> Next { get; init; }

    [Description("Who did what with it, in order.")]
    public required IReadOnlyList<IncidentHistoryJson> History { get; init; }

    /// <param name="roleOf">What a host is, as far as it is known; null when the judge does not answer.</param>
    public static IncidentDetailJson From(
        FoundIncident found, IReadOnlyList<StoredFinding> findings, IReadOnlyList<HistoryLine> history, IncidentView view,
        Func<string, string?> roleOf)
    {
        var incident = found.Incident;
        var at = incident.LastSeenUnixMilliseconds;
        return new IncidentDetailJson
        {
            Incident = view.Show(incident, found.MergedFrom),
            Acts =
            [
                .. incident.Acts.Select(act => new IncidentActJson(
                    view.Host(act.Client, at), roleOf(act.Client.Address.ToString()), KebabCase<FindingKind>.Of(act.Kind),
                    act.Server is { } server ? view.Host(server, at) : null, act.NumServers, IncidentJson.IdOf(act.Finding))),
            ],
            Steps =
            [
                .. incident.Steps.Select(step => new IncidentStepJson(
                    view.Host(step.From, at), view.Host(step.To, at), IncidentJson.IdOf(step.Driven), IncidentJson.IdOf(step.WentOn))),
            ],
            Findings = [.. findings.Select(IncidentFindingJson.From)],
            Timeline = [.. findings.SelectMany(IncidentEntryJson.Of).OrderBy(entry => entry.At).Take(MaxEntries)],
            Users = view.UsersOf(incident, MaxUsers),
            Next =
            [
                .. IncidentNextJson.OfProposal(incident),
                .. findings.OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence)
                    .ThenBy(finding => finding.FirstSeenUnixMilliseconds).DistinctBy(finding => finding.Kind).Take(MaxNext)
                    .Select(finding => new IncidentNextJson(IncidentJson.IdOf(finding.Id), view.NextOf(finding))),
            ],
            History = [.. history.Select(line => IncidentHistoryJson.From(line, incident.Id))],
        };
    }
}

/// <summary>What a client of an incident did at worst.</summary>
internal sealed record IncidentActJson(
    IncidentHostJson Client,
    [property: Description("The client's role, such as workstation; absent when it is not known now.")] string? Role,
    string Kind,
    [property: Description("Whom that is about; absent when it is about the client alone.")] IncidentHostJson? Server,
    [property: Description("How many servers the client drove.")] int NumServers,
    [property: Description("The id of that finding.")] string Finding);

/// <summary>A host that was driven and went on.</summary>
internal sealed record IncidentStepJson(
    [property: JsonPropertyName("from")] IncidentHostJson Driver,
    IncidentHostJson To,
    [property: Description("The finding that drove it.")] string DrivenBy,
    [property: Description("Its own finding after that.")] string WentOnBy);

/// <summary>A finding of an incident, in short.</summary>
internal sealed record IncidentFindingJson(
    string Id, string Kind, string Severity, string Confidence, string Client, string? Server, int Count, DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen, string Reason, IReadOnlyList<string> Techniques,
    [property: Description("A person's verdict, while it holds: benign or malicious.")] string? Verdict,
    [property: Description("True when it is suppressed or called benign.")] bool Hidden,
    [property: Description("How rare it is, as /api/v1/findings has it; absent when nothing was known before.")]
    FindingRarityJson? Rarity)
{
    public static IncidentFindingJson From(StoredFinding finding) => new(
        IncidentJson.IdOf(finding.Id), KebabCase<FindingKind>.Of(finding.Kind), KebabCase<FindingSeverity>.Of(finding.Severity),
        KebabCase<FindingConfidence>.Of(finding.Confidence), finding.Client.ToString(), finding.Server?.ToString(), finding.Count,
        UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds), UtcMilliseconds.From(finding.LastSeenUnixMilliseconds), finding.Reason,
        finding.Techniques, finding.Verdict is { } verdict ? KebabCase<VerdictMeaning>.Of(verdict.Meaning) : null, finding.IsHidden,
        FindingRarityJson.From(finding.Rarity));
}

/// <summary>A flow, or the operations of a finding, on the time line.</summary>
internal sealed record IncidentEntryJson(
    DateTimeOffset At,
    [property: Description("flow or operations.")] string What,
    [property: Description("The finding that it stands behind.")] string Finding,
    string Client,
    string? Server,
    DateTimeOffset? End = null,
    int? ClientPort = null,
    int? ServerPort = null,
    [property: Description("Community ID version 1, seed 0.")] string? CommunityId = null,
    [property: Description("Addresses of the exporters that saw it.")] IReadOnlyList<string>? Exporters = null,
    [property: Description("Interfaces and operations named on the wire, from the time on at which the finding was first seen.")]
    IReadOnlyList<string>? Operations = null)
{
    public static IEnumerable<IncidentEntryJson> Of(StoredFinding finding)
    {
        var id = IncidentJson.IdOf(finding.Id);
        foreach (var flow in finding.Flows)
            yield return new IncidentEntryJson(
                UtcMilliseconds.From(flow.StartUnixMilliseconds), "flow", id, flow.Client, flow.Server,
                UtcMilliseconds.From(flow.EndUnixMilliseconds), flow.ClientPort, flow.ServerPort, flow.CommunityId, flow.Exporters);
        if (finding.Operations.Count > 0)
            yield return new IncidentEntryJson(
                UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds), "operations", id, finding.Client.ToString(),
                finding.Server?.ToString(), Operations: finding.Operations);
    }
}

/// <summary>Where to look next.</summary>
internal sealed record IncidentNextJson([property: Description("Because of this finding.")] string Finding, string Text)
{
    /// <summary>What to do where the incident proposes a role.</summary>
    public static IEnumerable<IncidentNextJson> OfProposal(StoredIncident incident)
    {
        if (incident.ProposedRole is not { } role || incident.Acts.Count == 0) yield break;
        var (client, name) = (incident.Acts[0].Client.Address, KebabCase<HostRole>.Of(role));
        yield return new IncidentNextJson(
            IncidentJson.IdOf(incident.Lead),
            $"If {client} is a help desk's machine, tell its role ({name}) on its page, or: PUT /api/v1/hosts/{client}/role " +
            $"{{\"role\":\"{name}\",\"why\":\"help desk\"}}. What it does from then on is low.");
    }
}

/// <summary>One line of an incident's history.</summary>
internal sealed record IncidentHistoryJson(
    DateTimeOffset At,
    [property: Description("state-set, assigned, noted, verdict-given, verdict-withdrawn, reopened, merged or lowered.")] string What,
    [property: Description("Absent for what the appliance did by itself.")] string? Who,
    [property: JsonPropertyName("from"), Description("The address that it came from; absent when it is not known.")] string? SaidFrom,
    [property: Description("The state, the assignee, the verdict, or the incident that has gone into this one.")] string? Value,
    [property: Description("Why, or the note.")] string? Text,
    [property: Description("The incident that it was said of, where that has gone into this one.")] string? Of)
{
    public static IncidentHistoryJson From(HistoryLine line, long incident) => new(
        UtcMilliseconds.From(line.AtUnixMilliseconds), KebabCase<HistoryWhat>.Of(line.What), line.Who, line.From, line.Value, line.Text,
        line.Of is { } of && of != incident ? IncidentJson.IdOf(of) : null);
}
