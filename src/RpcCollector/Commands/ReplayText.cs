using RpcCollector.Detection;
using RpcCollector.Http;
using RpcCollector.Naming;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>
/// Writes the result of a replay for people: tables of the activities, the incidents and their findings, a summary, and what was not
/// used with its meaning.
/// </summary>
internal static class ReplayText
{
    private const int MaxRows = 500;

    public static void Write(IAnsiConsole console, ReplayResult result)
    {
        if (result.Activities.Count > 0) console.Write(Activities(result));
        if (result.Activities.Count > MaxRows)
            console.WriteLine($"… and {result.Activities.Count - MaxRows:N0} more; --format json prints them all.");
        if (result.Incidents.Count > 0) console.Write(Incidents(result));
        if (result.Incidents.Count > MaxRows)
            console.WriteLine($"… and {result.Incidents.Count - MaxRows:N0} more incidents; --format json prints them all.");
        if (result.Findings.Count > 0) console.Write(Findings(result));
        if (result.Findings.Count > MaxRows)
            console.WriteLine($"… and {result.Findings.Count - MaxRows:N0} more findings; --format json prints them all.");
        console.Write(Summary(result));

        var losses = result.Rejected().Select(entry => (entry.Count, Meaning: RejectionMeaning.Of(entry.Reason)))
            .Concat(result.Captures.Losses().Select(entry => (entry.Count, Meaning: RejectionMeaning.Of(entry.Loss)))).ToList();
        if (losses.Count == 0) return;
        console.WriteLine();
        console.WriteLine("Not used:");
        var table = Plain().AddColumn(new TableColumn("").RightAligned()).AddColumn("");
        foreach (var (count, meaning) in losses) table.AddRow(new Text($"{count:N0}"), new Text(meaning));
        console.Write(table);
    }

    private static Table Activities(ReplayResult result)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Start (UTC)", "Client", "Server", "Basis")
            .AddColumn(new TableColumn("Mapper to endpoint").RightAligned()).AddColumn(new TableColumn("Endpoint port").RightAligned())
                .AddColumn("Exporters");
        foreach (var activity in result.Activities.Take(MaxRows))
        {
            var start = UtcMilliseconds.From(activity.StartUnixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss.fff");
            table.AddRow(
                new Text(start), new Text(activity.Client.ToString()), new Text(activity.Server.ToString()),
                new Text(activity.IsRefused ? $"{BasisName.Of(activity.Basis)}, refused" : BasisName.Of(activity.Basis)),
                new Text(Delta(activity)), new Text(activity.Endpoint?.ServerPort.ToString() ?? "-"),
                new Text(string.Join(", ", result.ExportersOf(activity))));
        }

        return table;
    }

    private static Table Incidents(ReplayResult result)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("First seen (UTC)", "Severity", "Incident", "Why").AddColumn(new TableColumn("Findings").RightAligned());
        foreach (var told in result.Incidents.Take(MaxRows))
        {
            table.AddRow(
                new Text(UtcMilliseconds.From(told.Incident.FirstSeenUnixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss")),
                new Text(FindingLineJson.Name(told.Incident.Severity)), new Text(told.Title),
                new Text(told.Incident.RaisedBecause is { } because ? $"{told.Reason} [{because}]" : told.Reason),
                new Text($"{told.Incident.NumFindings:N0}"));
        }

        return table;
    }

    private static Table Findings(ReplayResult result)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("First seen (UTC)", "Severity", "Confidence", "Finding", "Client", "Server", "Why");
        foreach (var finding in result.Findings.OrderByDescending(finding => finding.Severity)
            .ThenByDescending(finding => finding.Confidence).Take(MaxRows))
        {
            table.AddRow(
                new Text(UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss")),
                new Text(FindingLineJson.Name(finding.Severity)),
                new Text(FindingLineJson.Name(finding.Confidence)), new Text(FindingLineJson.Name(finding.Kind)),
                new Text(finding.Client.ToString()), new Text(finding.Server?.ToString() ?? "-"), new Text(Why(finding)));
        }

        return table;
    }

    private static string Why(Finding finding) =>
        string.Join(" ", finding.Notes.Select(note => $"[{note.Text}]").Prepend(finding.Reason));

    private static string Delta(RpcActivity activity) => activity is { Mapper: { } mapper, Endpoint: { } endpoint }
        ? $"{(endpoint.StartUnixMilliseconds - mapper.StartUnixMilliseconds) / 1000.0:0.000} s"
        : "-";

    private static Table Summary(ReplayResult result)
    {
        var activities = string.Join(", ", result.ByBasis().Select(entry => $"{entry.Count:N0} {BasisName.Of(entry.Basis)}"));
        var table = Plain().AddColumn("").AddColumn(new TableColumn("").RightAligned()).AddColumn("");
        table.AddRow("Datagrams", $"{result.Datagrams:N0}");
        table.AddRow("Data Records", $"{result.DataRecords:N0}");
        table.AddRow("Options Data Records", $"{result.OptionsRecords:N0}");
        table.AddRow("Templates", $"{result.Templates:N0}");
        if (result.ZeekLines > 0) table.AddRow("Lines of Zeek logs", $"{result.ZeekLines:N0}");
        if (result.SuricataLines > 0) table.AddRow("Lines of Suricata's eve.json", $"{result.SuricataLines:N0}");
        if (result.ZeekLines + result.SuricataLines > 0) table.AddRow("RPC operations named", $"{result.RpcOperations:N0}");

        table.AddRow("Flow starts", $"{result.FlowStarts:N0}");
        if (result.Refused > 0) table.AddRow("Refused by a firewall", $"{result.Refused:N0}");
        table.AddRow("RPC activities", $"{result.Activities.Count:N0}", activities);
        table.AddRow(
            "Incidents", $"{result.Incidents.Count:N0}",
            string.Join(
                ", ", result.Incidents.GroupBy(told => told.Incident.Severity).OrderByDescending(group => group.Key)
                    .Select(group => $"{group.Count():N0} {FindingLineJson.Name(group.Key)}")));
        table.AddRow(
            "Findings", $"{result.Findings.Count:N0}",
            string.Join(", ", result.ByKind().Select(entry => $"{entry.Count:N0} {FindingLineJson.Name(entry.Kind)}")));
        return table;
    }

    private static Table Plain() => new Table().Border(TableBorder.None).HideHeaders();
}
