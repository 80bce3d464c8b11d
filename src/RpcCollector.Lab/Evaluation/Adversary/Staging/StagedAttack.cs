using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>An attack as it was carried out: what findings are compared with.</summary>
/// <param name="Victims">One, but for a sweep.</param>
/// <param name="From">When the attacker did the first thing for it, the trick included; Unix milliseconds.</param>
/// <param name="Start">When the attack itself begins.</param>
/// <param name="End">When its last flow ends.</param>
internal sealed record StagedAttack(
    MoveSort Sort, HostAddress Attacker, IReadOnlyList<HostAddress> Victims, long From, long Start, long End)
{
    private const long Hour = 3_600_000;

    /// <summary>How far back the collector may still revise a finding, and include earlier traffic of the same pair.</summary>
    private const long Before = 2 * Hour;

    // A pivot's finding may begin with the contact that made the host a suspect.
    private const long BeforePivot = 24 * Hour;

    /// <summary>True for a finding that names the attacker, and no server but a victim, and was seen while he was at work.</summary>
    public bool IsNamedBy(Finding finding) => Names(finding)
        && finding.LastSeenUnixMilliseconds >= From - Before && finding.FirstSeenUnixMilliseconds <= End + Hour;

    /// <summary>True for one of those that rests on flows of the attack itself.</summary>
    public bool IsShownBy(Finding finding) => Names(finding)
        && finding.LastSeenUnixMilliseconds >= Start && finding.FirstSeenUnixMilliseconds <= End + Hour
        && finding.FirstSeenUnixMilliseconds >= Start - (finding.Kind == FindingKind.Pivot ? BeforePivot : Before);

    /// <summary>True for one that takes the victim for the attacker.</summary>
    public bool IsTurnedBy(Finding finding) => finding.Server == Attacker && Victims.Contains(finding.Client)
        && finding.LastSeenUnixMilliseconds >= From - Before && finding.FirstSeenUnixMilliseconds <= End + Hour;

    private bool Names(Finding finding) =>
        (finding.Client == Attacker && (finding.Server is not { } server || Victims.Contains(server)))
        || (finding.Server is { } host && Victims.Contains(host) && Truth.NamedBy(finding).Contains(Attacker));
}
