using RpcCollector.Detection;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Writes the figures of the simulated enterprise for people.</summary>
internal static class EnterpriseText
{
    public static void Write(IAnsiConsole console, EnterpriseFigures figures)
    {
        var (shape, first, last) = (figures.Shape, figures.Seeds[0].Seed, figures.Seeds[^1].Seed);
        console.WriteLine(
            $"SYNTHETIC: a simulated enterprise of {shape.Hosts:N0} hosts, {shape.Days} days of which {shape.LearningDays} are for " +
            $"learning, seeds {first} to {last};");
        console.WriteLine(
            $"{figures.AttacksPerSeed:0.0} attacks a seed are placed in the days after. Intervals are 95 %, over the seeds. Found: a " +
            $"finding of severity {Name(EnterpriseFigures.Looked)} or above.");
        console.WriteLine($"SYNTHETIC: sites: {string.Join(", ", AdverseSites.NamesOf(shape.Adverse))}.");
        console.Write(Headline(figures));
        console.WriteLine(
            $"SYNTHETIC: leases {(figures.LeasesTold ? "told" : "not told")}; wrong findings of severity " +
                $"{Name(EnterpriseFigures.Looked)} " +
            $"or above, in all seeds, whose machines had met before under other addresses: {figures.OfChangedAddresses.Count}.");
        console.WriteLine("SYNTHETIC: attacks, those of all seeds together; intervals by Wilson.");
        console.Write(Sorts(figures));
        console.Write(Targets(figures));
        console.Write(Attacks(figures));
        console.WriteLine("SYNTHETIC: findings a day per thousand hosts, by kind.");
        console.Write(Kinds(figures));
        console.WriteLine("SYNTHETIC: days until real servers have the role that is theirs, asked each hour; all seeds together.");
        console.Write(Roles(figures));
        console.WriteLine("SYNTHETIC: what wrong findings are about, a day per thousand hosts.");
        console.Write(Causes(figures));
        console.WriteLine("SYNTHETIC: what incidents without an attack are about, a day per thousand hosts.");
        console.Write(WrongIncidents(figures));
        console.WriteLine("SYNTHETIC: what the network does, activities and contacts a day for each thousand hosts.");
        console.Write(Mix(figures));
        console.WriteLine($"Digests: {string.Join(' ', figures.Seeds.Select(seed => $"{seed.Seed}:{seed.Digest}"))}");
    }

    private static Table Headline(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("").AddColumn(Right("Mean")).AddColumn(Right("95 %"));
        foreach (var severity in Enum.GetValues<FindingSeverity>().OrderDescending())
        {
            Row($"findings a day, {Name(severity)} or above, per thousand hosts", figures.PerDay(severity, onlyWrong: false), "0.00");
            Row("  of which no attack is behind", figures.PerDay(severity, onlyWrong: true), "0.00");
        }

        foreach (var severity in Enum.GetValues<FindingSeverity>().OrderDescending())
        {
            Row($"incidents a day, {Name(severity)} or above, per thousand hosts",
                figures.IncidentsPerDay(severity, onlyWrong: false), "0.00");
            Row("  of which no attack is behind", figures.IncidentsPerDay(severity, onlyWrong: true), "0.00");
        }

        Row("campaigns found that one incident tells", figures.CampaignsInOne(onlyOfSteps: false), "0.0 %");
        Row("  of those of several steps", figures.CampaignsInOne(onlyOfSteps: true), "0.0 %");
        Row("incidents of attacks that tell one campaign only", figures.IncidentsOfOneCampaign, "0.0 %");
        Row("  findings of such incidents that are about an attack", figures.Purity, "0.0 %");
        Row("workstation to workstation: found", figures.Recall(outcome => outcome.Attack.IsWorkstationToWorkstation), "0.0 %");
        Row("  found, by a finding of any severity",
            figures.Recall(outcome => outcome.Attack.IsWorkstationToWorkstation, FindingSeverity.Low), "0.0 %");
        Row("  in the analytic as written", figures.RecallOfCar(outcome => outcome.Attack.IsWorkstationToWorkstation), "0.0 %");
        Row("all attacks: found", figures.Recall(_ => true), "0.0 %");
        Row("  found, by a finding of any severity", figures.Recall(_ => true, FindingSeverity.Low), "0.0 %");
        Row("  in the analytic as written", figures.RecallOfCar(_ => true), "0.0 %");
        Row("attacks on controllers and servers: found", figures.Recall(outcome => outcome.Attack.IsOnServer), "0.0 %");
        Row("  on those that the attacker's machine had used before", figures.Recall(outcome => outcome.Attack.IsUsedBefore), "0.0 %");
        Row("attacks with recorded flows only: found", figures.Recall(outcome => outcome.Attack.IsRecorded), "0.0 %");
        Row($"right among the top {EnterpriseFigures.Top}", figures.PrecisionAtTop, "0.0 %");
        Row("right among those of severity high or above", figures.PrecisionOf(FindingSeverity.High), "0.0 %");
        Row("right among those of severity medium or above", figures.PrecisionOf(FindingSeverity.Medium), "0.0 %");
        Row("activities a day in the analytic as written, per thousand hosts", figures.CarActivitiesPerDay, "#,0");
        Row("judge: seconds", figures.JudgeSeconds, "0.0");
        Row("judge: activities and contacts a second", figures.EventsPerSecond, "#,0");
        Row("judge: memory at the end, MiB", figures.JudgeMebibytes, "0.0");
        return table;

        void Row(string name, Interval interval, string format) =>
            table.AddRow(new Text(name), new Text(interval.Value.ToString(format)), new Text(Range(interval, format)));
    }

