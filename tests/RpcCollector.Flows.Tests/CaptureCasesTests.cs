using System.Text.Json;

namespace RpcCollector.Flows.Tests;

public sealed class CaptureCasesTests
{
    /// <summary>
    /// The cases count Sets that have no Template when they arrive. The Template of these comes later in the capture, so they wait and
    /// are decoded.
    /// </summary>
    private static readonly Dictionary<string, (int Sets, int Records)> SetsWhoseTemplateComesLater = new(StringComparer.Ordinal)
    {
        ["ipfix-netscaler-with-variable-length-fields"] = (3, 3),
        ["softflowd-packet-v9-template-mixed"] = (1, 8),
    };

    public static IEnumerable<TheoryDataRow<string, int, int, int>> Cases()
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string, int, int, int>("absent", 0, 0, 0)
            {
                Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED).",
            }];
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("captures", "cases.json")));
        return
        [
            .. document.RootElement.EnumerateArray().Select(item => new TheoryDataRow<string, int, int, int>(
                item.GetProperty("case").GetString()!, item.GetProperty("data_records").GetInt32(), item.GetProperty("options_records")
                    .GetInt32(),
                item.GetProperty("sets_without_template").GetInt32())),
        ];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_record_of_a_real_exporter_is_decoded_and_accounted_for(
        string name, int dataRecords, int optionsRecords, int setsWithoutTemplate)
    {
        var decoder = new DecoderUnderTest();

        decoder.Decode(CapturedDatagrams.Read(SharedData.PathOf("captures", name + ".pcap")));

        var decodedAfterWaiting = SetsWhoseTemplateComesLater.GetValueOrDefault(name);
        Assert.Equal(setsWithoutTemplate - decodedAfterWaiting.Sets, decoder.SetsWithoutTemplate());
        Assert.Equal((dataRecords + decodedAfterWaiting.Records, optionsRecords), ((int)decoder.DataRecords, (int)decoder.OptionsRecords));
        decoder.AssertEverythingIsAccountedFor();
    }
}
