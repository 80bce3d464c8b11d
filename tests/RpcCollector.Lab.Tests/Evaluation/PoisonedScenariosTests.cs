using System.Runtime.CompilerServices;
using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;

namespace RpcCollector.Lab.Tests.Evaluation;

public class PoisonedScenariosTests
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared"), "scenarios");

    [Theory]
    [InlineData("packet")]
    [InlineData("clients:5")]
    [InlineData("clients:20")]
    public void Forged_records_take_no_finding_of_medium_or_above_from_a_recorded_attack(string poison)
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"The labelled scenarios are not at '{Folder}' (RPC_COLLECTOR_SHARED).");
        Assert.True(ScenarioPoison.TryParse(poison, out var forms));
        var options = new CollectorOptions();

        var runs = ScenarioFolder.Read(Folder).SelectMany(scenario => scenario.Exports.SelectMany(
            export => PoisonedRun.Of(options, ScenarioReplay.Run(options, scenario, export), export, forms))).ToList();

        Assert.Equal(16, runs.Where(run => run.Stood.Count > 0).Select(run => run.Scenario).Distinct().Count());
        Assert.All(runs, run => Assert.True(run.AllStand, Lost(run)));
    }

    private static string Lost(PoisonedRun run) =>
        $"{run.Scenario.Name}, {run.Export}, {run.Poison.Form}: {string.Join(", ", run.Lost.Select(finding => finding.Kind))}";

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
