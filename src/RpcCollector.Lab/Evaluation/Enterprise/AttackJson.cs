using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>How often a scenario or a tool was placed and found.</summary>
internal sealed record AttackJson(
    string Name, string Technique, string Source, int Placed, int Found, int FoundAnySeverity, int AnalyticAsWritten, IntervalJson Recall)
{
    public static AttackJson From(AttackRecall recall) => new(
        recall.Name, recall.Technique, KebabCase<AttackSource>.Of(recall.Source), recall.Trials.Placed, recall.Trials.Found,
        recall.Trials.FoundAtAll, recall.Trials.InAnalytic, IntervalJson.From(recall.Trials.Recall));
}

/// <summary>How often a kind of machine was attacked, and that found.</summary>
internal sealed record TargetJson(
    string Target, bool Many, bool UsedBefore, int Placed, int Found, int FoundAnySeverity, int AnalyticAsWritten, IntervalJson Recall)
{
    public static TargetJson From(TargetRecall recall) => new(
        KebabCase<TargetKind>.Of(recall.Target), recall.IsSweep, recall.IsUsedBefore, recall.Trials.Placed, recall.Trials.Found,
        recall.Trials.FoundAtAll, recall.Trials.InAnalytic, IntervalJson.From(recall.Trials.Recall));
}

/// <summary>How often attacks of a sort were placed and found.</summary>
internal sealed record SortJson(
    string Sort, int Placed, int Found, int FoundAnySeverity, int AnalyticAsWritten, IntervalJson Recall)
{
    public static SortJson From(AttackSort sort, Trials trials) => new(
        sort.Name.Replace(' ', '-'), trials.Placed, trials.Found, trials.FoundAtAll, trials.InAnalytic,
        IntervalJson.From(trials.Recall));
}

/// <summary>One attack and what was found of it.</summary>
internal sealed record OutcomeJson(
    string Name, string Source, string Technique, string Target, bool UsedBefore, int Campaign, string Attacker,
    IReadOnlyList<string> Victims, DateTimeOffset Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Found, IReadOnlyList<string> Kinds)
{
    public static OutcomeJson From(AttackOutcome outcome) => new(
        outcome.Attack.Name, KebabCase<AttackSource>.Of(outcome.Attack.Source), outcome.Attack.Technique,
        KebabCase<TargetKind>.Of(outcome.Attack.Target), outcome.Attack.IsUsedBefore, outcome.Attack.Campaign,
        outcome.Attack.Attacker.ToString(), [.. outcome.Attack.Victims.Select(victim => victim.ToString())],
        DateTimeOffset.FromUnixTimeMilliseconds(outcome.Attack.StartUnixMilliseconds),
        outcome.Gravest is { } gravest ? KebabCase<FindingSeverity>.Of(gravest) : null,
        [.. outcome.Kinds.Select(kind => KebabCase<FindingKind>.Of(kind))]);
}
