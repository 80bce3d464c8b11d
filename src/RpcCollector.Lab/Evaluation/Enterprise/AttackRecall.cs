using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Library;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>How many attacks were placed and found.</summary>
/// <param name="Found">By a finding that a person looks at.</param>
/// <param name="FoundAtAll">By one of any severity.</param>
/// <param name="InAnalytic">Of how many the analytic as written shows something.</param>
internal readonly record struct Trials(int Placed, int Found, int FoundAtAll, int InAnalytic)
{
    public static Trials Of(IEnumerable<AttackOutcome> outcomes)
    {
        var all = outcomes.ToList();
        return new Trials(
            all.Count, all.Count(outcome => outcome.IsFound(EnterpriseFigures.Looked)),
            all.Count(outcome => outcome.IsFound(FindingSeverity.Low)), all.Count(outcome => outcome.HasCarActivity));
    }

    /// <summary>The share that was found, by Wilson.</summary>
    public Interval Recall => Interval.OfProportion(Found, Placed);
}

/// <summary>How often one scenario or tool was placed and found.</summary>
internal sealed record AttackRecall(string Name, string Technique, AttackSource Source, Trials Trials);

/// <summary>How often one kind of machine was attacked, and that found.</summary>
/// <param name="IsSweep">Many machines at once.</param>
/// <param name="IsUsedBefore">The attacker's machine had used it on an earlier day.</param>
internal sealed record TargetRecall(TargetKind Target, bool IsSweep, bool IsUsedBefore, Trials Trials);

/// <summary>A sort of attacks that has a recall of its own.</summary>
internal sealed record AttackSort(string Name, Func<PlacedAttack, bool> Has)
{
    /// <summary>The four headlines first.</summary>
    public static IReadOnlyList<AttackSort> All { get; } =
    [
        new("all", _ => true),
        new("controllers and servers", attack => attack.IsOnServer),
        new("workstation to workstation", attack => attack.IsWorkstationToWorkstation),
        new("servers used before", attack => attack.IsUsedBefore),
        new("recorded", attack => attack.IsRecorded),
        new("library", attack => !attack.IsRecorded),
    ];
}
