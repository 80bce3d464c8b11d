using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>The figures over all seeds of a run: each attack of all seeds is one trial, and intervals are Wilson's.</summary>
internal sealed class AdversaryFigures(EnterpriseShape shape, IReadOnlyList<TrickResult> results)
{
    public EnterpriseShape Shape => shape;

    public IReadOnlyList<ulong> Seeds => [.. results.Select(result => result.Seed).Distinct().Order()];

    /// <summary>In the order of the catalogue, which is that of the table.</summary>
    public IReadOnlyList<TrickRow> Rows =>
        [.. results.GroupBy(result => result.Trick).Select(group => new TrickRow(group.Key, [.. group]))];
}

/// <summary>One trick, all seeds.</summary>
internal sealed class TrickRow(ITrick trick, IReadOnlyList<TrickResult> results)
{
    public ITrick Trick => trick;

    public IReadOnlyList<TrickResult> Results => results;

    /// <summary>Findings that stood, and stand in the end.</summary>
    public TrialsJson Kept => TrialsJson.From(Attacks.Sum(attack => attack.NumKept), Attacks.Sum(attack => attack.NumShown));

    /// <summary>Findings that a person called malicious before the trick was played, and those that stand.</summary>
    public TrialsJson Malicious =>
        TrialsJson.From(results.Sum(result => result.NumMaliciousKept), results.Sum(result => result.NumCalledMalicious));

    public int Turned => Attacks.Count(attack => attack.IsTurned);

    public int RolesTaken => results.Sum(result => result.RolesTaken);

    public double Packets => results.Average(result => result.Packets);

    public double OthersPerDay => results.Average(result => result.OthersPerDay);

    public long EvictedFindings => results.Sum(result => result.EvictedFindings);

    public double Seconds => results.Average(result => result.Seconds);

    private IEnumerable<AttackResult> Attacks => results.SelectMany(result => result.Attacks);

    /// <summary>Attacks of a sort that are found in the end, of how many.</summary>
    public TrialsJson Found(MoveSort sort) => Count(attack => attack.Sort == sort, attack => attack.IsFound);

    /// <summary>The same, by findings that rest on flows of the attack itself.</summary>
    public TrialsJson Shown(MoveSort sort) => Count(attack => attack.Sort == sort, attack => attack.IsShown);

    private TrialsJson Count(Func<AttackResult, bool> sort, Func<AttackResult, bool> success)
    {
        var some = Attacks.Where(sort).ToList();
        return TrialsJson.From(some.Count(success), some.Count);
    }
}
