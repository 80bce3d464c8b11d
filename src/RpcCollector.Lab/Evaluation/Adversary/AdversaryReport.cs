using System.Text.Json.Serialization;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>The table of tricks as it is printed; what has no value is null.</summary>
internal sealed record AdversaryReport(
    bool Synthetic, int Hosts, int Days, int LearningDays, IReadOnlyList<ulong> Seeds, IReadOnlyList<string> ShortOfAim,
    IReadOnlyList<TrickJson> Tricks)
{
    public static AdversaryReport From(AdversaryFigures figures) => new(
        Synthetic: true, figures.Shape.Hosts, figures.Shape.Days, figures.Shape.LearningDays, figures.Seeds,
        [.. figures.Short.Select(row => row.Trick.Name)], [.. figures.Rows.Select(TrickJson.From)]);
}

/// <summary>One trick: its cost for one attack, and what came of it.</summary>
internal sealed record TrickJson(
    string Name,
    string Part,
    CostJson Cost,
    RecallJson BetweenWorkstations,
    RecallJson OnServers,
    RecallJson FromServers,
    TrialsJson Kept,
    TrialsJson MaliciousKept,
    int Turned,
    int RolesTaken,
    double OthersPerDay,
    long EvictedFindings,
    double Seconds,
    IReadOnlyDictionary<string, string> Digests)
{
    public static TrickJson From(TrickRow row) => new(
        row.Trick.Name,
        row.Trick.Part,
        new CostJson(
            row.Trick.Cost.OwnHosts, row.Trick.Cost.ForgedHosts, row.Trick.Cost.Days, Math.Round(row.Packets, 1), row.Trick.Cost.IsForAll),
        RecallJson.Of(row, MoveSort.BetweenWorkstations),
        RecallJson.Of(row, MoveSort.OnServers),
        RecallJson.Of(row, MoveSort.FromServers),
        TrialsJson.From(row.Kept),
        TrialsJson.From(row.Malicious),
        row.Turned,
        row.RolesTaken,
        Math.Round(row.OthersPerDay, 2),
        row.EvictedFindings,
        Math.Round(row.Seconds, 2),
        row.Results.ToDictionary(result => $"{result.Seed}", result => result.Digest, StringComparer.Ordinal));
}

/// <summary>What the attacker spends on one attack besides it.</summary>
internal sealed record CostJson(int OwnHosts, int ForgedHosts, int Days, double Packets, bool IsForAll);

/// <summary>Attacks of one sort: found by any finding about them, and by one that rests on their own flows.</summary>
internal sealed record RecallJson(TrialsJson Found, TrialsJson ByOwnFlows)
{
    public static RecallJson Of(TrickRow row, MoveSort sort) => new(TrialsJson.From(row.Found(sort)), TrialsJson.From(row.Shown(sort)));
}

/// <summary>How many of how many, with Wilson's interval of 95 %.</summary>
internal sealed record TrialsJson(int Count, int Of, double? Low, double? High)
{
    public static TrialsJson From(Trials trials) => trials.Count == 0
        ? new TrialsJson(0, 0, Low: null, High: null)
        : new TrialsJson(trials.Successes, trials.Count, Math.Round(trials.Share.Low, 4), Math.Round(trials.Share.High, 4));
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AdversaryReport))]
internal sealed partial class AdversaryJson : JsonSerializerContext;
