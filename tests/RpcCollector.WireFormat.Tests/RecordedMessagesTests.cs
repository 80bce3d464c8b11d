using System.Text.Json;

namespace RpcCollector.WireFormat.Tests;

public sealed class RecordedMessagesTests
{
    // tshark's names for the identifiers of Sets and Templates, and for the lengths of the fields that a Template lists.
    private static readonly Dictionary<string, string> OutlineOfTshark = new(StringComparer.Ordinal)
    {
        ["cflow.flowset_id"] = "set",
        ["cflow.template_id"] = "template",
        ["cflow.template_field_length"] = "field",
        ["cflow.scope_field_length"] = "field",
    };

    // tshark stops where the v9 header's count is reached, also where the exporter counts FlowSets ...
    private static readonly string[] CutByCount = ["netflow-9-h3c", "netflow-9-invalid-01"];

    // ... and reads on behind an IPFIX Message that ends before its datagram.
    private static readonly string[] ReadPastMessage = ["ipfix"];

    [Fact]
    public void Sets_templates_and_field_lengths_of_every_capture_are_those_that_tshark_sees()
    {
        foreach (var (name, _, _, _) in Captures.Cases())
        {
            var read = Captures.DatagramsOf(name).ConvertAll(datagram => MessageOutline.Of(MessageOutline.Read(datagram)).ToList());
            using var tshark = Captures.TsharkOf(name);
            var expected = tshark.RootElement.EnumerateArray().Select(frame => Outline(frame.GetProperty("_source").GetProperty("layers")))
                .ToList();

            Assert.Equal(expected.Count, read.Count);
            for (var i = 0; i < read.Count; i++)
            {
                var common = Math.Min(expected[i].Count, read[i].Count);
                Assert.Equal([name, .. expected[i].Take(common)], [name, .. read[i].Take(common)]);
                Assert.True(expected[i].Count == common || ReadPastMessage.Contains(name), name);
                Assert.True(read[i].Count == common || CutByCount.Contains(name), name);
            }
        }
    }

    [Fact]
    public void Flow_records_of_every_version_5_capture_are_all_read_also_where_the_header_states_more()
    {
        foreach (var (name, versions, dataRecords, _) in Captures.Cases())
        {
            if (versions is [5])
                Assert.Equal(
                    (name, dataRecords),
                    (name, Captures.DatagramsOf(name).Sum(datagram => ((NetflowV5)MessageOutline.Read(datagram)).Records.Count)));
        }
    }

    [Fact]
    public void Zero_fill_ends_the_message_of_exactly_those_captures_that_have_it()
    {
        foreach (var (name, _, _, anomalies) in Captures.Cases())
        {
            var filled = Captures.DatagramsOf(name).Select(MessageOutline.Read).Any(message =>
                message is NetflowV9 { FlowSets: [.., { IsFill: true }] } or Ipfix { Sets: [.., { IsFill: true }] });
            Assert.Equal((name, anomalies.Any(anomaly => anomaly.StartsWith("zero fill", StringComparison.Ordinal))), (name, filled));
        }
    }

    [Fact]
    public void Every_datagram_of_the_scenarios_is_one_whole_message()
    {
        foreach (var scenario in Captures.Scenarios)
        {
            foreach (var datagram in Captures.ReadPcap(scenario))
            {
                var message = MessageOutline.Read(datagram);
                Assert.True(message.M_Io.IsEof, scenario);
                if (message is NetflowV5 v5)
                    Assert.Equal(v5.Header.NumRecords, v5.Records.Count);
            }
        }
    }

    [Fact]
    public void Truncated_messages_throw_nothing_but_end_of_stream_or_failed_validation()
    {
        foreach (var (name, _, _, _) in Captures.Cases())
        {
            foreach (var datagram in Captures.DatagramsOf(name))
            {
                for (var length = 2; length < datagram.Length; length++)
                    ReadOrRefuse(datagram[..length]);
            }
        }
    }

    [Fact]
    public void Mutated_messages_throw_nothing_but_end_of_stream_or_failed_validation()
    {
        var datagrams = Captures.Cases().SelectMany(item => Captures.DatagramsOf(item.Name)).ToList();
        var random = new Random(7011);
        for (var round = 0; round < 20_000; round++)
        {
            var mutant = datagrams[round % datagrams.Count].ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
                mutant[random.Next(2, mutant.Length)] = (byte)random.Next(256);
            ReadOrRefuse(mutant);
        }
    }

    private static void ReadOrRefuse(byte[] datagram)
    {
        try
        {
            MessageOutline.Read(datagram);
        }
        catch (Exception refusal) when (refusal is EndOfStreamException or ValidationFailedError)
        {
            // Both are fine here; the grammar's own tests assert which of the two it is.
        }
    }

    private static List<string> Outline(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [.. element.EnumerateObject().SelectMany(property =>
            OutlineOfTshark.TryGetValue(property.Name, out var line) ? [$"{line} {property.Value.GetString()}"] : Outline(property.Value))],
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Outline)],
        _ => [],
    };
}
