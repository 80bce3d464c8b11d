using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class PartitionWriterTests
{
    [Fact]
    public async Task Flow_start_that_stands_for_its_mirror_is_two_rows_and_counted_once()
    {
        // 1. More than a batch holds, so that one ends between the two.
        var counters = new HopCounters();
        var exporters = new ExporterDirectory();
        exporters.TryGetId(HostAddress.Parse("192.0.2.7"), out var exporter);
        using var outgoing = new OutgoingBatches(partitions: 1, mostBytes: 1 << 30);
        var writer = new PartitionWriter(0, 1, new FlowBatchWriter("sensor", null, 1, 0, exporters), outgoing, counters);
        writer.Offer([Start(0, exporter)]);
        FlowStart[] starts = [.. Enumerable.Range(1, 20_000).Select(number => Start(number, exporter) with { HasMirror = true })];
        writer.Offer(starts);
        writer.Complete();

        // 2. What comes out, each orientation by itself; and who reads the batches joins them again.
        var reader = new FlowBatchReader(exporters);
        var rows = new List<FlowStart>();
        for (var left = outgoing.NumAdded; left > 0; left--)
        {
            var batch = await outgoing.NextAsync(0, TestContext.Current.CancellationToken);
            Assert.True(reader.TryRead(batch, out _));
            rows.AddRange(reader.FlowStarts);
        }

        Assert.Equal((40_001, 20_001), (rows.Count, counters.Received(Hop.FlowStart)));
        Assert.DoesNotContain(rows, row => row.HasMirror);
        var joined = rows.ToArray();
        Assert.Equal(starts, joined[..FlowStart.JoinMirrors(joined)][1..]);
    }

    private static FlowStart Start(int number, int exporter) => new()
    {
        ExporterId = exporter,
        Client = HostAddress.FromIPv4(0x0A00_0000 + (uint)number),
        Server = HostAddress.FromIPv4(0x0A80_0000),
        ClientPort = 50_001,
        ServerPort = 49_668,
        ClientOctets = 1_000,
        ServerOctets = 500,
        ClientTcpFlags = 0x1B,
        StartUnixMilliseconds = 1_800_000_000_000,
        EndUnixMilliseconds = 1_800_000_001_000,
        ArrivalUnixMilliseconds = 1_800_000_002_000,
        ResolutionMilliseconds = 1,
        SamplingInterval = 1,
        Half = FlowHalf.FromClient,
    };
}
