using System.CommandLine;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Office;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;

namespace RpcCollector.Lab;

/// <summary>The options that say which office is simulated.</summary>
internal sealed class OfficeOptions
{
    private const int FewestWorkstations = 100;
    private const int MostWorkstations = 20_000;

    private readonly Option<int> _workstations = new("--workstations")
    {
        Description = "Workstations; servers in proportion come with them.",
        DefaultValueFactory = _ => 600,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "The seed of the first.", DefaultValueFactory = _ => 1 };

    private readonly Option<bool> _learned = new("--learned")
    {
        Description = "The day comes after the learning period; without it nothing is known of the network.",
    };

    private readonly Option<bool> _told = new("--told")
    {
        Description = "The roles of all servers are told, as Judgement:Roles takes them.",
    };

    private readonly Option<string?> _attacks = new("--attacks")
    {
        Description = "A folder of labelled scenarios whose flows the intruders leave; without it simulated ones.",
    };

    public IEnumerable<Option> All => [_workstations, _seed, _learned, _told, _attacks];

    public Drawn Read(ParseResult parsed, CollectorOptions options) => new(
        Bounds.Within("--workstations", parsed.GetValue(_workstations), FewestWorkstations, MostWorkstations),
        parsed.GetValue(_learned) ? (int)Math.Ceiling(options.Judgement.LearningPeriod.TotalDays) : 0,
        parsed.GetValue(_told),
        (ulong)Bounds.Within("--seed", parsed.GetValue(_seed), 0, int.MaxValue / 2),
        parsed.GetValue(_attacks) is { } folder
            ? [.. ScenarioFolder.Read(folder).SelectMany(
                scenario => scenario.Exports.Select(export => RecordedAttack.From(ScenarioReplay.Run(options, scenario, export))))]
            : []);

    /// <summary>What was asked for.</summary>
    internal sealed record Drawn(int Workstations, int LearnedDays, bool IsTold, ulong Seed, IReadOnlyList<RecordedAttack> Recorded)
    {
        /// <param name="index">Of those that are drawn one after the other, from 0 on.</param>
        public SimulatedOffice Office(ulong index) => new(Workstations, LearnedDays, Seed + index, Recorded);
    }
}
