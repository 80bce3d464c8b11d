using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>Findings as a person would have met them: how they stand in the end, and how severe each was at its worst meanwhile.</summary>
internal sealed class ShownFindings : IFindingSink
{
    private readonly Dictionary<long, (Finding Latest, FindingSeverity Worst, bool Stands)> _findings = [];

    public void Publish(in FindingChange change)
    {
        var worst = change.Finding.Severity;
        if (_findings.TryGetValue(change.Finding.Id, out var former) && former.Worst.IsAtLeast(worst)) worst = former.Worst;
        _findings[change.Finding.Id] = (change.Finding, worst, change.Kind != ActivityChangeKind.Withdrawn);
    }

    /// <summary>All that were ever shown, in the order of their first sight, then id.</summary>
    public IEnumerable<(Finding Latest, FindingSeverity Worst, bool Stands)> InOrder() =>
        _findings.Values.OrderBy(one => one.Latest.FirstSeenUnixMilliseconds).ThenBy(one => one.Latest.Id);
}
