using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Names;

namespace RpcCollector.Http;

/// <summary>A finding as a line of replay.</summary>
internal sealed record FindingLineJson
{
    [JsonPropertyOrder(0)]
    public string Type { get; } = "finding";

    /// <summary>The same as a running appliance gives it.</summary>
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Severity { get; init; }

    public required string Confidence { get; init; }

    public required string Client { get; init; }

    /// <summary>What it was called then; absent when nothing names it.</summary>
    public string? ClientName { get; init; }

    public string? ClientNameSource { get; init; }

    /// <summary>Absent when it is about the client alone.</summary>
    public string? Server { get; init; }

    public string? ServerName { get; init; }

    public string? ServerNameSource { get; init; }

    /// <summary>Who logged on from the client, as the API has it; absent when nobody is known to have.</summary>
    public IReadOnlyList<LogonJson>? Users { get; init; }

    public required IReadOnlyList<string> Techniques { get; init; }

    public required IReadOnlyList<string> Analytics { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public required int Count { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<string> CommunityIds { get; init; }

    /// <summary>Interfaces or operations named on the wire; absent when none were.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>How many servers it stands for; absent for a single one.</summary>
    public int? Servers { get; init; }

    /// <summary>How rare it is, as the API has it; absent when nothing was known before.</summary>
    public FindingRarityJson? Rarity { get; init; }

    /// <summary>What became known after it had been reported; absent when nothing did.</summary>
    public IReadOnlyList<FindingNoteJson>? Notes { get; init; }

    public static FindingLineJson From(Finding finding, NameBook names)
    {
        var client = names.Find(finding.Client, finding.FirstSeenUnixMilliseconds);
        var server = finding.Server is { } address ? names.Find(address, finding.FirstSeenUnixMilliseconds) : null;
        return new FindingLineJson
        {
            Id = FindingJson.IdOf(finding.Id),
            Kind = Name(finding.Kind),
            Severity = Name(finding.Severity),
            Confidence = Name(finding.Confidence),
            Client = finding.Client.ToString(),
            ClientName = client?.Name,
            ClientNameSource = FindingJson.SourceOf(client),
            Server = finding.Server?.ToString(),
            ServerName = server?.Name,
            ServerNameSource = FindingJson.SourceOf(server),
            Users = LogonJson.Around(
                names, finding.Client, finding.Server, finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds),
            Techniques = finding.Techniques,
            Analytics = finding.Analytics,
            FirstSeen = UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds),
            LastSeen = UtcMilliseconds.From(finding.LastSeenUnixMilliseconds),
            Count = finding.Count,
            Reason = finding.Reason,
            CommunityIds = [.. finding.Flows.Select(flow => flow.CommunityId).Distinct(StringComparer.Ordinal)],
            Operations = finding.Operations.Count > 0 ? finding.Operations : null,
            Servers = finding.NumServers > 1 ? finding.NumServers : null,
            Rarity = FindingRarityJson.From(finding.Rarity),
            Notes = finding.Notes.Count > 0
                ? [.. finding.Notes.Select(note => new FindingNoteJson(UtcMilliseconds.From(note.AtUnixMilliseconds), note.Text))]
                : null,
        };
    }

    /// <summary>As the API spells it: peer-to-peer-rpc.</summary>
    public static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
