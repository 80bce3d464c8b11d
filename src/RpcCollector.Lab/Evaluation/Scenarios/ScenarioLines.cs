using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>What was found in one export of a scenario.</summary>
internal sealed record ExportLine(
    string Type,
    string Scenario,
    string Technique,
    string Format,
    string Sensor,
    int CarPairs,
    IReadOnlyList<FoundJson> Findings,
    int OtherFindings)
{
    public static ExportLine From(ScenarioRun run) => new(
        "export",
        run.Scenario.Name,
        run.Scenario.Technique,
        run.Format,
        run.Sensor,
        run.CarPairs,
        [.. run.About.Select(FoundJson.From)],
        run.Others.Count());
}

/// <summary>A finding about the attack.</summary>
internal sealed record FoundJson(string Kind, string Severity, string Confidence, string Reason)
{
    public static FoundJson From(Finding finding) => new(
        KebabCase<FindingKind>.Of(finding.Kind),
        KebabCase<FindingSeverity>.Of(finding.Severity),
        KebabCase<FindingConfidence>.Of(finding.Confidence),
        finding.Reason);
}

/// <summary>A row of the recall table.</summary>
internal sealed record RecallLine(string Type, string Name, int Scenarios, ShareJson Found, ShareJson AnalyticAsWritten)
{
    public static RecallLine From(string type, RecallRow row) =>
        new(type, row.Name, row.Trials, ShareJson.Of(row.Found, row.Trials), ShareJson.Of(row.InAnalytic, row.Trials));
}

/// <summary>One export with forged records beside it: which findings of medium and above no longer stand.</summary>
internal sealed record PoisonedLine(
    string Type, string Scenario, string Export, string Form, int Clients, int Stood, IReadOnlyList<FoundJson> Lost)
{
    public static PoisonedLine From(PoisonedRun run) => new(
        "poisoned", run.Scenario.Name, run.Export, KebabCase<PoisonForm>.Of(run.Poison.Form), run.Poison.Clients, run.Stood.Count,
        [.. run.Lost.Select(FoundJson.From)]);
}

/// <summary>What a person is shown of a scenario on the first evening.</summary>
/// <param name="Incident">How the incident that names attacker and victim is told; null when there is none.</param>
/// <param name="Told">The worst finding about the attack once the roles of attacker and victim were told; null when there is none.</param>
internal sealed record EveningLine(string Type, string Scenario, string Target, string? Severity, string? Incident, FoundJson? Told)
{
    public static EveningLine From(EveningRow row) => new(
        "evening", row.Scenario.Name, KebabCase<ScenarioTarget>.Of(row.Scenario.Target),
        row.Naming is { } incident ? KebabCase<FindingSeverity>.Of(incident.Severity) : null, row.Title,
        row.Told is { } finding ? FoundJson.From(finding) : null);
}

/// <summary>In how many scenarios a kind of finding was found.</summary>
internal sealed record KindLine(string Type, string Kind, int Scenarios, ShareJson Found);

/// <summary>How many, and the interval of their share.</summary>
internal sealed record ShareJson(int Count, double Low, double High)
{
    public static ShareJson Of(int successes, int trials)
    {
        var interval = Interval.OfProportion(successes, trials);
        return new ShareJson(successes, Math.Round(interval.Low, 4), Math.Round(interval.High, 4));
    }
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ExportLine))]
[JsonSerializable(typeof(RecallLine))]
[JsonSerializable(typeof(KindLine))]
[JsonSerializable(typeof(EveningLine))]
[JsonSerializable(typeof(PoisonedLine))]
internal sealed partial class ScenarioLines : JsonSerializerContext;
