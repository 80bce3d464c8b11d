using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>What a person is shown of a recorded attack on the first evening, when nothing was learned; and once roles were told.</summary>
/// <param name="Naming">
/// The worst incident that names attacker and victim, of the export that shows least; null when one shows none.
/// </param>
/// <param name="Title">How that incident is told.</param>
/// <param name="Told">The worst finding about the attack with the roles of both told, of the export that shows least.</param>
internal sealed record EveningRow(Scenario Scenario, Incident? Naming, string? Title, Finding? Told)
{
    public bool IsNamed => Naming is not null;

    public bool IsHigh => Naming is { } incident && incident.Severity.IsAtLeast(FindingSeverity.High);

    /// <summary>One for each scenario: a sensor is owed what its export shows, so the export that shows least counts.</summary>
    /// <param name="alone">The runs with nothing learned and no roles told.</param>
    /// <param name="told">The same exports with the roles of attacker and victim told.</param>
    public static IEnumerable<EveningRow> Of(IReadOnlyList<ScenarioRun> alone, IReadOnlyList<ScenarioRun> told)
    {
        foreach (var scenario in alone.GroupBy(run => run.Scenario))
        {
            var least = scenario.Select(run => run.Naming).MinBy(incident => incident is null ? -1 : (int)incident.Severity);
            var found = told.Where(run => run.Scenario == scenario.Key).Select(run => run.About.FirstOrDefault())
                .MinBy(finding => finding is null ? -1 : (int)finding.Severity);
            yield return new EveningRow(
                scenario.Key, least, least is null ? null : IncidentTitle.Of(least, host => host.Address.ToString()), found);
        }
    }
}
