using System.CommandLine;
using System.Globalization;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.FirstDay;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>evaluate first-day</c>: what a sensor that has learned nothing shows within a day. Its figures are synthetic.</summary>
internal sealed class EvaluateFirstDayCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Option<int> _hosts = new("--hosts") { Description = "Machines, servers included.", DefaultValueFactory = _ => 1_000 };

    private readonly Option<int> _seeds = new("--seeds") { Description = "How many networks to draw.", DefaultValueFactory = _ => 5 };

    private readonly Option<int> _firstSeed = new("--first-seed")
    {
        Description = "The seed of the first; the others follow it.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "The hours of a Monday at which the sensor is started, each a run of its own, with commas between.",
        DefaultValueFactory = _ => "0,8,14,20",
    };

    private readonly Option<int> _campaigns = new("--campaigns")
    {
        Description = "Attack campaigns in each thousand hosts within the two days that are simulated.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string?> _attacks = new("--attacks")
    {
        Description = "A folder of labelled scenarios whose attacks are placed; without it only simulated ones are.",
    };

    private readonly Option<bool> _told = new("--told") { Description = "Tell the roles of the servers, as the README advises." };

    public EvaluateFirstDayCommand(IReadOnlyList<string> settings)
        : base("first-day",
            "Start a sensor that knows nothing in a simulated enterprise (synthetic, deterministic), and print for what it would page " +
            "somebody within a day.")
    {
        _settings = settings;
        foreach (var option in new Option[] { _hosts, _seeds, _firstSeed, _from, _campaigns, _attacks, _told }) Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        // 1. Options.
        var hosts = Bounds.Within("--hosts", parsed.GetValue(_hosts), EnterpriseShape.FewestHosts, EnterpriseShape.MostHosts);
        var first = Bounds.Within("--first-seed", parsed.GetValue(_firstSeed), 0, int.MaxValue / 2);
        var seeds = Bounds.Within("--seeds", parsed.GetValue(_seeds), 1, 10_000);
        var campaigns =
            (int)Math.Round(Bounds.Within("--campaigns", parsed.GetValue(_campaigns), 0, 10_000) * hosts / 1_000.0);
        var hours = Hours(parsed.GetValue(_from)!);

        // 2. The attacks, read from their recorded exports.
        var options = EffectiveSettings.Read(_settings).Options;
        var recorded = parsed.GetValue(_attacks) is { } folder
            ? ScenarioFolder.Read(folder)
                .SelectMany(scenario => scenario.Exports.Select(
                    export => RecordedAttack.From(ScenarioReplay.Run(options, scenario, export)))).ToList()
            : [];

        // 3. Each seed and hour is a sensor of its own.
        var results = new List<FirstDayResult>();
        for (var i = 0; i < seeds; i++)
        {
            foreach (var hour in hours)
            {
                var judgement = EffectiveSettings.Read(_settings).Options.Judgement;
                (judgement.EvaluateEvery, judgement.ReviewEvery) = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
                results.Add(
                    FirstDayRun.Run(hosts, (ulong)(first + i), hour, recorded, campaigns, parsed.GetValue(_told), judgement));
                Tell(results[^1]);
            }
        }

        FirstDayText.Write(TextConsole.Out(), hosts, parsed.GetValue(_told), results);
        return 0;
    }

    private static void Tell(FirstDayResult result)
    {
        if (TextConsole.Progress() is not { } console) return;
        console.WriteLine($"seed {result.Seed} from {result.FromHour:00}:00");
        foreach (var incident in result.Incidents.Where(incident => incident.Severity.IsAtLeast(FindingSeverity.High)))
            console.WriteLine($"  {IncidentTitle.Of(incident, host => host.Address.ToString())} {incident.RaisedBecause}".TrimEnd());
        foreach (var page in result.Pages)
            console.WriteLine($"  {(page.Stands ? "" : "lowered meanwhile: ")}{string.Join(" + ", page.Causes)}: {page.Reason}");
    }

    private static int[] Hours(string text)
    {
        var hours = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour > 23)
                throw new StartupException($"--from: '{part}' is no hour from 0 to 23");
            hours.Add(hour);
        }

        return [.. hours.Distinct()];
    }
}
