using RpcCollector.Detection;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>Writes the recall table of the scenarios for people.</summary>
internal static class ScenarioText
{
    public static void Write(IAnsiConsole console, ScenarioFigures figures)
    {
        console.Write(Scenarios(figures));
        console.WriteLine("Scenarios in which something is found about the attack; intervals are 95 % (Wilson).");
        console.Write(Recall([figures.Whole, .. figures.ByFormat, .. figures.ByTechnique]));
        console.WriteLine("Scenarios by kind of finding.");
        var kinds = new Table().Border(TableBorder.Minimal).AddColumn("Kind").AddColumn(Right("Scenarios")).AddColumn(Right("Share"))
            .AddColumn(Right("95 %"));
        foreach (var (kind, count) in figures.ByKind)
        {
            var interval = Interval.OfProportion(count, figures.NumScenarios);
            kinds.AddRow(
                new Text(Name(kind)), new Text($"{count}"), new Text($"{interval.Value:0 %}"),
                new Text($"{interval.Low:0 %} to {interval.High:0 %}"));
        }

        console.Write(kinds);
        console.WriteLine(
            "The first evening: the incident that names attacker and victim when nothing was learned, of the export that shows least; " +
            "and the worst finding about the attack once the roles of both were told.");
        console.Write(Evening(figures.Evening));
        console.WriteLine(
            $"Named in an incident: {figures.Evening.Count(row => row.IsNamed)} of {figures.NumScenarios}, of severity high or above: " +
            $"{figures.Evening.Count(row => row.IsHigh)}. With roles told, found: " +
            $"{figures.Evening.Count(row => row.Told is not null)} of {figures.NumScenarios}.");
    }

    private static Table Evening(IEnumerable<EveningRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Scenario", "Target", "Severity", "Incident", "Roles told");
        foreach (var row in rows)
        {
            table.AddRow(
                new Text(row.Scenario.Name), new Text(Name(row.Scenario.Target)),
                new Text(row.Naming is { } incident ? Name(incident.Severity) : "-"), new Text(row.Title ?? "-"),
                new Text(row.Told is { } finding ? $"{Name(finding.Kind)} ({Name(finding.Severity)})" : "-"));
        }

        return table;
    }

    // A cell says how many exports of the format (one for each sensor) have a finding about the attack.
    private static Table Scenarios(ScenarioFigures figures)
    {
        var formats = figures.Runs.Select(run => run.Format).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Scenario", "Technique");
        foreach (var format in formats) table.AddColumn(Right(format));
        table.AddColumn(Right("Analytic")).AddColumns("Findings", "Others");
        foreach (var scenario in figures.ByScenario)
        {
            var cells = new List<Text> { new(scenario.Key.Name), new(scenario.Key.Technique) };
            foreach (var format in formats)
            {
                var exports = scenario.Where(run => run.Format.Equals(format, StringComparison.Ordinal)).ToList();
                cells.Add(new Text(exports.Count == 0 ? "-" : $"{exports.Count(run => run.About.Any())}/{exports.Count}"));
            }

            cells.Add(new Text($"{scenario.Count(run => run.CarPairs > 0)}/{scenario.Count()}"));
            cells.Add(new Text(Findings(scenario.SelectMany(run => run.About))));
            cells.Add(new Text($"{scenario.SelectMany(run => run.Others).Select(finding => finding.Id).Distinct().Count()}"));
            table.AddRow(cells);
        }

        return table;
    }

    private static string Findings(IEnumerable<Finding> findings) => string.Join(", ", findings
        .GroupBy(finding => finding.Kind).OrderByDescending(group => group.Max(finding => finding.Severity)).ThenBy(group => group.Key)
        .Select(group => $"{Name(group.Key)} ({Name(group.Max(finding => finding.Severity))})"));

    private static Table Recall(IEnumerable<RecallRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("").AddColumn(Right("Scenarios"))
            .AddColumn(Right("Found")).AddColumn(Right("Share")).AddColumn(Right("95 %")).AddColumn(Right("Analytic"))
                .AddColumn(Right("Share")).AddColumn(Right("95 %"));
        foreach (var row in rows)
        {
            var (found, analytic) = (Interval.OfProportion(row.Found, row.Trials), Interval.OfProportion(row.InAnalytic, row.Trials));
            table.AddRow(
                new Text(row.Name), new Text($"{row.Trials}"), new Text($"{row.Found}"), new Text($"{found.Value:0 %}"),
                new Text($"{found.Low:0 %} to {found.High:0 %}"),
                new Text($"{row.InAnalytic}"), new Text($"{analytic.Value:0 %}"), new Text($"{analytic.Low:0 %} to {analytic.High:0 %}"));
        }

        return table;
    }

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();

    private static string Name<T>(T value)
        where T : struct, Enum => SnakeCase<T>.Of(value).Replace('_', '-');
}
