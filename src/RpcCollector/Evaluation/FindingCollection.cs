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

    /// <summary>As a person would work through them: severity, then confidence, then whatever began first.</summary>
    public IReadOnlyList<Finding> Ranked() =>
    [
        .. _findings.Values.OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence)
            .ThenBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id),
    ];
}
