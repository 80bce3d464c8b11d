using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Adversary.Tricks;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>The figures over all seeds: each attack of all seeds is one trial, and intervals are Wilson's.</summary>
internal sealed class AdversaryFigures(EnterpriseShape shape, IReadOnlyList<TrickResult> results)
{
    public EnterpriseShape Shape => shape;

    public IReadOnlyList<ulong> Seeds => [.. results.Select(result => result.Seed).Distinct().Order()];

    public IReadOnlyList<TrickResult> Results => results;

    /// <summary>In the order of the catalogue, which is that of the table.</summary>
    public IReadOnlyList<TrickRow> Rows =>
        [.. results.GroupBy(result => result.Trick).Select(group => new TrickRow(group.Key, [.. group]))];

    public TrickRow? Plain => Rows.FirstOrDefault(row => row.Trick is NoTrick);

    /// <summary>Tricks that are cheap, and under which less of the moves between workstations is found than is aimed for.</summary>
    public IReadOnlyList<TrickRow> Short => [.. Rows.Where(row => row.Trick.Cost.IsCheap
        && row.Found(MoveSort.BetweenWorkstations) is { Count: > 0 } found && found.Share.Value < Aim)];

    /// <summary>The share of moves between workstations that is to be found whatever cheap trick is played.</summary>
    public const double Aim = 0.95;
}

/// <summary>One trick, all seeds.</summary>
internal sealed class TrickRow(ITrick trick, IReadOnlyList<TrickResult> results)
{
    public ITrick Trick => trick;

    public IReadOnlyList<TrickResult> Results => results;

    /// <summary>Attacks of a sort that are found in the end, of how many.</summary>
    public Trials Found(MoveSort sort) => Count(attack => attack.Sort == sort, attack => attack.IsFound);

    /// <summary>The same, by findings that rest on flows of the attack itself.</summary>
    public Trials Shown(MoveSort sort) => Count(attack => attack.Sort == sort, attack => attack.IsShown);

    /// <summary>Findings that stood, and stand in the end.</summary>
    public Trials Kept => new(Attacks.Sum(attack => attack.NumKept), Attacks.Sum(attack => attack.NumShown));

    /// <summary>Findings that a person called malicious before the trick was played, and those that stand.</summary>
    public Trials Malicious =>
        new(results.Sum(result => result.NumMaliciousKept), results.Sum(result => result.NumCalledMalicious));

    public int Turned => Attacks.Count(attack => attack.IsTurned);

    public int RolesTaken => results.Sum(result => result.RolesTaken);

    public double Packets => results.Average(result => result.Packets);

    public double OthersPerDay => results.Average(result => result.OthersPerDay);

    public long EvictedFindings => results.Sum(result => result.EvictedFindings);

    public double Seconds => results.Average(result => result.Seconds);

    private IEnumerable<AttackResult> Attacks => results.SelectMany(result => result.Attacks);

    private Trials Count(Func<AttackResult, bool> sort, Func<AttackResult, bool> success)
    {
        var some = Attacks.Where(sort).ToList();
        return new Trials(some.Count(success), some.Count);
    }
}

/// <summary>How many of how many.</summary>
internal readonly record struct Trials(int Successes, int Count)
{
    public Interval Share => Interval.OfProportion(Successes, Count);

    public override string ToString() => $"{Successes}/{Count}";
}
