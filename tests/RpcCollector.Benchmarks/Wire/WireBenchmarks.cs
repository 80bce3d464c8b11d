using BenchmarkDotNet.Attributes;

namespace RpcCollector.Benchmarks.Wire;

/// <summary>What one flow start costs to be packed into a batch, and to be read from it.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private const int FlowStarts = 50_000;

    private WireRun _run = null!;

    /// <summary>With several, each flow start is of another exporter than the one before.</summary>
    [Params(1, 20)]
    public int Exporters { get; set; }

    [GlobalSetup]
    public void Prepare() => _run = new WireRun(Exporters);

    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Pack() => _run.Pack(FlowStarts);

    [Benchmark(OperationsPerInvoke = FlowStarts)]
    public void Read() => _run.ReadAll(FlowStarts);
}
