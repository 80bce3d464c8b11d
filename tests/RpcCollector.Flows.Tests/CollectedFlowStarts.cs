using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

/// <summary>Collects what a decoder offers, with the mirrored orientations in a list of their own.</summary>
internal sealed class CollectedFlowStarts : IFlowStartSink
{
    public List<FlowStart> FlowStarts { get; } = [];

    public List<FlowStart> Mirrors { get; } = [];

    public void Offer(in FlowStart start) => (start.IsMirror ? Mirrors : FlowStarts).Add(start);
}

/// <summary>One decoder with everything it needs, for a test.</summary>
internal sealed class DecoderUnderTest
{
    public DecoderUnderTest(FlowOptions? options = null)
    {
        options ??= new FlowOptions();
        Catalog = new ExporterCatalog(new ExporterDirectory(options.MaxExporters));
        Decoder = new DatagramDecoder(options, Catalog, Counters, Collected);
    }

    public HopCounters Counters { get; } = new();

    public CollectedFlowStarts Collected { get; } = new();

    public ExporterCatalog Catalog { get; }

    public DatagramDecoder Decoder { get; }

    public long DataRecords => Counters.Received(Hop.DataRecord);

    public long OptionsRecords => Decoder.OptionsRecords;

    public void Decode(CapturedDatagram datagram) => Decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);

    public void Decode(IEnumerable<CapturedDatagram> datagrams)
    {
        foreach (var datagram in datagrams) Decode(datagram);
    }

    /// <summary>Ends the input, and returns how many Data Sets were given up because their Template never came.</summary>
    public long SetsWithoutTemplate()
    {
        Decoder.Complete();
        return Counters.Rejected(Hop.Set, Rejection.MissingTemplate);
    }

    /// <summary>received = used + rejected (and, for Sets, waiting) at every hop that ends in Flows.</summary>
    public void AssertEverythingIsAccountedFor()
    {
        foreach (var hop in (Hop[])[Hop.Datagram, Hop.Set, Hop.TemplateRecord, Hop.DataRecord, Hop.FlowRecord])
            Assert.Equal(
                (hop, Counters.Received(hop)),
                (hop, Counters.Used(hop) + Counters.Rejected(hop) + (hop == Hop.Set ? Decoder.WaitingSets : 0)));
        Assert.Equal(Counters.Used(Hop.DataRecord), Counters.Received(Hop.FlowRecord));
        Assert.Equal(Counters.Used(Hop.FlowRecord), Collected.FlowStarts.Count);
    }
}
