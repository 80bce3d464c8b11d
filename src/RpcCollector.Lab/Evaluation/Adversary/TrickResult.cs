using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>What came of one trick with one seed.</summary>
/// <param name="Digest">Of all that arrived, in its order: the same for the same shape, seed, attacks and trick.</param>
/// <param name="NumCalledMalicious">Findings that a person called malicious before the trick was played.</param>
/// <param name="NumMaliciousKept">Those of them that stand at medium or above in the end.</param>
/// <param name="Packets">What the trick took besides the attack: for each attack, or for all (see its cost).</param>
/// <param name="OthersPerDay">Findings to look at that name no attacker, of the days with attacks.</param>
/// <param name="RolesTaken">How many attackers had a learned role other than workstation in the end.</param>
internal sealed record TrickResult(
    ITrick Trick,
    ulong Seed,
    string Digest,
    IReadOnlyList<AttackResult> Attacks,
    int NumCalledMalicious,
    int NumMaliciousKept,
    double Packets,
    double OthersPerDay,
    int RolesTaken,
    long EvictedFindings,
    double Seconds);

/// <summary>What an operator has of one attack in the end.</summary>
/// <param name="IsFound">A finding of medium or above that names attacker and victim, or the attacker alone, stands.</param>
/// <param name="IsShown">One of those rests on flows of the attack itself.</param>
/// <param name="IsTurned">A finding of medium or above takes the victim for the attacker.</param>
/// <param name="NumShown">Findings that were to be looked at for long enough to be read, or stand now.</param>
/// <param name="NumKept">Those of them that stand.</param>
internal sealed record AttackResult(MoveSort Sort, bool IsFound, bool IsShown, bool IsTurned, int NumShown, int NumKept);
