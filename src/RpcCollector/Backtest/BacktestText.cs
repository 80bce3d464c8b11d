using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Naming;
using RpcCollector.Store.Inputs;
using Spectre.Console;

namespace RpcCollector.Backtest;

/// <summary>Writes a comparison for people: what was read, the sums, and what would be gone, new or of another severity.</summary>
/// <param name="most">Rows of each list.</param>
internal sealed class BacktestText(IAnsiConsole console, BacktestResult result, int most)
{
    private static readonly FindingSeverity[] Severities = [.. Enum.GetValues<FindingSeverity>().OrderDescending()];

    private bool IsTrying => result.Tried is not null;

    public void Write()
    {
        WriteWhatWasRead();
        console.Write(Sums());
        console.Write(IncidentsADay());
        if (IsTrying)
        {
            WriteVerdicts();
            if (!result.Gone.Any() && !result.New.Any() && !result.Changed.Any())
            {
                Line("");
                Line("No finding differs: in this period what is tried finds the same as the present settings.");
                return;
            }

            WriteList("Gone: findings by the present settings, and none by those that are tried", result.Gone);
            WriteList("New: findings by the settings that are tried alone", result.New);
            WriteList("Of another severity", result.Changed);
        }
        else
        {
            WriteList("Judged otherwise than it was found", result.NotAgain);
        }
    }

    private void WriteWhatWasRead()
    {
        var (past, inputs) = (result.Past, result.Past.Inputs);
        Line(
            $"Read:     {Time(past.FirstArrival)} to {Time(past.LastArrival)} UTC: {result.Judged.Facts:N0} activities, contacts, " +
            $"operations and leases in {Mebibytes(inputs.Bytes)} MiB.");
        Line(
            $"Compared: {Time(result.Since)} to {Time(result.Until)} UTC, {result.Days:0.0} days; " +
            $"{result.DaysBefore:0.0} days were learned from before.");
        if (!result.IsLearnedEnough)
        {
            Line(
                $"          That is less than Judgement:LearningPeriod ({result.LearningPeriod.TotalDays:0.#} days): while it lasts, " +
                    $"nothing is high " +
                "for being new, and much is new that is not. Later days, or a shorter period (--since), compare better.");
        }

        if (inputs.Offset > 0)
        {
            Line(
                "          The appliance had learned before what is kept begins; these judgements begin there, knowing nothing. So what " +
                "was found may differ from what is found again.");
        }

        if (IsTrying)
        {
            Line(result.Settings.Count == 0
                ? "Tried:    nothing differs from the present settings."
                : "Tried:    " + string.Join("; ", result.Settings.Select(setting =>
                    $"{setting.Name}={Quoted(setting.Tried)} (now {Quoted(setting.Present)})")));
        }

        foreach (var damage in inputs.Damage) Line($"Skipped:  {damage}");
        if (result.Judged.Missing > 0)
            Line($"Missing:  {result.Judged.Missing:N0} inputs that could not be kept when the judge took them.");
        if (result.Judged.WentBack > 0)
            Line($"          {result.Judged.WentBack:N0} times the judge went on from an earlier point than it had come to (a backup, " +
                $"or damage).");
        if (result.Beyond > 0) Line($"          {result.Beyond:N0} findings were too many, and are left out (Store:MaxFindings).");
    }

    /// <summary>How many findings of each kind and severity each way of judging has.</summary>
    private Table Sums()
    {
        var table = Columns(new Table().Border(TableBorder.Minimal).AddColumns("Finding", "Severity"));
        foreach (var group in result.Findings.GroupBy(static finding => finding.Kind).OrderBy(static group => group.Key))
            AddRows(table, KebabCase<FindingKind>.Of(group.Key), [.. group]);
        AddRows(table, "all", result.Findings);
        return table;
    }

