using System.Text.Json.Serialization;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>One trick: its cost for one attack, and what came of it in all seeds.</summary>
/// <param name="Turned">Attacks of which a finding takes the victim for the attacker.</param>
/// <param name="RolesTaken">Attackers who had a learned role other than workstation in the end.</param>
/// <param name="OthersPerDay">Findings to look at that name no attacker.</param>
/// <param name="Seconds">Of one seed.</param>
/// <param name="Digests">Of what arrived, by seed.</param>
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
    /// <summary>True for a cheap trick under which less of the moves between workstations is found than is aimed for.</summary>
    [JsonIgnore]
    public bool IsShort => Cost.IsCheap && BetweenWorkstations.Found is { Of: > 0 } found
        && found.Count < AdversaryReport.Aim * found.Of;

    public static TrickJson From(TrickRow row) => new(
        row.Trick.Name,
        row.Trick.Part,
        CostJson.From(row.Trick.Cost, row.Packets),
        RecallJson.Of(row, MoveSort.BetweenWorkstations),
        RecallJson.Of(row, MoveSort.OnServers),
        RecallJson.Of(row, MoveSort.FromServers),
        row.Kept,
        row.Malicious,
        row.Turned,
        row.RolesTaken,
        Math.Round(row.OthersPerDay, 2),
        row.EvictedFindings,
        Math.Round(row.Seconds, 2),
        row.Results.ToDictionary(result => $"{result.Seed}", result => result.Digest, StringComparer.Ordinal));

    /// <summary>The same trick in other seeds, added up.</summary>
    public static TrickJson Together(IReadOnlyList<TrickJson> tricks) => tricks[0] with
    {
        Cost = tricks[0].Cost with { Packets = Mean(tricks, trick => trick.Cost.Packets) },
        BetweenWorkstations = RecallJson.Together([.. tricks.Select(trick => trick.BetweenWorkstations)]),
        OnServers = RecallJson.Together([.. tricks.Select(trick => trick.OnServers)]),
        FromServers = RecallJson.Together([.. tricks.Select(trick => trick.FromServers)]),
        Kept = TrialsJson.Together(tricks.Select(trick => trick.Kept)),
        MaliciousKept = TrialsJson.Together(tricks.Select(trick => trick.MaliciousKept)),
        Turned = tricks.Sum(trick => trick.Turned),
        RolesTaken = tricks.Sum(trick => trick.RolesTaken),
        OthersPerDay = Mean(tricks, trick => trick.OthersPerDay),
        EvictedFindings = tricks.Sum(trick => trick.EvictedFindings),
        Seconds = Mean(tricks, trick => trick.Seconds),
        Digests = tricks.SelectMany(trick => trick.Digests).ToDictionary(StringComparer.Ordinal),
    };

    private static double Mean(IReadOnlyList<TrickJson> tricks, Func<TrickJson, double> figure) =>
        Math.Round(tricks.Sum(trick => figure(trick) * trick.Digests.Count) / tricks.Sum(trick => trick.Digests.Count), 2);
}

/// <summary>What the attacker spends on one attack besides it; on all of them where it serves them all.</summary>
internal sealed record CostJson(int OwnHosts, int ForgedHosts, int Days, double Packets, bool IsForAll, bool IsCheap)
{
    public static CostJson From(AttackerCost cost, double packets) =>
        new(cost.OwnHosts, cost.ForgedHosts, cost.Days, Math.Round(packets, 1), cost.IsForAll, cost.IsCheap);
}

/// <summary>Attacks of one sort: found by any finding about them, and by one that rests on their own flows.</summary>
internal sealed record RecallJson(TrialsJson Found, TrialsJson ByOwnFlows)
{
    public static RecallJson Of(TrickRow row, MoveSort sort) => new(row.Found(sort), row.Shown(sort));

    public static RecallJson Together(IReadOnlyList<RecallJson> recalls) => new(
        TrialsJson.Together(recalls.Select(recall => recall.Found)), TrialsJson.Together(recalls.Select(recall => recall.ByOwnFlows)));
}

/// <summary>How many of how many, with Wilson's interval of 95 %.</summary>
internal sealed record TrialsJson(int Count, int Of, double? Low, double? High)
{
    public static TrialsJson From(int count, int of)
    {
        if (of == 0) return new TrialsJson(0, 0, Low: null, High: null);
        var share = Interval.OfProportion(count, of);
        return new TrialsJson(count, of, Math.Round(share.Low, 4), Math.Round(share.High, 4));
    }

    public static TrialsJson Together(IEnumerable<TrialsJson> trials)
    {
        var all = trials.ToList();
        return From(all.Sum(some => some.Count), all.Sum(some => some.Of));
    }

    public override string ToString() => Of == 0 ? "" : $"{Count}/{Of}";
}
