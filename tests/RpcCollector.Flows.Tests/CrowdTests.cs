using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

/// <summary>Who makes room when there are as many senders as there may be.</summary>
public sealed class CrowdTests
{
    private const long Begin = MessageBuilder.ExportMilliseconds;
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const string Honest = "198.51.100.1";

    private static readonly FlowOptions Few = new() { MaxExporters = 64 };

    [Fact]
    public void Exporter_that_begins_when_the_table_is_full_of_senders_of_one_datagram_is_read_and_stays()
    {
        var decoder = new DecoderUnderTest(Few);
        Forge(decoder, 0, 64);

        decoder.Decode(WithData(0).From(Honest));
        Forge(decoder, 64, 1000);
        decoder.Decode(Data(1).From(Honest));

        Assert.Equal(2, decoder.Collected.FlowStarts.Count);
        Assert.Equal(0, decoder.Counters.Rejected(Hop.Datagram));
        Assert.Equal(64, decoder.Catalog.NumExporters);
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Exporter_that_sent_decodable_data_for_hours_makes_room_for_nobody()
    {
        var decoder = new DecoderUnderTest(Few);
        Serve(decoder, hours: 3);
        var before = decoder.Collected.FlowStarts.Count;

        Forge(decoder, 0, 10_000, 3 * Hour, hasData: true);
        Forge(decoder, 0, 10_000, 4 * Hour, hasData: true);
        decoder.Decode(Data(99).From(Honest) with { ArrivalUnixMilliseconds = Begin + (5 * Hour) });

        Assert.Equal(before + 20_001, decoder.Collected.FlowStarts.Count);
        Assert.Equal(StandingLevel.Settled, StatusOf(decoder, Honest).Standing);
    }

    [Fact]
    public void Exporter_that_sent_for_hours_makes_room_for_nobody_after_a_restart_either()
    {
        var before = new DecoderUnderTest(Few);
        Serve(before, hours: 3);
        Forge(before, 0, 1000, 3 * Hour);

        var after = SavedExportersTests.Restarted(before, Few, Begin + (3 * Hour));
        Forge(after, 1000, 10_000, 3 * Hour, hasData: true);
        after.Decode(Data(99).From(Honest) with { ArrivalUnixMilliseconds = Begin + (4 * Hour) });

        Assert.Equal(10_001, after.Collected.FlowStarts.Count);
        Assert.Equal(StandingLevel.Settled, StatusOf(after, Honest).Standing);
    }

    [Fact]
    public void Senders_of_one_datagram_that_were_saved_do_not_bar_new_exporters_after_a_restart()
    {
        var before = new DecoderUnderTest(Few);
        Forge(before, 0, 64);

        var after = SavedExportersTests.Restarted(before, Few);
        after.Decode(WithData(0).From(Honest));

        Assert.Single(after.Collected.FlowStarts);
    }

    [Fact]
    public void What_was_saved_before_standings_were_known_counts_by_the_use_of_its_templates()
    {
        var content = $$"""
            {"address":"{{Honest}}","first_seen":{{Begin}},"domains":[{"version":10,"last_seen":{{Begin + (5 * Hour)}}}],"sessions":[],
            "templates":[{"exporter_port":40000,"collector_port":2055,"version":10,"id":256,"first_received":{{Begin}},
            "last_received":{{Begin + (5 * Hour)}},"last_used":{{Begin + (5 * Hour)}},"data_records":7,"fields":[8,4,0,0]}]}
            """;
        var decoder = new DecoderUnderTest(Few);

        decoder.Catalog.Restore(content, Few, Begin + (5 * Hour), Begin + (5 * Hour));

        Assert.Equal(StandingLevel.Settled, StatusOf(decoder, Honest).Standing);
    }

    [Fact]
    public void Data_of_one_moment_earns_no_more_than_one_datagram()
    {
        var decoder = new DecoderUnderTest(Few);
        for (uint i = 0; i < 1000; i++) decoder.Decode(WithData(i).From());

        Assert.Equal(StandingLevel.Seen, StatusOf(decoder, "192.0.2.1").Standing);
    }

    [Fact]
    public void Forged_senders_of_flows_cannot_take_the_numbers_of_those_that_send_for_hours()
    {
        var decoder = new DecoderUnderTest(Few);
        Forge(decoder, 0, 10_000, hasData: true);
        decoder.Decode(WithData(0).From(Honest));
        var unnamed = decoder.Collected.FlowStarts[^1].ExporterId;
        Serve(decoder, hours: 3);

        Assert.True(decoder.Catalog.Directory[unnamed].IsUnspecified);
        Assert.Equal(Honest, decoder.Catalog.Directory[decoder.Collected.FlowStarts[^1].ExporterId].ToString());
        Assert.InRange(decoder.Catalog.Directory.Count, 1, 4 * Few.MaxExporters);
    }

    [Fact]
    public void Domain_and_session_that_sent_for_hours_stay_while_forged_ones_come_and_go()
    {
        var options = new FlowOptions { MaxDomainsPerExporter = 8, MaxSessionsPerExporter = 8 };
        var decoder = new DecoderUnderTest(options);
        Serve(decoder, hours: 3);
        for (uint i = 1; i <= 1000; i++)
        {
            var forged = MessageBuilder.Ipfix(domain: 100 + i).Set(999, set => set.Zeros(8)).From(Honest, (ushort)(50_000 + i));
            decoder.Decode(forged with { ArrivalUnixMilliseconds = Begin + (3 * Hour) + i });
        }

        var exporter = StatusOf(decoder, Honest);
        Assert.Contains(exporter.Domains, domain => domain.ObservationDomainId == 1);
        Assert.Equal(8, exporter.Domains.Count);

        // Its sequence goes on: one that is followed anew would not know that records are missing.
        decoder.Decode(Data(1000).From(Honest) with { ArrivalUnixMilliseconds = Begin + (3 * Hour) + Minute });
        decoder.Decoder.AdvanceTo(Begin + (3 * Hour) + (2 * Minute));
        Assert.NotEqual(0, StatusOf(decoder, Honest).Sequence.Lost);
        Assert.Equal(0, decoder.Counters.Rejected(Hop.Datagram));
    }

    [Fact]
    public void One_subnet_of_forged_senders_cannot_take_the_table()
    {
        var options = new FlowOptions { MaxExporters = 1024 };
        var decoder = new DecoderUnderTest(options);
        for (var i = 0; i < 5000; i++) decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From($"2001:db8::{i:x}"));
        for (var i = 0; i < 600; i++) decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From($"2001:db8:0:{i + 1:x}::1"));

