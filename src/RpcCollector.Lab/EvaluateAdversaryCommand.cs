using System.CommandLine;
using System.Text.Json;
using RpcCollector.Commands;
using RpcCollector.Lab.Evaluation.Adversary;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Adversary.Tricks;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>evaluate adversary</c>: attackers who know the sensor, in the simulated network. Its figures are synthetic.</summary>
internal sealed class EvaluateAdversaryCommand : Command
{
    private const string Standard = "standard";
    private const string Everything = "all";

    private readonly IReadOnlyList<string> _settings;

    private readonly Option<int> _hosts = new("--hosts") { Description = "Machines, servers included.", DefaultValueFactory = _ => 1_000 };

    private readonly Option<int> _days = new("--days") { Description = "Days of traffic.", DefaultValueFactory = _ => 21 };

    private readonly Option<int?> _learningDays = new("--learning-days")
    {
        Description = "Days before the first attack; by default Judgement:LearningPeriod.",
    };

    private readonly Option<int> _seeds = new("--seeds")
    {
        Description = "How many networks to draw; 0 to put together what --add names.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> _firstSeed = new("--first-seed")
    {
        Description = "The seed of the first; the others follow it.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _moves = new("--moves")
    {
        Description = "Attacks in each thousand hosts; one in five goes to a server or domain controller.",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string> _tricks = new("--tricks")
    {
        Description = "standard, all, or the beginnings of the names of those to play, separated by commas; none is always played.",
        DefaultValueFactory = _ => Standard,
    };

    private readonly Option<string?> _attacks = new("--attacks")
    {
        Description = "A folder of labelled scenarios whose attacks are placed; without it only simulated ones are.",
    };

    private readonly Option<bool> _leases = new("--leases") { Description = "Tell the judge what the DHCP server answers." };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json: one object; text: tables for people; markdown: one table.",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<string[]> _add = new("--add")
    {
        Description = "Results of other seeds (--format json) of the same network, to be put together with those of this run.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _before = new("--before")
    {
        Description = "Results of another build (--format json), which markdown shows beside these.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public EvaluateAdversaryCommand(IReadOnlyList<string> settings)
        : base("adversary",
            "Let attackers who know the sensor play their tricks in a simulated enterprise (synthetic, deterministic): what each costs " +
            "them, how many attacks are still found, and which findings stand in the end.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text", "markdown");
        foreach (var option in (Option[])[
            _hosts, _days, _learningDays, _seeds, _firstSeed, _moves, _tricks, _attacks, _leases, _format, _add, _before,
        ]) Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        // 1. Options.
        var options = EffectiveSettings.Read(_settings).Options;
        var learningDays = parsed.GetValue(_learningDays) ?? (int)Math.Ceiling(options.Judgement.LearningPeriod.TotalDays);
        var shape = new EnterpriseShape(
            Bounds.Within("--hosts", parsed.GetValue(_hosts), EnterpriseShape.FewestHosts, EnterpriseShape.MostHosts),
            Bounds.Within("--days", parsed.GetValue(_days), learningDays + 2, 366),
            Bounds.Within("--learning-days", learningDays, 1, 364));
        var added = parsed.GetValue(_add)!.Select(AdversaryReport.Read).ToList();
        var before = parsed.GetValue(_before)!.Select(AdversaryReport.Read).ToList();
        var (first, count) =
            (Bounds.Within("--first-seed", parsed.GetValue(_firstSeed), 0, int.MaxValue / 2),
                Bounds.Within("--seeds", parsed.GetValue(_seeds), added.Count > 0 ? 0 : 1, 10_000));
        var moves = (int)Math.Ceiling(Bounds.Within("--moves", parsed.GetValue(_moves), 1, 1_000) * shape.Hosts / 1_000.0);
        var tricks = Chosen(parsed.GetValue(_tricks)!);

        // 2. The attacks, read from their recorded exports.
        var recorded = parsed.GetValue(_attacks) is { } folder
            ? ScenarioFolder.Read(folder)
                .SelectMany(
                    scenario => scenario.Exports.Select(export => RecordedAttack.From(ScenarioReplay.Run(options, scenario, export))))
                        .ToList()
            : [];

        // 3. Each seed is a network of its own, in which every trick is played from the same day on.
        var results = new List<TrickResult>();
        for (var i = 0; i < count; i++)
        {
            var seed = new AdversarySeed(
                shape, (ulong)(first + i), recorded, moves, () => Settings(learningDays), tricks.Select(trick => trick.LeadDays),
                parsed.GetValue(_leases));
            foreach (var trick in tricks)
            {
                results.Add(seed.Run(trick));
                TextConsole.Progress()?.WriteLine($"seed {first + i}, {trick.Name}: {results[^1].Seconds:0.0} s");
            }
        }

        // 4. Together with those of other seeds.
        if (count > 0) added.Insert(0, AdversaryReport.From(new AdversaryFigures(shape, results)));
        Write(parsed.GetValue(_format)!, AdversaryReport.Together(added), before.Count == 0 ? null : AdversaryReport.Together(before));
        return 0;
    }

    private static void Write(string format, AdversaryReport report, AdversaryReport? before)
    {
        switch (format)
        {
            case "json":
                using (var output = Console.OpenStandardOutput())
                {
                    JsonSerializer.Serialize(output, report, AdversaryJson.Default.AdversaryReport);
                    output.Write("\n"u8);
                }

                break;
            case "markdown":
                AdversaryMarkdown.Write(Console.Out, report, before);
                break;
            default:
                AdversaryText.Write(TextConsole.Out(), report);
                break;
        }
    }

    // Judges less often, so that days take seconds; the final result does not depend on how often it judges.
    private CollectorOptions Settings(int learningDays)
    {
        var options = EffectiveSettings.Read(_settings).Options;
        (options.Judgement.EvaluateEvery, options.Judgement.ReviewEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        options.Judgement.LearningPeriod = TimeSpan.FromDays(learningDays);
        return options;
    }

    private static IReadOnlyList<ITrick> Chosen(string asked)
    {
        if (asked is Everything) return TrickCatalogue.All;
        if (asked is Standard) return [.. TrickCatalogue.All.Where(trick => trick.IsStandard)];
        var beginnings = asked.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = Array.Find(beginnings, beginning => !TrickCatalogue.All.Any(trick => BeginsWith(trick, beginning)));
        if (unknown is not null)
        {
            var names = string.Join(", ", TrickCatalogue.All.Select(trick => trick.Name));
            throw new StartupException($"--tricks: no trick begins with '{unknown}'; there are {names}");
        }

        return
        [
            .. TrickCatalogue.All.Where(trick => trick is NoTrick || Array.Exists(beginnings, beginning => BeginsWith(trick, beginning))),
        ];
    }

    private static bool BeginsWith(ITrick trick, string beginning) => trick.Name.StartsWith(beginning, StringComparison.Ordinal);
}
