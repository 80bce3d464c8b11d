using System.CommandLine;
using System.Text.Json;
using RpcCollector.Commands;
using RpcCollector.Lab.Evaluation.Office;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>evaluate office</c>: what a person sees of one busy day. Its figures are synthetic.</summary>
internal sealed class EvaluateOfficeCommand : Command
{
    private readonly IReadOnlyList<string> _settings;
    private readonly OfficeOptions _office = new();

    private readonly Option<int> _seeds = new("--seeds") { Description = "How many offices to draw.", DefaultValueFactory = _ => 1 };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json: one object; text: tables for people.",
        DefaultValueFactory = _ => "text",
    };

    public EvaluateOfficeCommand(IReadOnlyList<string> settings)
        : base("office",
            "Judge a simulated office (synthetic, deterministic) on a day with a release, an administrator's work, monitoring and two " +
            "intruders, and print its incidents as a person sees them: whose doing each is, and whether they are told apart.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text");
        foreach (var option in _office.All) Add(option);
        Add(_seeds);
        Add(_format);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var options = EffectiveSettings.Read(_settings).Options;
        var drawn = _office.Read(parsed, options);
        var judgement = options.Judgement;

        // Judges less often, as the enterprise does; the final result does not depend on how often it judges.
        (judgement.EvaluateEvery, judgement.ReviewEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        var results = new List<OfficeResult>();
        for (var i = 0; i < Bounds.Within("--seeds", parsed.GetValue(_seeds), 1, 10_000); i++)
        {
            var office = drawn.Office((ulong)i);
            if (drawn.IsTold) judgement.Roles = office.RolesToTell();
            results.Add(OfficeRun.Run(office, drawn.Seed + (ulong)i, judgement));
            TextConsole.Progress()?.WriteLine($"seed {results[^1].Seed}: {results[^1].NumFindings} findings");
        }

        if (parsed.GetValue(_format) is "json")
        {
            using var output = Console.OpenStandardOutput();
            JsonSerializer.Serialize(
                output, OfficeReport.From(results, drawn.Workstations, drawn.LearnedDays), OfficeJson.Default.OfficeReport);
            output.Write("\n"u8);
        }
        else
        {
            OfficeText.Write(TextConsole.Out(), results, drawn.Workstations, drawn.LearnedDays);
        }

        return 0;
    }
}