        Assert.Equal(
            600,
            decoder.Catalog.Exporters()
                .Count(exporter => !exporter.Address.ToString().StartsWith("2001:db8::", StringComparison.Ordinal)));
    }

    [Fact]
    public void Exporters_full_of_templates_make_room_for_one_that_has_none()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplates = 4096, MaxTemplatesPerExporter = 512 });
        for (var sender = 0; sender < 16; sender++)
        {
            for (var i = 0; i < 512; i += 64)
                decoder.Decode(Templates(256 + i, 64, sender).From($"203.0.{sender}.1"));
        }

        decoder.Decode(WithData(0).From(Honest));

        Assert.Single(decoder.Collected.FlowStarts);
        Assert.InRange(decoder.Catalog.NumTemplates, 1, 4096);
        decoder.AssertEverythingIsAccountedFor();
    }

    private static MessageBuilder Templates(int first, int count, int length) => MessageBuilder.Ipfix().Set(2, set =>
    {
        for (var i = 0; i < count; i++) set.U16(first + i).U16(1).U16(8).U16(1 + length);
    });

    private static MessageBuilder Data(uint sequence) => MessageBuilder.Ipfix(sequence: sequence).Set(256, set => set.MapperFlow());

    private static MessageBuilder WithData(uint sequence) =>
        MessageBuilder.Ipfix(sequence: sequence).Template(256, Layout.Flow).Set(256, set => set.MapperFlow());

    private static ExporterStatus StatusOf(DecoderUnderTest decoder, string address) =>
        decoder.Catalog.Exporters().Single(exporter => exporter.Address.ToString() == address);

    /// <summary>The honest exporter sends data every ten minutes.</summary>
    private static void Serve(DecoderUnderTest decoder, int hours)
    {
        for (uint i = 0; i <= 6 * hours; i++)
            decoder.Decode((i == 0 ? WithData(i) : Data(i)).From(Honest) with { ArrivalUnixMilliseconds = Begin + (i * 10 * Minute) });
    }

    /// <summary>Senders of one datagram each, from as many addresses.</summary>
    private static void Forge(DecoderUnderTest decoder, uint first, uint count, long after = 0, bool hasData = false)
    {
        var forged = (hasData ? WithData(0) : MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(999, set => set.Zeros(100))).From()
            with
        { ArrivalUnixMilliseconds = Begin + after };
        for (var i = first; i < first + count; i++)
            decoder.Decode(forged with { Session = forged.Session with { ExporterAddress = HostAddress.FromIPv4(0x0A00_0000 + (i * 7)) } });
    }
}
