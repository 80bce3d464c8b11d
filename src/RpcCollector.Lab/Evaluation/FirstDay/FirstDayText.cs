using RpcCollector.Detection;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>Writes for people what a sensor shows on its first day.</summary>
internal static class FirstDayText
{
    public static void Write(IAnsiConsole console, int hosts, bool isTold, IReadOnlyList<FirstDayResult> results)
    {
        console.WriteLine(
            $"SYNTHETIC: the first day of a sensor in a simulated enterprise of {hosts:N0} hosts, " +
                $"{(isTold ? "its servers" : "no roles")} " +
            $"told; {results.Select(result => result.Seed).Distinct().Count()} seeds. Figures are for each thousand hosts; pages are " +
            "clients with a finding of severity high or above that no attack is behind.");
        var table = new Table().Border(TableBorder.Minimal);
        foreach (var name in (string[])["Started at", "Findings", "Medium or above", "Pages that stand", "Pages shown", "Most",
            "High incidents", "Medium incidents", "Attacks",
            "Found high", "Found medium"]) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var hour in results.GroupBy(result => result.FromHour).OrderBy(group => group.Key))
        {
            var (all, scale) = (hour.ToList(), 1_000.0 / hosts);
            var attacks = all.SelectMany(result => result.Attacks).ToList();
            table.AddRow(
                $"{hour.Key:00}:00", $"{all.Average(result => result.Findings) * scale:#,0}",
                $"{all.Average(result => result.Mediums) * scale:#,0}",
                $"{all.Average(result => result.Pages.Count(page => page.Stands)) * scale:0.00}",
                $"{all.Average(result => result.Pages.Count) * scale:0.00}", $"{all.Max(result => result.Pages.Count) * scale:0.0}",
                $"{all.Average(result => result.NumHigh) * scale:0.0}",
                $"{all.Average(result => result.Incidents.Count - result.NumHigh) * scale:0.0}",
                $"{attacks.Count}", $"{attacks.Count(attack => attack.IsFound(FindingSeverity.High))}",
                $"{attacks.Count(attack => attack.IsFound(FindingSeverity.Medium))}");
        }

        console.Write(table);
        var causes = new Table().Border(TableBorder.Minimal).AddColumns("Kind", "Cause").AddColumn(new TableColumn("Pages").RightAligned());
        foreach (var group in results.SelectMany(result => result.Pages)
            .GroupBy(page => (Kind: KebabCase<FindingKind>.Of(page.Kind), Cause: string.Join(" + ", page.Causes)))
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Cause, StringComparer.Ordinal))
            causes.AddRow(new Text(group.Key.Kind), new Text(group.Key.Cause), new Text($"{group.Count()}"));
        console.WriteLine("SYNTHETIC: what caused the pages, all seeds together.");
        console.Write(causes);
    }
}
