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

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "scenarios.csv"), Table);
        var capture = CaptureFiles.Pcap(Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.MapperAndEndpoint()))));
        foreach (var name in (string[])["move", "other"]) folder.Write($"{name}/netflow5-sensor-a.pcap", capture);
        return folder;
    }
}