    private static Table Sorts(EnterpriseFigures figures)
    {
        var table = WithTrials(new Table().Border(TableBorder.Minimal).AddColumn("Sort"));
        foreach (var (sort, trials) in figures.BySort()) table.AddRow([new Text(sort.Name), .. Cells(trials)]);
        return table;
    }

    private static Table Targets(EnterpriseFigures figures)
    {
        var table = WithTrials(new Table().Border(TableBorder.Minimal).AddColumns("Target", "Used before"));
        foreach (var recall in figures.ByTarget())
        {
            var target = recall.IsSweep ? $"{Name(recall.Target)}, many" : Name(recall.Target);
            table.AddRow([new Text(target), new Text(recall.IsUsedBefore ? "yes" : ""), .. Cells(recall.Trials)]);
        }

        return table;
    }

    private static Table Attacks(EnterpriseFigures figures)
    {
        var table = WithTrials(new Table().Border(TableBorder.Minimal).AddColumns("Attack", "Source", "Technique"));
        foreach (var recall in figures.ByAttack())
            table.AddRow([new Text(recall.Name), new Text(Name(recall.Source)), new Text(recall.Technique), .. Cells(recall.Trials)]);
        return table;
    }

    private static Table WithTrials(Table table) => table.AddColumn(Right("Placed")).AddColumn(Right("Found")).AddColumn(Right("95 %"))
        .AddColumn(Right("Any severity")).AddColumn(Right("Analytic"));

    private static Text[] Cells(Trials trials) => trials.Placed == 0
        ? [new Text("0"), new Text(""), new Text(""), new Text(""), new Text("")]
        : [
            new Text($"{trials.Placed}"), new Text($"{trials.Recall.Value:0 %}"), new Text(Range(trials.Recall, "0 %")),
            new Text($"{(double)trials.FoundAtAll / trials.Placed:0 %}"), new Text($"{(double)trials.InAnalytic / trials.Placed:0 %}"),
        ];

    private static Table Kinds(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Severity", "Kind").AddColumn(Right("Right"))
            .AddColumn(Right("Wrong"));
        foreach (var (kind, severity, right, wrong) in figures.ByKind())
            table.AddRow(new Text(Name(severity)), new Text(Name(kind)), new Text($"{right:0.000}"), new Text($"{wrong:0.000}"));
        return table;
    }

    private static Table Roles(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Kind", "Role").AddColumn(Right("Servers"))
            .AddColumn(Right("Median")).AddColumn(Right("90th percentile")).AddColumn(Right("Never"));
        foreach (var delay in figures.RoleDelays())
        {
            table.AddRow(
                new Text(Name(delay.Kind)), new Text(Name(delay.Role)), new Text($"{delay.Count}"), new Text($"{delay.Median:0.00}"),
                new Text($"{delay.Ninetieth:0.00}"), new Text($"{delay.Never}"));
        }

        return table;
    }

    private static Table Causes(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Severity", "Kind", "Cause").AddColumn(Right("A day"));
        foreach (var (cause, kind, severity, perDay) in figures.WrongByCause())
            table.AddRow(new Text(Name(severity)), new Text(Name(kind)), new Text(cause), new Text($"{perDay:0.000}"));
        return table;
    }

    private static Table WrongIncidents(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Severity", "Kinds", "Cause").AddColumn(Right("A day"));
        foreach (var (cause, kinds, severity, perDay) in figures.WrongIncidents())
            table.AddRow(new Text(Name(severity)), new Text(kinds), new Text(cause), new Text($"{perDay:0.000}"));
        return table;
    }

    private static Table Mix(EnterpriseFigures figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("Cause").AddColumn(Right("A day"));
        foreach (var (habit, rate) in figures.Mix()) table.AddRow(new Text(habit), new Text($"{rate:#,0.0}"));
        return table;
    }

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();

    private static string Range(Interval interval, string format) =>
        double.IsNaN(interval.Low) ? "" : $"{interval.Low.ToString(format)} to {interval.High.ToString(format)}";

    private static string Name<T>(T value)
        where T : struct, Enum => SnakeCase<T>.Of(value).Replace('_', '-');
}
