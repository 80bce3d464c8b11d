namespace RpcCollector.Flows.Tests;

/// <summary>Every recorded export, as it arrives when the collector restarts or the exporter changes its port.</summary>
public sealed class RealLifeTests
{
    public static IEnumerable<TheoryDataRow<string>> Exports()
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string>("absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];
        return
        [
            .. ((string[])["captures", "scenarios"])
                .SelectMany(folder => Directory.EnumerateFiles(SharedData.PathOf(folder), "*.pcap", SearchOption.AllDirectories))
                .Select(path => Path.GetRelativePath(SharedData.Folder, path)).Order(StringComparer.Ordinal)
                    .Select(path => new TheoryDataRow<string>(path)),
        ];
    }

    [Theory]
    [MemberData(nameof(Exports))]
    public void Collector_that_restarts_between_any_two_datagrams_reads_the_same_records(string path)
    {
        var (datagrams, expected) = Read(path);
        var (records, options, flowStarts) = (0L, 0L, new List<FlowStart>());
        var process = new DecoderUnderTest();
        foreach (var datagram in datagrams)
        {
            process = SavedExportersTests.Restarted(process, now: datagram.ArrivalUnixMilliseconds);
            process.Decode(datagram);
            process.Decoder.Complete();
            records += process.DataRecords;
            options += process.OptionsRecords;
            flowStarts.AddRange(process.Collected.FlowStarts);
        }

        // Sets that wait when the process ends are lost with it; nothing else is.
        var lost = expected.Counters.Noted(Irregularity.DecodedAfterWaiting) > 0 && datagrams.Count > 1;
        if (lost) Assert.InRange(records, 1, expected.DataRecords);
        else Assert.Equal((expected.DataRecords, expected.OptionsRecords), (records, options));
        if (!lost) Assert.Equal(expected.Collected.FlowStarts.Select(Describe), flowStarts.Select(Describe));
    }

    [Theory]
    [MemberData(nameof(Exports))]
    public void Exporter_that_changes_its_port_after_every_datagram_is_still_read(string path)
    {
        var (datagrams, expected) = Read(path);
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < datagrams.Count; i++)
        {
            var session = datagrams[i].Session;
            decoder.Decode(datagrams[i] with { Session = session with { ExporterPort = (ushort)(session.ExporterPort + i) } });
        }

        decoder.Decoder.Complete();
        Assert.Equal((expected.DataRecords, expected.OptionsRecords), (decoder.DataRecords, decoder.OptionsRecords));
        decoder.AssertEverythingIsAccountedFor();
    }

    private static (List<CapturedDatagram> Datagrams, DecoderUnderTest Expected) Read(string path)
    {
        var datagrams = CapturedDatagrams.Read(SharedData.PathOf(path));
        var expected = new DecoderUnderTest();
        expected.Decode(datagrams);
        expected.Decoder.Complete();
        return (datagrams, expected);
    }

    private static string Describe(FlowStart start) =>
        $"{start.Client}:{start.ClientPort} {start.Server}:{start.ServerPort} {start.StartUnixMilliseconds} {start.EndUnixMilliseconds}";
}