    private void AddRows(Table table, string name, IReadOnlyCollection<ComparedFinding> findings)
    {
        foreach (var severity in Severities)
        {
            var (found, present, tried) = (
                findings.Count(finding => finding.Found == severity), findings.Count(finding => finding.Present == severity),
                findings.Count(finding => finding.Tried == severity));
            if (found + present + tried == 0) continue;
            AddRow(table, [name, Name(severity)], found.ToString("N0"), present.ToString("N0"), tried.ToString("N0"));
            name = "";
        }
    }

    private Table IncidentsADay()
    {
        var table = Columns(new Table().Border(TableBorder.Minimal).AddColumns("Incidents a day", "Severity"));
        var name = "";
        foreach (var severity in Severities)
            AddRow(
                table, [name, Name(severity)], ADay(result.Found.Incidents, severity), ADay(result.Present.Incidents, severity),
                ADay(result.Tried?.Incidents ?? [], severity));
        return table;
    }

    private string ADay(IReadOnlyCollection<Incident> incidents, FindingSeverity severity) =>
        (incidents.Count(incident => incident.Severity == severity) / Math.Max(result.Days, 1.0 / 24)).ToString("0.00");

    private void WriteVerdicts()
    {
        foreach (var meaning in Enum.GetValues<VerdictMeaning>())
        {
            var judged = result.Findings.Where(finding => finding.Verdict == meaning && finding.Present is not null).ToList();
            if (judged.Count == 0) continue;
            Line(
                $"{judged.Count(static finding => finding.Tried is null):N0} of the {judged.Count:N0} that were called " +
                $"{KebabCase<VerdictMeaning>.Of(meaning)} are gone, {judged.Count(IsMilder):N0} are milder.");
        }

        static bool IsMilder(ComparedFinding finding) => finding.Tried < finding.Present;
    }

    private void WriteList(string title, IEnumerable<ComparedFinding> findings)
    {
        var all = findings.ToList();
        Line("");
        Line($"{title}: {all.Count:N0}");
        if (all.Count == 0) return;
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("First seen (UTC)", "Severity", "Finding", "Client", "Server", "Said", "Why");
        foreach (var finding in all.Take(most))
        {
            table.AddRow(
                new Text(Time(finding.FirstSeenUnixMilliseconds)), new Text(SeverityOf(finding)),
                new Text(KebabCase<FindingKind>.Of(finding.Kind)), new Text(finding.Client.ToString()),
                new Text(finding.Server?.ToString() ?? "-"),
                new Text(finding.Verdict is { } verdict ? KebabCase<VerdictMeaning>.Of(verdict) : ""),
                new Text(Printable.Of(finding.Reason)));
        }

        console.Write(table);
        if (all.Count > most) Line($"… and {all.Count - most:N0} more; --all shows them.");
    }

    private string SeverityOf(ComparedFinding finding)
    {
        var (from, to) = IsTrying ? (finding.Present, finding.Tried) : (finding.Found, finding.Present);
        if (from is { } former && to is { } latter) return $"{Name(former)} → {Name(latter)}";
        return IsTrying ? Name((from ?? to)!.Value) : $"{NameOrNone(from)} → {NameOrNone(to)}";
    }

    private Table Columns(Table table)
    {
        table.AddColumn(new TableColumn("Found then").RightAligned()).AddColumn(new TableColumn("Present settings").RightAligned());
        return IsTrying ? table.AddColumn(new TableColumn("Tried").RightAligned()) : table;
    }

    private void AddRow(Table table, string[] names, string found, string present, string tried)
    {
        string[] figures = IsTrying ? [found, present, tried] : [found, present];
        table.AddRow([.. names.Concat(figures).Select(static text => new Text(text))]);
    }

    private void Line(string text) => console.WriteLine(text);

    private static string NameOrNone(FindingSeverity? severity) => severity is { } known ? Name(known) : "none";

    private static string Name(FindingSeverity severity) => KebabCase<FindingSeverity>.Of(severity);

    private static string Quoted(string value) => value.Length == 0 ? "''" : value;

    private static string Mebibytes(long bytes) => (bytes / 1_048_576.0).ToString("N1", CultureInfo.CurrentCulture);

    private static string Time(long unixMilliseconds) =>
        InputForm.TimeOf(unixMilliseconds).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
