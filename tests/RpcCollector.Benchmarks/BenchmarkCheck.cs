using RpcCollector.Benchmarks.Wire;
using RpcCollector.Flows;

namespace RpcCollector.Benchmarks;

/// <summary>
/// <c>check</c>: do the benchmarks measure what they say? Every record is decoded, every pair joined, nothing rejected, nothing
/// allocated. Never looks at time.
/// </summary>
internal static class BenchmarkCheck
{
    private const int Records = 200_000;
    private const int FlowStarts = 40_000;
    private const int Runs = 3;

    public static int Run()
    {
        var wrong = 0;
        IEnumerable<DecodeShape> shapes =
        [
            .. from layout in Enum.GetValues<Layout>() from traffic in Enum.GetValues<Traffic>() select new DecodeShape(layout, traffic),
            .. DecodeGrowthBenchmarks.Shapes,
        ];
        foreach (var shape in shapes)
        {
            var run = new DecodeRun(shape);

            // What is kept of each exporter reaches its size in the first few datagrams.
            run.Decode(Math.Max(Records, 4 * shape.Exporters * shape.Records));
            var allocated = Allocated(() => run.Decode(Records));
            var isRight = run.Decoded == run.Records && run.FlowStarts == run.Relevant && run.Rejected == 0 && allocated == 0;
            Say(isRight,
                $"decode {shape.Layout}, {shape.Traffic}, {shape}: {run.Decoded:N0} of {run.Records:N0} records, {run.FlowStarts:N0} of " +
                $"{run.Relevant:N0} flow starts, {run.Rejected} rejected, {allocated} bytes allocated");
            wrong += isRight ? 0 : 1;
        }

        foreach (var exporters in (int[])[1, 20]) wrong += PackAndRead(exporters);
        foreach (var open in (int[])[10_000, 1_000_000])
        {
            wrong += Join(open, "unrelated", activities: 0, run => run.OfferUnrelated(FlowStarts));
            wrong += Join(open, "pairs", activities: Runs * FlowStarts / 2, run => run.OfferPairs(FlowStarts));
            wrong += Join(open, "known", activities: 0, run => run.OfferKnown(FlowStarts), known: Runs * FlowStarts);
        }

        return wrong == 0 ? 0 : 1;
    }

    private static int PackAndRead(int exporters)
    {
        var run = new WireRun(exporters);
        var allocated = Allocated(() =>
        {
            run.Pack(FlowStarts);
            run.ReadAll(FlowStarts);
        });
        var isRight = run.Packed == Runs * FlowStarts && run.Read >= Runs * FlowStarts && run.Rejected == 0 && allocated == 0;
        Say(isRight,
            $"wire, {exporters} exporters: {run.Packed:N0} flow starts packed, {(double)run.Octets / run.Packed:0.0} octets each, " +
            $"{run.Read:N0} read, {run.Rejected} rejected, {allocated} bytes allocated");
        return isRight ? 0 : 1;
    }

    private static int Join(int open, string name, int activities, Action<JoinRun> offer, int known = 0)
    {
        var run = new JoinRun(open);

        // Tables, indexes and free lists reach their size in the first turn over.
        for (var offered = 0; offered <= 2 * open; offered += FlowStarts) offer(run);
        var (joined, merged) = (run.Activities, run.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown));
        var allocated = Allocated(() => offer(run));
        (joined, merged) = (run.Activities - joined, run.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown) - merged);
        var isRight = joined == activities && merged == known && allocated == 0;
        Say(isRight,
            $"join {name}, {open:N0} open: {run.OpenMapperFlows:N0} mapper flows, {run.WaitingEndpointFlows:N0} candidates, " +
            $"{run.BytesAFlow:0} bytes each, {joined:N0} joined, {merged:N0} merged, {allocated} bytes allocated");
        return isRight ? 0 : 1;
    }

    /// <summary>
    /// The least of some runs: the runtime's own bookkeeping comes once, what a datagram or a flow start allocates comes every time.
    /// </summary>
    private static long Allocated(Action run)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Runs; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static void Say(bool isRight, string what) => Console.WriteLine($"{(isRight ? "ok   " : "WRONG")} {what}");
}
