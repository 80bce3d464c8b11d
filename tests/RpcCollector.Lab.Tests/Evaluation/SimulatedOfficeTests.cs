using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Office;

namespace RpcCollector.Lab.Tests.Evaluation;

public sealed class SimulatedOfficeTests
{
    private const int Workstations = 120;
    private const int LearnedDays = 14;

    [Fact]
    public void Intruders_of_a_learned_office_are_the_first_two_rows_each_whole_and_nobody_elses_doing_is_among_it()
    {
        var result = Run(seed: 1);

        Assert.True(result.IntrudersAreFirst, Rows(result));
        Assert.True(result.IntrudersAreWhole, Rows(result));
        Assert.True(result.Mixed == 0, Rows(result));
        Assert.True(result.NumFindings > 10 * result.NumLookedAt, Rows(result));
    }

    [Fact]
    public void Another_order_of_arrival_gives_the_same_incidents_with_the_same_ids()
    {
        var (straight, disordered) = (Run(seed: 2), Run(seed: 2, disorder: 5));

        Assert.NotEqual(straight.Digest, disordered.Digest);
        Assert.Equal(Incidents(straight), Incidents(disordered));

        static IEnumerable<string> Incidents(OfficeResult result) => result.Rows.Select(row =>
            $"{row.Incident.Id} {row.Incident.Severity}: {string.Join(',', Own(row).Select(one => one.Finding.Id))}");

        // Of a kind that one finding stands for many of, which others are findings of their own depends on what was shown first.
        static IEnumerable<(Finding Finding, OfficePart Part)> Own(OfficeIncident row) => row.Findings.Where(one =>
            !row.Findings.Any(
                other => other.Finding.NumServers > 1 && other.Finding.Client == one.Finding.Client
                && other.Finding.Kind == one.Finding.Kind));
    }

    [Fact]
    public async Task Exported_office_is_what_Zeek_would_have_logged()
    {
        var folder = Directory.CreateTempSubdirectory("office-");
        try
        {
            var outcome = await LabProgram.RunAsync("office", "export", folder.FullName, "--workstations", "100");

            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
            var connections =
                await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "conn.log"), TestContext.Current.CancellationToken);
            var leases = await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "dhcp.log"), TestContext.Current.CancellationToken);
            Assert.StartsWith($"{connections.Length} connections", outcome.Output, StringComparison.Ordinal);
            var ends = connections.Select(line => JsonDocument.Parse(line).RootElement)
                .Select(line => line.GetProperty("ts").GetDouble() + line.GetProperty("duration").GetDouble()).ToList();
            Assert.Equal(ends.Select(end => Math.Round(end, 2)).Order(), ends.Select(end => Math.Round(end, 2)));
            var names = leases.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("host_name").GetString()!).ToList();
            Assert.All(names, name => Assert.Matches("^(PC|NB)-[0-9]{4}$", name));
            Assert.True(names.Count > names.Distinct().Count(), "nobody has got another address");
            Assert.Contains("first-intruder", await File.ReadAllTextAsync(
                Path.Combine(folder.FullName, "whose.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Command_prints_incidents_that_are_called_synthetic()
    {
        string[] arguments = ["evaluate", "office", "--workstations", "100", "--seed", "3"];
        var json = await LabProgram.RunAsync([.. arguments, "--format", "json", "--told"]);
        var text = await LabProgram.RunAsync(arguments);

        Assert.Equal((0, 0), (json.ExitCode, text.ExitCode));
        using var document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("synthetic").GetBoolean());
        Assert.Equal(3, Assert.Single(document.RootElement.GetProperty("seeds").EnumerateArray()).GetProperty("seed").GetInt32());
        Assert.StartsWith("SYNTHETIC: a simulated office of 100 workstations", text.Output, StringComparison.Ordinal);
    }

    private static OfficeResult Run(ulong seed, ulong? disorder = null) => OfficeRun.Run(
        new SimulatedOffice(Workstations, LearnedDays, seed, []), seed,
        new JudgementOptions { LearningPeriod = TimeSpan.FromDays(LearnedDays), EvaluateEvery = TimeSpan.FromMinutes(10) }, disorder);

    private static string Rows(OfficeResult result) =>
        string.Join('\n', result.Rows.Select(row => $"{row.Part} {row.IsMixed} {row.Title}"));
}
