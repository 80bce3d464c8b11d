using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Http;
using RpcCollector.Naming;

namespace RpcCollector.Backtest;

/// <summary>A comparison as JSON: one object with everything.</summary>
internal sealed record BacktestJson
{
    public required DateTimeOffset KeptFrom { get; init; }

    public required DateTimeOffset KeptUntil { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required double DaysLearnedBefore { get; init; }

    /// <summary>False when less was learned before than the learning period wants.</summary>
    public required bool LearnedEnough { get; init; }

    /// <summary>True when what is kept begins with the first that was ever taken.</summary>
    public required bool Complete { get; init; }

    /// <summary>Activities, contacts, operations and leases.</summary>
    public required long Facts { get; init; }

    public required long Bytes { get; init; }

    /// <summary>What was kept and is damaged.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Inputs that were not kept.</summary>
    public required long Missing { get; init; }

    /// <summary>
    /// How often the judge went on from an earlier input than it had come to: a backup was restored, or something was damaged.
    /// </summary>
    public required int WentBack { get; init; }

    /// <summary>Findings of which only the number was kept.</summary>
    public required long Beyond { get; init; }

    /// <summary>Settings that differ; empty when none are tried.</summary>
    public required IReadOnlyList<TriedSetting> Settings { get; init; }

    public required BacktestSumsJson Found { get; init; }

    public required BacktestSumsJson Present { get; init; }

    /// <summary>Absent when no settings are tried.</summary>
    public BacktestSumsJson? Tried { get; init; }

    public required IReadOnlyList<BacktestFindingJson> Findings { get; init; }

    public static BacktestJson From(BacktestResult result) => new()
    {
        KeptFrom = UtcMilliseconds.From(result.Past.FirstArrival),
        KeptUntil = UtcMilliseconds.From(result.Past.LastArrival),
        Since = UtcMilliseconds.From(result.Since),
        Until = UtcMilliseconds.From(result.Until),
        DaysLearnedBefore = Math.Round(result.DaysBefore, 3),
        LearnedEnough = result.IsLearnedEnough,
        Complete = result.Past.Inputs.Offset == 0,
        Facts = result.Judged.Facts,
        Bytes = result.Past.Inputs.Bytes,
        Skipped = result.Past.Inputs.Damage,
        Missing = result.Judged.Missing,
        WentBack = result.Judged.WentBack,
        Beyond = result.Beyond,
        Settings = result.Settings,
        Found = BacktestSumsJson.Of(result, result.Found, static finding => finding.Found),
        Present = BacktestSumsJson.Of(result, result.Present, static finding => finding.Present),
        Tried = result.Tried is { } tried ? BacktestSumsJson.Of(result, tried, static finding => finding.Tried) : null,
        Findings = [.. result.Findings.Select(BacktestFindingJson.From)],
    };

    public void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(
            output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true });
        JsonSerializer.Serialize(json, this, BacktestJsonContext.Default.BacktestJson);
        json.Flush();
        output.Write("\n"u8);
    }
}

/// <summary>The sums of one way of judging; what there is none of is left out.</summary>
internal sealed record BacktestSumsJson
{
    public required int Findings { get; init; }

    public required IReadOnlyDictionary<string, int> FindingsBySeverity { get; init; }

    public required IReadOnlyDictionary<string, int> FindingsByKind { get; init; }

    public required int Incidents { get; init; }

    public required IReadOnlyDictionary<string, int> IncidentsBySeverity { get; init; }

    public static BacktestSumsJson Of(BacktestResult result, FindingSet set, Func<ComparedFinding, FindingSeverity?> severityOf)
    {
        var findings = result.Findings.Where(finding => severityOf(finding) is not null).ToList();
        return new BacktestSumsJson
        {
            Findings = findings.Count,
            FindingsBySeverity = Counts(findings.Select(finding => KebabCase<FindingSeverity>.Of(severityOf(finding)!.Value))),
            FindingsByKind = Counts(findings.Select(static finding => KebabCase<FindingKind>.Of(finding.Kind))),
            Incidents = set.Incidents.Count,
            IncidentsBySeverity = Counts(set.Incidents.Select(static incident => KebabCase<FindingSeverity>.Of(incident.Severity))),
        };
    }

    private static SortedDictionary<string, int> Counts(IEnumerable<string> names) => new(
        names.GroupBy(static name => name, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>A finding of a comparison: its severity found then, by the present settings, and by those that are tried.</summary>
internal sealed record BacktestFindingJson
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Client { get; init; }

    /// <summary>Absent when it is about the client alone.</summary>
    public string? Server { get; init; }

    /// <summary>Absent when it was not found then.</summary>
    public string? Found { get; init; }

    /// <summary>Absent when it is none by the present settings.</summary>
    public string? Present { get; init; }

    /// <summary>Absent when it is none by the settings that are tried.</summary>
    public string? Tried { get; init; }

    /// <summary>What a person says of it; absent when nobody does.</summary>
    public string? Verdict { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public required string Reason { get; init; }

    public static BacktestFindingJson From(ComparedFinding finding) => new()
    {
        Id = FindingJson.IdOf(finding.Id),
        Kind = KebabCase<FindingKind>.Of(finding.Kind),
        Client = finding.Client.ToString(),
        Server = finding.Server?.ToString(),
        Found = Name(finding.Found),
        Present = Name(finding.Present),
        Tried = Name(finding.Tried),
        Verdict = finding.Verdict is { } verdict ? KebabCase<VerdictMeaning>.Of(verdict) : null,
        FirstSeen = UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds),
        LastSeen = UtcMilliseconds.From(finding.LastSeenUnixMilliseconds),
        Reason = finding.Reason,
    };

    private static string? Name(FindingSeverity? severity) => severity is { } known ? KebabCase<FindingSeverity>.Of(known) : null;
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(BacktestJson))]
internal sealed partial class BacktestJsonContext : JsonSerializerContext;
