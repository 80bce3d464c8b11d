using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>Reads the findings of some attacks two and a half hours after each, and calls them malicious.</summary>
internal sealed class Person(Judge judge, StandingFindings findings, IReadOnlyCollection<StagedAttack> attacks)
{
    private const long Later = 150 * 60_000;

    private readonly Queue<StagedAttack> _toRead = new(attacks.OrderBy(attack => attack.Start));

    /// <summary>The ids of the findings that were called malicious.</summary>
    public HashSet<long> Called { get; } = [];

    public void LookAt(long nowUnixMilliseconds)
    {
        while (_toRead.TryPeek(out var attack) && attack.Start + Later <= nowUnixMilliseconds)
        {
            _toRead.Dequeue();
            foreach (var finding in findings.Standing.Where(StandingFindings.IsLookedAt).Where(attack.IsNamedBy).ToList())
            {
                Called.Add(finding.Id);
                judge.Apply(new Verdict(
                    finding.Kind, finding.Client, finding.Server, VerdictMeaning.Malicious, "evaluation", "an attack that was placed",
                    nowUnixMilliseconds, ExpiresUnixMilliseconds: null)
                {
                    ClientPeriod = finding.ClientPeriod,
                    ServerPeriod = finding.ServerPeriod,
                });
            }
        }
    }
}
