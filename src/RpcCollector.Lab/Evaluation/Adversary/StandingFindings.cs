using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>
/// The findings as an operator has them: what stands, and what stood long enough for a person to have read it and is gone or has become
/// harmless since.
/// </summary>
internal sealed class StandingFindings : IFindingSink
{
    // An hour is judged for good once its lateness has passed; what stands longer than both is no passing state.
    private const long ToBeRead = 3 * 3_600_000L;

    private readonly Dictionary<long, (Finding Finding, long Since)> _standing = [];
    private readonly Dictionary<long, Finding> _lost = [];

    /// <summary>The clock of arrivals, in Unix milliseconds.</summary>
    public long ClockUnixMilliseconds { get; set; }

    /// <summary>Those that stand, of any severity, in the order of their ids.</summary>
    public IEnumerable<Finding> Standing => _standing.Values.Select(entry => entry.Finding).OrderBy(finding => finding.Id);

    /// <summary>Those that a person should have looked at and which are gone, or of low severity now.</summary>
    public IEnumerable<Finding> Lost => _lost.Values.OrderBy(finding => finding.Id);

    public static bool IsLookedAt(Finding finding) => finding.Severity.IsAtLeast(FindingSeverity.Medium);

    public StandingFindings Copy()
    {
        var copy = new StandingFindings { ClockUnixMilliseconds = ClockUnixMilliseconds };
        foreach (var (id, entry) in _standing) copy._standing.Add(id, entry);
        return copy;
    }

    public void Publish(in FindingChange change)
    {
        var finding = change.Finding;
        var isKnown = _standing.Remove(finding.Id, out var former);
        var since = isKnown && IsLookedAt(former.Finding) ? former.Since : ClockUnixMilliseconds;
        if (change.Kind != ActivityChangeKind.Withdrawn) _standing.Add(finding.Id, (finding, since));
        if (change.Kind != ActivityChangeKind.Withdrawn && IsLookedAt(finding)) _lost.Remove(finding.Id);
        else if (isKnown && IsLookedAt(former.Finding) && ClockUnixMilliseconds - former.Since >= ToBeRead)
            _lost[finding.Id] = former.Finding;
    }
}
