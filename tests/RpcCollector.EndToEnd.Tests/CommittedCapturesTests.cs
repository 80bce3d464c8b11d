using RpcCollector.EndToEnd.Tests.Live;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The captures of tests/captures hold what their README says.</summary>
public sealed class CommittedCapturesTests
{
    private static string Folder => Path.Combine(SharedData.RepositoryRoot(), "tests", "captures");

    /// <summary>The rows of the README's table: | `capture` | origin | data records | options |</summary>
    public static IEnumerable<TheoryDataRow<string, int, int>> Captures() =>
        from line in File.ReadLines(Path.Combine(Folder, "README.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 6 && int.TryParse(cells[3], out _)
        select new TheoryDataRow<string, int, int>(cells[1].Trim('`'), int.Parse(cells[3]), int.Parse(cells[4]));

    [Fact]
    public void Every_capture_has_its_line_of_origin() => Assert.Equal(
        Directory.EnumerateFiles(Folder, "*.pcap").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
        Captures().Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Captures))]
    public async Task Replay_finds_in_a_capture_what_its_README_says(string name, int dataRecords, int optionsRecords)
    {
        var replay = await ReplayOutput.OfAsync(Path.Combine(Folder, name + ".pcap"));

        var summary = replay.Summary;
        Assert.Equal(
            (dataRecords, optionsRecords),
            (summary.GetProperty("data_records").GetInt32(), summary.GetProperty("options_records").GetInt32()));

        // A sampled capture lacks every second packet, so the expected pairs do not apply to it.
        if (name.Contains("sampled", StringComparison.Ordinal)) return;
        Assert.Equal(
            ExportTraffic.Expected(hasIPv6: !name.Contains("-v5-", StringComparison.Ordinal)),
            replay.Activities.Select(activity => activity.Pair).Order());
    }
}
