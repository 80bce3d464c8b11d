using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>One export of a scenario with forged records beside it, compared with the same export alone.</summary>
/// <param name="Stood">The findings of medium and above of the export alone.</param>
/// <param name="Lost">Those of them that do not stand at medium or above with the forged records.</param>
internal sealed record PoisonedRun(
    Scenario Scenario, string Export, ScenarioPoison Poison, IReadOnlyList<Finding> Stood, IReadOnlyList<Finding> Lost)
{
    public bool AllStand => Lost.Count == 0;

    /// <summary>One run for each of the forms.</summary>
    public static IEnumerable<PoisonedRun> Of(CollectorOptions options, ScenarioRun alone, string export, IEnumerable<ScenarioPoison> forms)
    {
        var stood = alone.Findings.Where(IsLookedAt).ToList();
        var start = alone.Activities.Select(activity => activity.StartUnixMilliseconds)
            .Concat(alone.Contacts.Select(contact => contact.Flow.StartUnixMilliseconds)).DefaultIfEmpty(0).Min();
        foreach (var poison in forms)
        {
            var poisoned = ScenarioReplay.Run(options, alone.Scenario, export, poison.For(alone.Scenario, start));
            var stands = poisoned.Findings.Where(IsLookedAt).Select(finding => finding.Id).ToHashSet();
            yield return new PoisonedRun(
                alone.Scenario, alone.Export, poison, stood, [.. stood.Where(finding => !stands.Contains(finding.Id))]);
        }
    }

    private static bool IsLookedAt(Finding finding) => finding.Severity.IsAtLeast(FindingSeverity.Medium);
}
