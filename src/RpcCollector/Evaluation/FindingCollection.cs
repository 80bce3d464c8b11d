using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Evaluation;

/// <summary>Keeps every finding as the last change left it.</summary>
internal sealed class FindingCollection : IFindingSink
{
    private readonly Dictionary<long, Finding> _findings = [];

    public void Publish(in FindingChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _findings.Remove(change.Finding.Id);
        else _findings[change.Finding.Id] = change.Finding;
    }

    /// <summary>As a person would work through them: severity, confidence, how many kinds of finding speak against the client, then whatever began first.</summary>
    public IReadOnlyList<Finding> Ranked()
    {
        var kinds = _findings.Values.Where(finding => finding.Severity >= FindingSeverity.Medium).GroupBy(finding => finding.Client)
            .ToDictionary(group => group.Key, group => group.Select(finding => finding.Kind).Distinct().Count());
        return
        [
            .. _findings.Values.OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence)
                .ThenByDescending(finding => kinds.GetValueOrDefault(finding.Client)).ThenBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id),
        ];
    }
}
