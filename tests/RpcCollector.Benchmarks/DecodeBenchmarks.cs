using BenchmarkDotNet.Attributes;

namespace RpcCollector.Benchmarks;

/// <summary>From datagram to flow start, a record: by version, and by how many of the records matter.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Records = 20_000;

    private DecodeRun _run = null!;

    [Params(Layout.NetFlowV5, Layout.NetFlowV9, Layout.Ipfix, Layout.IpfixVariableLength)]
    public Layout Layout { get; set; }

    [Params(Traffic.Irrelevant, Traffic.Relevant, Traffic.Mixed)]
    public Traffic Traffic { get; set; }

    [GlobalSetup]
    public void Prepare() => _run = new DecodeRun(new DecodeShape(Layout, Traffic));

    [Benchmark(OperationsPerInvoke = Records)]
    public void Decode() => _run.Decode(Records);
}

/// <summary>From datagram to flow start, a record of IPFIX: by exporters, Templates and records a datagram.</summary>
[MemoryDiagnoser]
public class DecodeGrowthBenchmarks
{
    private const int Records = 20_000;

    private DecodeRun _run = null!;

    public static IEnumerable<DecodeShape> Shapes =>
    [
        new(Layout.Ipfix, Traffic.Mixed),
        new(Layout.Ipfix, Traffic.Mixed, Exporters: 100),
        new(Layout.Ipfix, Traffic.Mixed, Exporters: 10_000),
        new(Layout.Ipfix, Traffic.Mixed, Templates: 1_000),
        new(Layout.Ipfix, Traffic.Mixed, Records: 1),
        new(Layout.Ipfix, Traffic.Mixed, Exporters: 10_000, Records: 1),
    ];

    [ParamsSource(nameof(Shapes))]
    public DecodeShape Shape { get; set; } = null!;

    [GlobalSetup]
    public void Prepare() => _run = new DecodeRun(Shape);

    [Benchmark(OperationsPerInvoke = Records)]
    public void Decode() => _run.Decode(Records);
}
