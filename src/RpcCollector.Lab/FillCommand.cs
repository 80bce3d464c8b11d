using System.CommandLine;
using RpcCollector.Commands;
using RpcCollector.Lab.Filling;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>fill</c>: a data folder as large as is asked for, to see how the product takes it.</summary>
internal sealed class FillCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Argument<string> _folder = new("FOLDER")
    {
        Description = "The data folder; what is in it already stays. No collector may have it open.",
    };

    private readonly Option<int> _findings = Number("--findings", "How many findings, 0 to 1000000.", 50_000);
    private readonly Option<int> _incidents = Number("--incidents", "How many stories they tell, each of one client.", 5_000);
    private readonly Option<int> _activities = Number("--activities", "How many RPC activities, 0 to 20000000.", 0);
    private readonly Option<int> _days = Number("--days", "Over how many days until now, 1 to 365.", 28);
    private readonly Option<int> _seed = Number("--seed", "For the same content but for the time.", 1);

    public FillCommand(IReadOnlyList<string> settings)
        : base("fill",
            "Fill a data folder with findings, incidents, what people said of them, and RPC activities, by the product's own writers. " +
                "All " +
            "of it is made up, and each finding says so. names.csv in the folder has a name for each host.")
    {
        _settings = settings;
        Add(_folder);
        foreach (var option in (Option[])[_findings, _incidents, _activities, _days, _seed]) Add(option);
        SetAction(Run);
    }

    private static Option<int> Number(string name, string description, int otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private int Run(ParseResult parsed)
    {
        var findings = Bounds.Within(_findings.Name, parsed.GetValue(_findings), 0, 1_000_000);
        var plan = new FillPlan(
            findings, Bounds.Within(_incidents.Name, parsed.GetValue(_incidents), 0, findings),
            Bounds.Within(_activities.Name, parsed.GetValue(_activities), 0, 20_000_000),
            TimeSpan.FromDays(Bounds.Within(_days.Name, parsed.GetValue(_days), 1, 365)), (ulong)parsed.GetValue(_seed));
        var store = EffectiveSettings.Read(_settings).Options.Store;
        store.Folder = parsed.GetValue(_folder)!;
        using var folder = new FilledFolder(store);
        var filled = folder.Fill(plan);
        TextConsole.Out().WriteLine(
            $"{filled.Findings} findings, {filled.Incidents} incidents, {filled.Suppressions} suppressions, {filled.Activities} " +
                $"activities " +
            $"in {store.Folder}; all of it is made up");
        return 0;
    }
}
