using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class RobustnessTests
{
    private const int MutationsPerCapture = 100_000;

    public static IEnumerable<TheoryDataRow<string>> Captures() => SharedData.IsPresent
        ? Directory.EnumerateFiles(SharedData.PathOf("captures"), "*.pcap").Order(StringComparer.Ordinal)
            .Select(path => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(path)))
        : [new TheoryDataRow<string>("absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_truncation_is_accounted_for(string name)
    {
        var decoder = new DecoderUnderTest();
        foreach (var datagram in CapturedDatagrams.Read(SharedData.PathOf("captures", name + ".pcap")))
        {
            for (var length = 0; length <= datagram.Payload.Length; length++)
                decoder.Decoder.Decode(datagram.Payload.AsSpan(0, length), datagram.Session, datagram.ArrivalUnixMilliseconds);
        }

        decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_hundred_thousand_mutations_are_accounted_for_in_bounded_memory(string name)
    {
        var datagrams = CapturedDatagrams.Read(SharedData.PathOf("captures", name + ".pcap"));
        var options = new FlowOptions { MaxExporters = 4, MaxDomainsPerExporter = 16, MaxTemplatesPerExporter = 64 };
        var sink = new CountingSink();
        var counters = new HopCounters();
        var catalog = new ExporterCatalog(new ExporterDirectory(options.MaxExporters));
        var decoder = new DatagramDecoder(options, catalog, counters, sink);
        var random = new Random(name.Sum(letter => letter));
        var mutant = new byte[2048];

        for (var i = 0; i < MutationsPerCapture; i++)
        {
            var original = datagrams[i % datagrams.Count];
            original.Payload.AsSpan().CopyTo(mutant);
            var length = original.Payload.Length;
            Mutation.Apply(mutant, ref length, random);
            decoder.Decode(mutant.AsSpan(0, length), original.Session, original.ArrivalUnixMilliseconds);
        }

        decoder.Complete();
        foreach (var hop in (Hop[])[Hop.Datagram, Hop.Set, Hop.TemplateRecord, Hop.DataRecord, Hop.FlowRecord])
            Assert.Equal((hop, counters.Received(hop)), (hop, counters.Used(hop) + counters.Rejected(hop)));
        Assert.Equal(MutationsPerCapture, counters.Received(Hop.Datagram));
        Assert.Equal(counters.Used(Hop.FlowRecord), sink.NumFlowStarts);
        Assert.InRange(catalog.NumTemplates, 0, options.MaxExporters * options.MaxTemplatesPerExporter);
    }

    private sealed class CountingSink : IFlowStartSink
    {
        public long NumFlowStarts { get; private set; }

        public void Offer(in FlowStart start)
        {
            if (!start.IsMirror) NumFlowStarts++;
        }
    }
}
