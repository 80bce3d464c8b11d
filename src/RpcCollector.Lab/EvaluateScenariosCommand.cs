using System.CommandLine;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;

namespace RpcCollector.Lab;

/// <summary><c>evaluate scenarios</c>: how many recorded, labelled attacks are found.</summary>
internal sealed class EvaluateScenariosCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Argument<string> _folder = new("FOLDER")
    {
        Description = "A folder with scenarios.csv and, for each scenario, a folder of exports; docs/detection.md describes it.",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json: one object a line; text: tables for people.",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<string> _poison = new("--poison")
    {
        Description =
            "none; or packet, clients:5, clients:20 and the like: forge so many records beside the exports, and tell which findings of " +
            "medium and above still stand.",
        DefaultValueFactory = _ => "none",
    };

    public EvaluateScenariosCommand(IReadOnlyList<string> settings)
        : base("scenarios",
            "Replay each export of each labelled scenario and print what is found of the attacks: per scenario, format, technique and " +
            "kind of finding.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text");
        Add(_folder);
        Add(_poison);
        Add(_format);
        SetAction(parsed => Run(parsed.GetValue(_folder)!, parsed.GetValue(_poison)!, isJson: parsed.GetValue(_format) is "json"));
    }

    private int Run(string folder, string poison, bool isJson)
    {
        if (!ScenarioPoison.TryParse(poison, out var forms))
            throw new StartupException($"--poison: '{poison}' is none of none, packet, and clients: followed by 1 to 1000");
        var options = EffectiveSettings.Read(_settings).Options;
        var runs = ScenarioFolder.Read(folder)
            .SelectMany(scenario => scenario.Exports.Select(export => (Export: export, Run: ScenarioReplay.Run(options, scenario, export))))
            .ToList();
        var poisoned = runs.SelectMany(run => PoisonedRun.Of(options, run.Run, run.Export, forms)).ToList();
        var told = runs.Select(run => ScenarioReplay.Run(WithRoles(run.Run.Scenario), run.Run.Scenario, run.Export)).ToList();
        var figures = new ScenarioFigures([.. runs.Select(run => run.Run)], told);
        if (isJson)
        {
            using var output = Console.OpenStandardOutput();
            ScenarioJson.Write(output, figures, poisoned);
        }
        else
        {
            ScenarioText.Write(TextConsole.Out(), figures);
            if (poisoned.Count > 0) PoisonText.Write(TextConsole.Out(), poison, poisoned);
        }

        return 0;
    }

    /// <summary>The settings of somebody who has told what attacker and victim are, as the README advises.</summary>
    private CollectorOptions WithRoles(Scenario scenario)
    {
        var options = EffectiveSettings.Read(_settings).Options;
        var victim = scenario.Target switch
        {
            ScenarioTarget.DomainController => HostRole.DomainController,
            ScenarioTarget.Server => HostRole.Server,
            _ => HostRole.Workstation,
        };
        options.Judgement.Roles =
        [
            .. options.Judgement.Roles, $"{scenario.Client}={RoleName.Of(HostRole.Workstation)}",
            $"{scenario.Server}={RoleName.Of(victim)}",
        ];
        return options;
    }
}
