using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>Writes the table of tricks for people.</summary>
internal static class AdversaryText
{
    public static void Write(IAnsiConsole console, AdversaryReport report)
    {
        console.WriteLine(
            $"SYNTHETIC: a simulated enterprise of {report.Hosts:N0} hosts, {report.Days} days of which {report.LearningDays} are for " +
            $"learning, seeds {string.Join(", ", report.Seeds)}.");
        console.WriteLine(
            "Found: in the end a finding of severity medium or above stands that names attacker and victim, or the attacker alone; in " +
            "brackets: by flows of the attack itself.");
        console.WriteLine(
            "Kept: of the findings about attacks that stood for hours, those that stand in the end. Intervals are 95 % (Wilson), of all " +
            "seeds together.");
        foreach (var part in report.Tricks.GroupBy(trick => trick.Part, StringComparer.Ordinal))
        {
            console.WriteLine($"SYNTHETIC: {part.Key}.");
            console.Write(Table(part));
        }

        var names = string.Join(", ", report.ShortOfAim);
        console.WriteLine(
            $"Less than {AdversaryReport.Aim:0 %} of the moves between workstations found, though the trick takes less than 20 hosts or " +
            $"3 days: {(names.Length == 0 ? "none" : names)}.");
        var digests = report.Tricks[0].Digests.Select(entry => $"{entry.Key}:{entry.Value}");
        console.WriteLine($"Digests of {report.Tricks[0].Name}: {string.Join(' ', digests)}");
    }

    private static Table Table(IEnumerable<TrickJson> tricks)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("Trick").AddColumn(Right("Own"))
            .AddColumn(Right("Forged")).AddColumn(Right("Days")).AddColumn(Right("Packets"))
            .AddColumn(Right("Workstations: found")).AddColumn(Right("95 %"))
            .AddColumn(Right("On servers")).AddColumn(Right("From servers")).AddColumn(Right("Kept")).AddColumn(Right("Malicious"))
            .AddColumn(Right("Turned")).AddColumn(Right("Roles")).AddColumn(Right("Others a day")).AddColumn(Right("s"));
        foreach (var trick in tricks)
        {
            var found = trick.BetweenWorkstations.Found;
            table.AddRow(
                new Text(trick.Name), new Text($"{trick.Cost.OwnHosts}"), new Text($"{trick.Cost.ForgedHosts}"),
                new Text($"{trick.Cost.Days}"), new Text($"{trick.Cost.Packets:#,0}"), new Text(Cell(trick.BetweenWorkstations)),
                new Text(found.Of == 0 ? "" : $"{found.Low:0 %} to {found.High:0 %}"), new Text(Cell(trick.OnServers)),
                new Text(Cell(trick.FromServers)), new Text($"{trick.Kept}"), new Text($"{trick.MaliciousKept}"),
                new Text($"{trick.Turned}"), new Text($"{trick.RolesTaken}"), new Text($"{trick.OthersPerDay:0.0}"),
                new Text($"{trick.Seconds:0.0}"));
        }

        return table;
    }

    private static string Cell(RecallJson recall) => recall.Found.Of == 0 ? "" : $"{recall.Found} ({recall.ByOwnFlows.Count})";

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
