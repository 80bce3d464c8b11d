using System.Text.Json;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Lab.Tests.Evaluation;

public class EvaluateScenariosTests
{
    private const string Table =
        "scenario,technique,client,server\nmove,T1021.003/T1047,198.51.100.7,198.51.100.20\nother,T1053.005,198.51.100.7,198.51.100.99\n";

    [Fact]
    public async Task Recall_is_told_for_each_export_the_whole_and_each_format_technique_and_kind()
    {
        using var folder = Folder();

        var outcome = await LabProgram.RunAsync("evaluate", "scenarios", folder.Path, "--format", "json");

        Assert.Equal(0, outcome.ExitCode);
        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        var exports = lines.Where(line => line.GetProperty("type").GetString() == "export").ToList();
        Assert.Equal(
            [("move", "netflow5", "sensor-a", 1), ("other", "netflow5", "sensor-a", 0)],
            exports.Select(
                line => (line.GetProperty("scenario").GetString(), line.GetProperty("format").GetString(), line.GetProperty("sensor")
                    .GetString(), line.GetProperty("car_pairs").GetInt32())));
        Assert.NotEmpty(exports[0].GetProperty("findings").EnumerateArray());
        Assert.Empty(exports[1].GetProperty("findings").EnumerateArray());

        var whole = lines.Single(line => line.GetProperty("type").GetString() == "whole");
        Assert.Equal(
            (2, 1, 1),
            (whole.GetProperty("scenarios").GetInt32(), whole.GetProperty("found").GetProperty("count")
                .GetInt32(), whole.GetProperty("analytic_as_written").GetProperty("count").GetInt32()));
        Assert.Equal(0.0945, whole.GetProperty("found").GetProperty("low").GetDouble());
        Assert.Equal(
            ["T1021.003", "T1047", "T1053.005"], lines.Where(line => line.GetProperty("type").GetString() == "technique")
                .Select(line => line.GetProperty("name").GetString()));
        Assert.Contains(lines, line => line.GetProperty("type").GetString() == "kind");
    }

    [Fact]
    public async Task Text_is_a_table_with_a_row_for_each_scenario()
    {
        using var folder = Folder();

        var outcome = await LabProgram.RunAsync("evaluate", "scenarios", folder.Path);

        Assert.Matches(@"move .*T1021\.003/T1047 .*1/1 .*1/1", outcome.Output);
        Assert.Matches(@"other .*T1053\.005 .*0/1 .*0/1", outcome.Output);
    }

    [Fact]
    public async Task Folder_that_is_none_ends_with_exit_code_two()
    {
        var outcome = await LabProgram.RunAsync("evaluate", "scenarios", "nowhere");

        Assert.Equal((2, "nowhere: there is no scenarios.csv"), (outcome.ExitCode, Assert.Single(outcome.ErrorLines)));
    }

    [Theory]
    [InlineData("packet", 0)]
    [InlineData("clients:5", 5)]
    public async Task Forged_records_come_in_every_form_and_are_compared_with_the_export_alone(string poison, int clients)
    {
        using var folder = Folder();

        var outcome = await LabProgram.RunAsync("evaluate", "scenarios", folder.Path, "--poison", poison, "--format", "json");

        Assert.Equal(0, outcome.ExitCode);
        var poisoned = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "poisoned" && line.GetProperty("scenario").GetString() == "move")
            .ToList();
        Assert.Equal(
            [
                "attacker-serves", "victim-serves", "attacker-manages", "attacker-serves-after", "victim-serves-after",
                "attacker-manages-after",
            ],
            poisoned.Select(line => line.GetProperty("form").GetString()));
        Assert.All(poisoned, line => Assert.Equal(clients, line.GetProperty("clients").GetInt32()));
        Assert.All(poisoned, line => Assert.InRange(line.GetProperty("stood").GetInt32(), 1, 10));
        Assert.All(poisoned, line => Assert.InRange(line.GetProperty("lost").GetArrayLength(), 0, line.GetProperty("stood").GetInt32()));
    }

    [Theory]
    [InlineData("clients")]
    [InlineData("clients:0")]
    [InlineData("rain")]
    public async Task Poison_that_is_none_is_named(string poison)
    {
        var outcome = await LabProgram.RunAsync("evaluate", "scenarios", "nowhere", "--poison", poison);

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"--poison: '{poison}' is none of ", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "scenarios.csv"), Table);
        var capture = CaptureFiles.Pcap(Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.MapperAndEndpoint()))));
        foreach (var name in (string[])["move", "other"]) folder.Write($"{name}/netflow5-sensor-a.pcap", capture);
        return folder;
    }
}
