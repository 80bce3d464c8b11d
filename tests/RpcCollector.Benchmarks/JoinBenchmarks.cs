using BenchmarkDotNet.Attributes;

namespace RpcCollector.Benchmarks;

/// <summary>What one flow start costs a shard, with ten thousand or a million open mapper flows and as many candidates.</summary>
[MemoryDiagnoser]
public class JoinBenchmarks
{
    private const int FlowStarts = 20_000;

    private JoinRun _run = null!;

    [Params(10_000, 1_000_000)]
    public int Open { get; set; }

    [GlobalSetup]
    public void Prepare() => _run = new JoinRun(Open);

    /// <summary>New connections as a network has them: each record offered both ways, most of it joined with nothing.</summary>
    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Fresh() => _run.OfferFresh(FlowStarts);

    /// <summary>New flows, half of them mapper flows; nothing joins.</summary>
    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Unrelated() => _run.OfferUnrelated(FlowStarts);

    /// <summary>New flows that make an RPC activity of each two.</summary>
    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Pairs() => _run.OfferPairs(FlowStarts);

    /// <summary>Flows that are known already.</summary>
    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Known() => _run.OfferKnown(FlowStarts);
}
