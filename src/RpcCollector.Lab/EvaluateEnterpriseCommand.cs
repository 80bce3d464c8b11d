using System.CommandLine;
using System.Text.Json;
using RpcCollector.Commands;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>evaluate enterprise</c>: a simulated network without and with attacks. Its figures are synthetic.</summary>
internal sealed class EvaluateEnterpriseCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Option<int> _hosts = new("--hosts")
    {
        Description = "Machines, servers included; below 50 a small office with one domain controller, without attacks.",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<int> _days = new("--days") { Description = "Days of traffic.", DefaultValueFactory = _ => 30 };

    private readonly Option<int?> _learningDays = new("--learning-days")
    {
        Description = "Days before the first attack, in which nothing is measured; by default Judgement:LearningPeriod.",
    };

    private readonly Option<int> _seeds = new("--seeds") { Description = "How many networks to draw.", DefaultValueFactory = _ => 20 };

    private readonly Option<int> _firstSeed = new("--first-seed")
    {
        Description = "The seed of the first; the others follow it.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _campaigns = new("--campaigns")
    {
        Description = "Attack campaigns in each thousand hosts after the learning days; some have several steps.",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string?> _attacks = new("--attacks")
    {
        Description = "A folder of labelled scenarios whose attacks are placed; without it only simulated ones are.",
    };

    private readonly Option<string> _sites = new("--sites")
    {
        Description = $"What makes the network harder to watch: {AdverseSites.Known}.",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<bool> _leases = new("--leases") { Description = "Tell the judge what the DHCP server answers." };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json: one object; text: tables for people.",
        DefaultValueFactory = _ => "text",
    };

    public EvaluateEnterpriseCommand(IReadOnlyList<string> settings)
        : base("enterprise",
            "Judge a simulated enterprise (synthetic, deterministic) in which the attacks of labelled scenarios are placed: findings a " +
            "day, recall, precision.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text");
        foreach (var option in new Option[]
        {
            _hosts,
            _days,
            _learningDays,
            _seeds,
            _firstSeed,
            _campaigns,
            _attacks,
            _sites,
            _leases,
            _format,
        })
            Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        // 1. Options.
        var options = EffectiveSettings.Read(_settings).Options;
        var judgement = options.Judgement;

        // Judges less often, so that a month takes minutes; the final result does not depend on how often it judges.
        (judgement.EvaluateEvery, judgement.ReviewEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        var learningDays = parsed.GetValue(_learningDays) ?? (int)Math.Ceiling(judgement.LearningPeriod.TotalDays);
        judgement.LearningPeriod = TimeSpan.FromDays(learningDays);
        var shape = new EnterpriseShape(
            Bounds.Within("--hosts", parsed.GetValue(_hosts), EnterpriseShape.FewestOfOffice, EnterpriseShape.MostHosts),
            Bounds.Within("--days", parsed.GetValue(_days), learningDays + 1, 366),
            Bounds.Within("--learning-days", learningDays, 0, 365))
        {
            Adverse = AdverseSites.Parse(parsed.GetValue(_sites)!),
        };
        var (first, count) =
            (Bounds.Within("--first-seed", parsed.GetValue(_firstSeed), 0, int.MaxValue / 2),
                Bounds.Within("--seeds", parsed.GetValue(_seeds), 1, 10_000));
        var campaigns = (int)Math.Round(Bounds.Within("--campaigns", parsed.GetValue(_campaigns), 0, 10_000) * shape.Hosts / 1_000.0);

        // 2. The attacks, read from their recorded exports.
        var recorded = parsed.GetValue(_attacks) is { } folder
            ? ScenarioFolder.Read(folder)
                .SelectMany(
                    scenario => scenario.Exports.Select(export => RecordedAttack.From(ScenarioReplay.Run(options, scenario, export))))
                        .ToList()
            : [];

        // 3. Each seed is a network of its own.
        var results = new List<SeedResult>();
        for (var i = 0; i < count; i++)
        {
            results.Add(SeedRun.Run(shape, (ulong)(first + i), recorded, campaigns, judgement, parsed.GetValue(_leases)));
            TextConsole.Progress()?.WriteLine($"seed {first + i}: {results[^1].Findings.Count} findings, {results[^1].JudgeSeconds:0.0} s");
        }

        var figures = new EnterpriseFigures(shape, results) { LeasesTold = parsed.GetValue(_leases) };
        if (parsed.GetValue(_format) is "json")
        {
            using var output = Console.OpenStandardOutput();
            JsonSerializer.Serialize(output, EnterpriseReport.From(figures), EnterpriseJson.Default.EnterpriseReport);
            output.Write("\n"u8);
        }
        else
        {
            EnterpriseText.Write(TextConsole.Out(), figures);
        }

        return 0;
    }
}
