using System.CommandLine;
using RpcCollector.Commands;
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

    public EvaluateScenariosCommand(IReadOnlyList<string> settings)
        : base("scenarios",
            "Replay each export of each labelled scenario and print what is found of the attacks: per scenario, format, technique and " +
            "kind of finding.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text");
        Add(_folder);
        Add(_format);
        SetAction(parsed => Run(parsed.GetValue(_folder)!, isJson: parsed.GetValue(_format) is "json"));
    }

    private int Run(string folder, bool isJson)
    {
        var options = EffectiveSettings.Read(_settings).Options;
        var runs = ScenarioFolder.Read(folder)
            .SelectMany(scenario => scenario.Exports.Select(export => ScenarioReplay.Run(options, scenario, export))).ToList();
        var figures = new ScenarioFigures(runs);
        if (isJson)
        {
            using var output = Console.OpenStandardOutput();
            ScenarioJson.Write(output, figures);
        }
        else
        {
            ScenarioText.Write(TextConsole.Out(), figures);
        }

        return 0;
    }
}
