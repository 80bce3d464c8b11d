using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation;

/// <summary>
/// Findings as a person would work through them: severity, confidence, how many kinds of finding speak against the client, then
/// whatever began first.
/// </summary>
internal static class FindingRanking
{
    public static IReadOnlyList<Finding> Of(IReadOnlyList<Finding> findings)
    {
        var kinds = findings.Where(finding => finding.Severity.IsAtLeast(FindingSeverity.Medium)).GroupBy(finding => finding.Client)
            .ToDictionary(group => group.Key, group => group.Select(finding => finding.Kind).Distinct().Count());
        return
        [
            .. findings.OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence)
                .ThenByDescending(finding => kinds.GetValueOrDefault(finding.Client)).ThenBy(finding => finding.FirstSeenUnixMilliseconds)
                    .ThenBy(finding => finding.Id),
        ];
    }
}
