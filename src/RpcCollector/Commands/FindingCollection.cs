using RpcCollector.Detection;

namespace RpcCollector.Commands;

/// <summary>Collects the findings of a replay, each in its latest state.</summary>
internal sealed class FindingCollection : IFindingSink
{
    private readonly Dictionary<long, Finding> _findings = [];

    public void Publish(in FindingChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _findings.Remove(change.Finding.Id);
        else _findings[change.Finding.Id] = change.Finding;
    }

    /// <summary>Ordered by first sight, then id: the same for the same input.</summary>
    public IReadOnlyList<Finding> InOrder() =>
        [.. _findings.Values.OrderBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id)];
}
