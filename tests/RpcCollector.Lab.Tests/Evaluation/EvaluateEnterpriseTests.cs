using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Tests.Evaluation;

public class EvaluateEnterpriseTests
{
    private static readonly EnterpriseShape Shape = new(Hosts: 100, Days: 8, LearningDays: 4);

    [Fact]
    public void Moves_between_workstations_of_a_small_enterprise_are_found()
    {
        var result = SeedRun.Run(Shape, 3, [Move()], campaigns: 30, Options());

        var moves = result.Attacks.Where(outcome => outcome.Attack.IsWorkstationToWorkstation).ToList();
        Assert.InRange(moves.Count, 10, 60);
        Assert.All(moves.Where(outcome => outcome.Attack.IsRecorded), outcome => Assert.True(outcome.HasCarActivity));
        Assert.InRange(moves.Count(outcome => outcome.IsFound(FindingSeverity.Low)), moves.Count * 0.8, moves.Count);
        Assert.All(result.Findings.Where(judged => !judged.IsRight), judged => Assert.NotEmpty(judged.Causes));
    }

    [Fact]
    public void Judgement_of_a_seed_is_repeatable()
    {
        var first = SeedRun.Run(Shape, 4, [], campaigns: 3, Options());
        var second = SeedRun.Run(Shape, 4, [], campaigns: 3, Options());

        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.Findings.Select(Line), second.Findings.Select(Line));

        static string Line(JudgedFinding judged) =>
            $"{judged.Finding.Id} {judged.Finding.Severity} {judged.Finding.Confidence} {judged.Finding.Count} {judged.Finding.Reason} " +
            $"{judged.IsRight}";
    }

    [Fact]
    public async Task Command_prints_figures_that_are_called_synthetic()
    {
        string[] arguments =
            ["evaluate", "enterprise", "--hosts", "60", "--days", "4", "--learning-days", "2", "--seeds", "2", "--first-seed", "7"];
        var json = await LabProgram.RunAsync([.. arguments, "--format", "json"]);
        var text = await LabProgram.RunAsync(arguments);

        Assert.Equal((0, 0), (json.ExitCode, text.ExitCode));
        using var document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("synthetic").GetBoolean());
        Assert.Equal(
            [7, 8], document.RootElement.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetProperty("seed").GetInt32()));
        Assert.StartsWith(
            "SYNTHETIC: a simulated enterprise of 60 hosts, 4 days of which 2 are for learning, seeds 7 to 8", text.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hosts", "3", "--hosts: 3 is not between 4 and")]
    [InlineData("--days", "14", "--days: 14 is not between 15 and")]
    [InlineData("--seeds", "0", "--seeds: 0 is not between 1 and")]
    public async Task Command_says_which_option_is_out_of_bounds(string option, string value, string expected)
    {
        var outcome = await LabProgram.RunAsync("evaluate", "enterprise", option, value);

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(expected, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    private static JudgementOptions Options() => new()
    {
        LearningPeriod = TimeSpan.FromDays(Shape.LearningDays),
        EvaluateEvery = TimeSpan.FromMinutes(10),
    };

    // A mapper flow and its endpoint flow 5 ms later, as remote WMI begins.
    private static RecordedAttack Move()
    {
        var (client, server) = (HostAddress.Parse("192.0.2.1"), HostAddress.Parse("192.0.2.2"));
        const long Start = 1_600_000_000_000;
        var activity = new RpcActivity
        {
            Id = 1,
            Basis = JoinBasis.Car,
            Client = client,
            Server = server,
            Mapper = new FlowSpan(50_001, 135, Start, Start + 12_000),
            Endpoint = new FlowSpan(50_002, 49_680, Start + 5, Start + 30_000),
            Exporters = ExporterSet.Of(0),
            SamplingInterval = 1,
            Traffic = new FlowTraffic(4_000, 6_000, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
        };
        return new RecordedAttack(new Scenario("wmi", "T1047", client, server, ScenarioTarget.Workstation, []), "ipfix", [activity], []);
    }
}
