using System.Buffers.Binary;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTestsAlone;

/// <summary>How much memory decoding costs. Runs alone, because the figures are those of the whole process.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private static readonly (int Element, int Length)[] RouterFields =
        [(8, 4), (12, 4), (15, 4), (10, 4), (14, 4), (2, 8), (1, 8), (152, 8), (153, 8), (7, 2), (11, 2), (6, 1), (4, 1), (5, 1), (16, 4),
            (17, 4), (9, 1), (13, 1)];

    private static readonly (int Element, int Length)[] UpTimeFields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4)];

    public static TheoryData<string> Exports =>
        ["NetFlow v5", "NetFlow v9", "IPFIX", "IPFIX of variable length", "NetFlow v9 that repeats its Template",
            "IPFIX that repeats its Template"];

    [Theory]
    [MemberData(nameof(Exports))]
    public void Decoding_allocates_nothing_per_datagram_in_steady_state(string export)
    {
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), new HopCounters(), new NoSink());
        var (template, data, sequencePlace, units) = Datagrams(export);
        var session = template.Session;
        decoder.Decode(template.Payload, session, template.ArrivalUnixMilliseconds);
        Decode(0, 500);

        // The runtime's own allocations on the thread show in some rounds; those of a datagram would show in every round.
        var least = long.MaxValue;
        for (var round = 1; round <= 11; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Decode(round * 500, 500);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal((6000 * 3) + (export == "NetFlow v5" ? 3 : 0), decoder.Counters.Received(Hop.FlowRecord));

        void Decode(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(sequencePlace), (uint)(i * units));
                decoder.Decode(data, session, template.ArrivalUnixMilliseconds + i);
            }
        }
    }

    [Fact]
    public void Datagrams_full_of_template_records_make_no_large_objects()
    {
        const int Records = 16_000;
        var decoder = new DecoderUnderTest();
        var datagram = MessageBuilder.Ipfix().Set(2, set =>
        {
            for (var id = 0; id < Records; id++) set.U16(256 + id).U16(0);
        }).From();
        decoder.Decode(datagram);
        var before = GC.CollectionCount(GC.MaxGeneration);

        // Large objects would cause a collection of all generations for every few datagrams.
        for (var i = 0; i < 50; i++) decoder.Decode(datagram);

        Assert.InRange(GC.CollectionCount(GC.MaxGeneration) - before, 0, 2);
        Assert.Equal(51 * Records, decoder.Counters.Noted(Irregularity.WithdrawalIgnored));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Exporter_with_one_domain_session_and_template_takes_eight_kibibytes_at_most()
    {
        const int NumExporters = 10_000;
        var catalog = new ExporterCatalog(new ExporterDirectory());
        var decoder = new DatagramDecoder(new FlowOptions(), catalog, new HopCounters(), new NoSink());
        var datagram = MessageBuilder.Ipfix().Template(256, RouterFields).Set(256, set => set.Zeros(69)).From();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (uint i = 0; i < NumExporters; i++)
            decoder.Decode(
                datagram.Payload, datagram.Session with
                {
                    ExporterAddress = HostAddress.FromIPv4(0x0A00_0000 + i),
                }, datagram.ArrivalUnixMilliseconds);

        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / NumExporters, 1, 8192);
        Assert.Equal(NumExporters, catalog.NumTemplates);
        Assert.Equal(NumExporters, decoder.Counters.Received(Hop.DataRecord));
    }

    /// <summary>
    /// A datagram with the Template, and one with three records: to the mapper, between dynamic ports, and neither of these.
    /// </summary>
    private static (CapturedDatagram Template, byte[] Data, int SequencePlace, int Units) Datagrams(string export)
    {
        (int Element, int Length)[] fields = export.StartsWith("NetFlow", StringComparison.Ordinal)
            ? UpTimeFields
            : export.Contains("variable") ? [(82, 65535), .. Layout.Flow] : Layout.Flow;
        if (export == "NetFlow v5")
        {
            var v5 = MessageBuilder.NetFlowV5(3).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000)
                .V5Record("10.0.0.1", 50_001, "10.0.0.2", 50_002, 90_000, 91_000)
                .V5Record("10.0.0.1", 50_000, "10.0.0.2", 443, 90_000, 91_000).From();
            return (v5, v5.Payload.ToArray(), 16, 3);
        }

        var isV9 = export.Contains("v9");
        var message = isV9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();
        var template = (isV9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix()).Template(256, fields).From();
        if (export.Contains("repeats")) message.Template(256, fields);
        message.Set(256, set =>
        {
            foreach (var (source, destination) in ((int, int)[])[(50_000, 135), (50_001, 50_002), (50_000, 443)])
            {
                if (export.Contains("variable")) set.U8(3).U8('e').U8('t').U8('h');
                if (isV9) set.Address("10.0.0.1").Address("10.0.0.2").U16(source).U16(destination).U8(6).U32(90_000).U32(91_000);
                else set.FlowRecord(
                    "10.0.0.1", source, "10.0.0.2", destination, MessageBuilder.ExportMilliseconds - 5000,
                    MessageBuilder.ExportMilliseconds - 4000);
            }
        });
        return (template, message.Build(), isV9 ? 12 : 8, isV9 ? 1 : 3);
    }

    private sealed class NoSink : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}
