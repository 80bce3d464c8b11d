using RpcCollector.Detection;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>Writes for people which findings of the scenarios stand although records were forged.</summary>
internal static class PoisonText
{
    public static void Write(IAnsiConsole console, string poison, IReadOnlyList<PoisonedRun> runs)
    {
        console.WriteLine(
            $"With forged records ({poison}): in how many exports every finding of severity medium or above of the export alone stands.");
        var forms = Enum.GetValues<PoisonForm>();
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Scenario");
        foreach (var form in forms) table.AddColumn(new TableColumn(KebabCase<PoisonForm>.Of(form)).RightAligned());
        table.AddColumn("Lost");
        foreach (var scenario in runs.GroupBy(run => run.Scenario))
        {
            var cells = new List<Text> { new(scenario.Key.Name) };
            foreach (var form in forms)
            {
                var some = scenario.Where(run => run.Poison.Form == form).ToList();
                cells.Add(new Text($"{some.Count(run => run.AllStand)}/{some.Count}"));
            }

            cells.Add(new Text(string.Join(", ", scenario.SelectMany(run => run.Lost).Select(finding => finding.Kind).Distinct().Order()
                .Select(KebabCase<FindingKind>.Of))));
            table.AddRow(cells);
        }

        console.Write(table);
        var all = runs.GroupBy(run => run.Scenario).ToList();
        var standing = all.Count(scenario => scenario.All(run => run.AllStand));
        console.WriteLine($"Scenarios of which every finding stands in every form: {standing} of {all.Count}.");
    }
}
