using RpcCollector.Lab.Evaluation.Adversary.Staging;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>Writes the table of tricks for people.</summary>
internal static class AdversaryText
{
    public static void Write(IAnsiConsole console, AdversaryFigures figures)
    {
        var shape = figures.Shape;
        console.WriteLine(
            $"SYNTHETIC: a simulated enterprise of {shape.Hosts:N0} hosts, {shape.Days} days of which {shape.LearningDays} are for " +
            $"learning, seeds {figures.Seeds[0]} to {figures.Seeds[^1]}.");
        console.WriteLine(
            "Found: in the end a finding of severity medium or above stands that names attacker and victim, or the attacker alone; in " +
            "brackets: by flows of the attack itself.");
        console.WriteLine(
            "Kept: of the findings about attacks that stood for hours, those that stand in the end. Intervals are 95 % (Wilson), of all " +
            "seeds together.");
        foreach (var part in figures.Rows.GroupBy(row => row.Trick.Part, StringComparer.Ordinal))
        {
            console.WriteLine($"SYNTHETIC: {part.Key}.");
            console.Write(Table(part));
        }

        var names = string.Join(", ", figures.Short.Select(row => row.Trick.Name));
        console.WriteLine(
            $"Less than {AdversaryFigures.Aim:0 %} of the moves between workstations found, though the trick takes less than 20 hosts or " +
            $"3 days: {(names.Length == 0 ? "none" : names)}.");
        var digests = figures.Results.GroupBy(result => result.Seed).Select(seed =>
            $"{seed.Key}:{seed.First().Digest}{(seed.Count() > 1 ? $"..{seed.Last().Digest}" : "")}");
        console.WriteLine($"Digests of the first and the last trick: {string.Join(' ', digests)}");
    }

    private static Table Table(IEnumerable<TrickRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("Trick").AddColumn(Right("Own"))
            .AddColumn(Right("Forged")).AddColumn(Right("Days")).AddColumn(Right("Packets"))
            .AddColumn(Right("Workstations: found")).AddColumn(Right("95 %"))
            .AddColumn(Right("On servers")).AddColumn(Right("From servers")).AddColumn(Right("Kept")).AddColumn(Right("Malicious"))
            .AddColumn(Right("Turned")).AddColumn(Right("Roles")).AddColumn(Right("Others a day")).AddColumn(Right("s"));
        foreach (var row in rows)
        {
            var (cost, found) = (row.Trick.Cost, row.Found(MoveSort.BetweenWorkstations));
            table.AddRow(
                new Text(row.Trick.Name), new Text($"{cost.OwnHosts}"), new Text($"{cost.ForgedHosts}"), new Text($"{cost.Days}"),
                new Text($"{row.Packets:#,0}"), new Text(Cell(row, MoveSort.BetweenWorkstations)),
                new Text(found.Count == 0 ? "" : $"{found.Share.Low:0 %} to {found.Share.High:0 %}"),
                new Text(Cell(row, MoveSort.OnServers)), new Text(Cell(row, MoveSort.FromServers)), new Text($"{row.Kept}"),
                new Text(row.Malicious.Count == 0 ? "" : $"{row.Malicious}"),
                new Text($"{row.Turned}"), new Text($"{row.RolesTaken}"), new Text($"{row.OthersPerDay:0.0}"),
                new Text($"{row.Seconds:0.0}"));
        }

        return table;
    }

    private static string Cell(TrickRow row, MoveSort sort)
    {
        var (found, shown) = (row.Found(sort), row.Shown(sort));
        return found.Count == 0 ? "" : $"{found} ({shown.Successes})";
    }

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
