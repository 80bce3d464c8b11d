using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Wire;

[Collection(nameof(AllocationTests))]
public sealed class FlowBatchAllocationTests
{
    [Fact]
    public void Writing_and_reading_batches_allocates_nothing_in_steady_state()
    {
        var random = new RandomFlowStarts(40);
        var starts = random.Take(2_000);
        var writer = FlowBatches.Writer(random.Exporters);
        var reader = new FlowBatchReader(new ExporterDirectory());
        var (sequence, rows) = (0UL, 0L);
        var least = long.MaxValue;
        Pass();

        // The runtime's own allocations on the thread show in some rounds; those of a row would show in every round.
        for (var round = 0; round < 11; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Pass();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(12 * 2_000, rows);

        void Pass()
        {
            foreach (ref readonly var start in starts.AsSpan())
            {
                if (writer.TryAdd(start)) continue;
                Read();
                writer.TryAdd(start);
            }

            Read();
        }

        void Read()
        {
            reader.TryRead(writer.Finish(++sequence, FlowBatches.Watermark).Span, out var header);
            rows += header.NumRows;
        }
    }
}
