using System.Text.Json;

namespace RpcCollector.EndToEnd.Tests;

public sealed class CaptureReplayTests
{
    /// <summary>
    /// The cases leave out Sets without a Template at the moment they arrive; these have theirs later in the capture, so they wait and
    /// are decoded.
    /// </summary>
    private static readonly Dictionary<string, int> RecordsWhoseTemplateComesLater = new(StringComparer.Ordinal)
    {
        ["ipfix-netscaler-with-variable-length-fields"] = 3,
        ["softflowd-packet-v9-template-mixed"] = 8,
    };

    public static IEnumerable<TheoryDataRow<string, int, int, int>> Cases()
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string, int, int, int>("absent", 0, 0, 0)
            {
                Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED).",
            }];
        var cases = JsonElement.Parse(File.ReadAllBytes(SharedData.PathOf("captures", "cases.json")));
        return
        [
            .. cases.EnumerateArray().Select(item => new TheoryDataRow<string, int, int, int>(
                item.GetProperty("case").GetString()!, item.GetProperty("datagrams").GetInt32(),
                item.GetProperty("data_records").GetInt32(), item.GetProperty("options_records").GetInt32())),
        ];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Replay_of_a_real_exporters_capture_reads_every_record_and_says_nothing_on_standard_error(
        string name, int datagrams, int dataRecords, int optionsRecords)
    {
        var replay = await ReplayOutput.OfAsync(SharedData.PathOf("captures", name + ".pcap"));

        var summary = replay.Summary;
        Assert.Equal(
            (datagrams, dataRecords + RecordsWhoseTemplateComesLater.GetValueOrDefault(name), optionsRecords),
            (summary.GetProperty("datagrams").GetInt32(), summary.GetProperty("data_records")
                .GetInt32(), summary.GetProperty("options_records").GetInt32()));
    }
}
