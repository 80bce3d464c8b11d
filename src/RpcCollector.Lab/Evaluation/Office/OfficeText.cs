using RpcCollector.Detection;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Writes what came of simulated offices for people.</summary>
internal static class OfficeText
{
    private const int MostRows = 25;

    public static void Write(IAnsiConsole console, IReadOnlyList<OfficeResult> results, int workstations, int learnedDays)
    {
        console.WriteLine(
            $"SYNTHETIC: a simulated office of {workstations} workstations on one busy day, after {learnedDays} days of learning.");
        foreach (var result in results)
        {
            console.WriteLine($"SYNTHETIC: seed {result.Seed}, {result.NumFindings} findings in {result.Rows.Count} incidents "
                + $"({result.NumLookedAt} of severity medium or above); digest {result.Digest}");
            console.Write(Incidents(result));
        }

        console.WriteLine("SYNTHETIC: what holds, by seed.");
        console.Write(Claims(results));
    }

    private static Table Incidents(OfficeResult result)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("#", "Severity", "Confidence", "Whose", "Findings", "Hosts", "Title");
        for (var i = 0; i < Math.Min(result.Rows.Count, MostRows); i++)
        {
            var row = result.Rows[i];
            table.AddRow(
                new Text($"{i + 1}"), new Text(Name(row.Incident.Severity)), new Text(Name(row.Incident.Confidence)),
                new Text(Name(row.Part) + (row.IsMixed ? " and others" : "")), new Text($"{row.Findings.Count}"),
                new Text($"{row.Incident.NumClients}+{row.Incident.NumServers}"), new Text(row.Title));
        }

        if (result.Rows.Count > MostRows) table.AddRow("…");
        return table;
    }

    private static Table Claims(IReadOnlyList<OfficeResult> results)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns(
                "Seed", "Findings", "Incidents", "Medium or above", "Intruders first", "Mixed", "First whole", "Second whole", "All");
        foreach (var result in results)
        {
            table.AddRow(
                $"{result.Seed}", $"{result.NumFindings}", $"{result.Rows.Count}", $"{result.NumLookedAt}",
                Answer(result.IntrudersAreFirst),
                $"{result.Mixed}", Whole(result, OfficePart.FirstIntruder), Whole(result, OfficePart.SecondIntruder),
                Answer(result.HoldsAll));
        }

        return table;
    }

    private static string Whole(OfficeResult result, OfficePart part) =>
        result.IncidentsOf(part) switch { 0 => "not found", 1 => "yes", var count => $"in {count}" };

    private static string Answer(bool holds) => holds ? "yes" : "no";

    private static string Name<T>(T value)
        where T : struct, Enum => KebabCase<T>.Of(value);
}
