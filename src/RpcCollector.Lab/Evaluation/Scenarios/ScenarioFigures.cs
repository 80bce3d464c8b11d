using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>
/// A row of the recall table: in how many of its exports or scenarios there is a finding about the attack, and in how many the analytic as
/// written shows it.
/// </summary>
internal sealed record RecallRow(string Name, int Trials, int Found, int InAnalytic);

/// <summary>The figures over all scenarios and exports.</summary>
/// <param name="runs">With nothing learned and no roles told.</param>
/// <param name="told">The same exports with the roles of attacker and victim told.</param>
internal sealed class ScenarioFigures(IReadOnlyList<ScenarioRun> runs, IReadOnlyList<ScenarioRun> told)
{
    public IReadOnlyList<ScenarioRun> Runs => runs;

    /// <summary>What a person is shown on the first evening.</summary>
    public IReadOnlyList<EveningRow> Evening { get; } = [.. EveningRow.Of(runs, told)];

    public IEnumerable<IGrouping<Scenario, ScenarioRun>> ByScenario => runs.GroupBy(run => run.Scenario);

    /// <summary>A scenario is one trial, found when some export of it shows it: sensors see different ends.</summary>
    public RecallRow Whole => Row("scenarios", ByScenario);

    /// <summary>Trials are scenarios in which the format was recorded, whatever the sensor.</summary>
    public IEnumerable<RecallRow> ByFormat =>
        runs.GroupBy(run => run.Format, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => Row(group.Key, group.GroupBy(run => run.Scenario)));

    /// <summary>A scenario counts for each of its techniques.</summary>
    public IEnumerable<RecallRow> ByTechnique =>
        ByScenario.SelectMany(scenario => scenario.Key.Technique.Split('/').Select(technique => (technique, scenario)))
        .GroupBy(pair => pair.technique, pair => pair.scenario, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => Row(group.Key, group));

    /// <summary>In how many scenarios a finding of each kind is about the attack.</summary>
    public IEnumerable<(FindingKind Kind, int Scenarios)> ByKind =>
        runs.SelectMany(run => run.About.Select(finding => (finding.Kind, run.Scenario)))
        .Distinct().GroupBy(pair => pair.Kind).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()));

    public int NumScenarios => ByScenario.Count();

    private static RecallRow Row(string name, IEnumerable<IGrouping<Scenario, ScenarioRun>> scenarios)
    {
        var list = scenarios.ToList();
        return new RecallRow(
            name, list.Count, list.Count(exports => exports.Any(run => run.About.Any())),
            list.Count(exports => exports.Any(run => run.CarPairs > 0)));
    }
}
