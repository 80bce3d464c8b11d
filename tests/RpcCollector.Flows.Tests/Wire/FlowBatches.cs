using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Wire;

/// <summary>Batches of a sensor named north of site oslo.</summary>
internal static class FlowBatches
{
    public const ulong Epoch = 0xFEDC_BA98_7654_3210;
    public const ushort Partition = 13;
    public static readonly SiteNetworks Oslo = new(
        SiteName.TryParse("oslo", out var name) ? name : default, AddressFilter.Nobody, AddressFilter.Nobody);

    public const long Watermark = RandomFlowStarts.Began + 600_000;

    public static FlowBatchWriter Writer(ExporterDirectory exporters, int mostOctets = FlowBatchWriter.UsualOctets) =>
        new("north", Oslo, Epoch, Partition, exporters, mostOctets);

    /// <summary>One batch of random flow starts.</summary>
    public static (byte[] Batch, FlowStart[] Starts, ExporterDirectory Exporters) Of(int seed, int count, ulong sequence = 7)
    {
        var random = new RandomFlowStarts(seed);
        var starts = random.Take(count);
        var writer = Writer(random.Exporters);
        foreach (var start in starts) Assert.True(writer.TryAdd(start));
        return (writer.Finish(sequence, Watermark).ToArray(), starts, random.Exporters);
    }

    /// <summary>A flow start with its exporter's address in the place of its number.</summary>
    public static (HostAddress Exporter, FlowStart Start) ByValue(FlowStart start, ExporterDirectory exporters)
    {
        var exporter = exporters[start.ExporterId];
        start.ExporterId = 0;
        return (exporter, start);
    }
}
