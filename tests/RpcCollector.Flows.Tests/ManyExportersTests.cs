using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Tests;

/// <summary>Thousands of exporters share what is identical, and nothing else.</summary>
public sealed class ManyExportersTests
{
    private const int Exporters = 3_000;

    [Fact]
    public void Each_of_thousands_of_exporters_is_found_again_by_its_address()
    {
        var directory = new ExporterDirectory(Exporters);
        for (uint i = 0; i < Exporters; i++)
        {
            Assert.False(directory.TryFind(HostAddress.FromIPv4(i * 257), out _));
            Assert.True(directory.TryGetId(HostAddress.FromIPv4(i * 257), out var id));
            Assert.Equal((int)i, id);
        }

        Assert.False(directory.TryGetId(HostAddress.Parse("2001:db8::1"), out _));
        for (uint i = 0; i < Exporters; i++)
            Assert.True(
                directory.TryFind(HostAddress.FromIPv4(i * 257), out var id) && id == (int)i
                && directory[id] == HostAddress.FromIPv4(i * 257));
    }

    [Fact]
    public void Address_is_never_mistaken_for_one_that_is_added_at_the_same_moment()
    {
        // Both hash to the same number, so the second belongs into the slot that the first takes.
        var (first, second) =
            (new HostAddress(0, 5), new HostAddress(1, (5 + 0x632B_E59B_D9B4_E019ul ^ 0x9E37_79B9_7F4A_7C15) - 0x632B_E59B_D9B4_E019));
        Assert.Equal(first.Hash(), second.Hash());

        for (var round = 0; round < 3_000; round++)
        {
            var directory = new ExporterDirectory(4);
            var taking = new Thread(() => directory.TryGetId(first, out _));
            taking.Start();
            while (!directory.TryFind(first, out _)) Assert.False(directory.TryFind(second, out _));
            taking.Join();
        }
    }

    [Fact]
    public void Announced_datagrams_are_decoded_like_all_others()
    {
        var (expecting, plain) = (new DecoderUnderTest(), new DecoderUnderTest());
        foreach (var datagram in Traffic()) plain.Decode(datagram);
        foreach (var group in Traffic().Chunk(DatagramDecoder.GroupSize + 5))
        {
            // More datagrams than a group holds, an empty one, and one that never arrives.
            foreach (var datagram in group) expecting.Decoder.Expect(datagram.Payload, datagram.Session);
            expecting.Decoder.Expect([], group[0].Session);
            expecting.Decoder.Expect(new byte[40], group[0].Session with { ExporterPort = 9 });
            expecting.Decoder.Prepare();
            expecting.Decode(group);
        }

        Assert.True(expecting.Decoder.LooksAhead);
        Assert.Equal(2 * Exporters, expecting.Collected.FlowStarts.Count);
        Assert.Equal(plain.Collected.FlowStarts, expecting.Collected.FlowStarts);
        Assert.Equal(plain.Catalog.Exporters().Select(Told), expecting.Catalog.Exporters().Select(Told));
        expecting.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Few_exporters_need_no_look_ahead()
    {
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < 20; i++) decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From($"192.0.2.{i}"));

        Assert.False(decoder.Decoder.LooksAhead);
    }

    [Fact]
    public void Template_that_one_exporter_changes_stays_unchanged_for_the_others_that_share_it()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.1"));
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From("192.0.2.2"));
        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4)).From("192.0.2.1"));

        decoder.Decode(MessageBuilder.Ipfix().Set(256, set => set.Address("10.0.0.1")).From("192.0.2.1"));
        decoder.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From("192.0.2.2"));

        Assert.Equal("192.0.2.2", decoder.Catalog.Directory[Assert.Single(decoder.Collected.FlowStarts).ExporterId].ToString());
        Assert.Equal([1, 0], decoder.Catalog.Templates().Select(template => template.Rivals.Count));
        Assert.Equal(1, decoder.Counters.Rejected(Hop.DataRecord, Rejection.NotATransportFlow));
    }

    [Fact]
    public void Same_octets_mean_what_their_version_says()
    {
        // Element 33,026 of NetFlow v9; in IPFIX the high bit says that an enterprise number follows, here that of element 8.
        var decoder = new DecoderUnderTest();
        foreach (var (version, exporter) in ((int, string)[])[(9, "192.0.2.9"), (10, "192.0.2.10"), (9, "192.0.2.19"), (10, "192.0.2.20")])
        {
            var message = version == 9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();
            decoder.Decode(message.Set(version == 9 ? 0 : 2, set => set.U16(300).U16(1).U16(0x8102).U16(4).U16(0).U16(8)).From(exporter));
        }

        var fields = decoder.Catalog.Templates().Where(template => template.TemplateId == 300)
            .ToDictionary(template => template.Exporter.ToString(), template => Assert.Single(template.Fields));
        Assert.Equal((0x8102, 0u), (fields["192.0.2.9"].ElementId, fields["192.0.2.9"].EnterpriseNumber));
        Assert.Equal((0x0102, 8u), (fields["192.0.2.10"].ElementId, fields["192.0.2.10"].EnterpriseNumber));
        Assert.Equal((fields["192.0.2.9"], fields["192.0.2.10"]), (fields["192.0.2.19"], fields["192.0.2.20"]));
    }

    [Fact]
    public void Malformed_template_set_is_counted_for_each_exporter_that_sends_it()
    {
        var decoder = new DecoderUnderTest();
        for (var i = 1; i <= 3; i++)
            decoder.Decode(MessageBuilder.Ipfix().Set(2, set => set.U16(256).U16(5).U16(8).U16(4)).From($"192.0.2.{i}"));

        Assert.Equal(3, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.MalformedTemplate));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(400)]
    public void Set_with_good_and_bad_templates_is_counted_the_same_each_time_it_arrives(int times)
    {
        // Short or long, from one exporter or several, again and again: two good Templates, a forbidden id, a record of no octets, a
        // withdrawal; and one that is cut.
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < 6; i++)
        {
            decoder.Decode(MessageBuilder.Ipfix(sequence: 0).Set(2, set =>
            {
                for (var j = 0; j < times; j++)
                    set.U16(256).U16(1).U16(8).U16(4).U16(257).U16(1).U16(12).U16(4).U16(100).U16(1).U16(8).U16(4).U16(258).U16(1).U16(8)
                        .U16(0).U16(259).U16(0);
                set.U16(260).U16(9).U16(8).U16(4);
            }).From($"192.0.2.{i % 3}"));
        }

        Assert.Equal((6 * times) + 6, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.MalformedTemplate));
        Assert.Equal(6 * times, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.ZeroLengthRecord));
        Assert.Equal(6 * times, decoder.Counters.Noted(Irregularity.WithdrawalIgnored));
        Assert.Equal(((6 * 5 * times) + 6, 6), (decoder.Counters.Received(Hop.TemplateRecord), decoder.Catalog.NumTemplates));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Exporter_with_many_ports_domains_and_templates_is_known_by_each()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 30; i++)
            decoder.Decode(
                MessageBuilder.Ipfix(domain: i).Template(256 + (int)i, Layout.Flow).Set(256 + (int)i, set => set.MapperFlow())
                    .From("192.0.2.1", (ushort)(40_000 + i)));
        for (uint i = 0; i < 30; i++)
            decoder.Decode(
                MessageBuilder.Ipfix(domain: i, sequence: 1).Set(256 + (int)i, set => set.MapperFlow())
                    .From("192.0.2.1", (ushort)(40_000 + i)));

        var exporter = Assert.Single(decoder.Catalog.Exporters());
        Assert.Equal(
            Enumerable.Range(0, 30)
                .Select(i => ((uint)i, 2L, 1)),
                exporter.Domains.Select(domain => (domain.ObservationDomainId, domain.Datagrams, domain.NumTemplates)));
        Assert.Equal((60, 0), (decoder.Collected.FlowStarts.Count, decoder.Decoder.WaitingSets));
    }

    [Fact]
    public void Removed_entries_are_gone_and_all_others_stay()
    {
        var roster = new SmallMap<int, string>();
        for (var i = 0; i < 20; i++)
        {
            roster.Add(i, $"{i}");
            if (i % 3 != 0) continue;
            Assert.True(roster.Remove(i));
            Assert.False(roster.Remove(i));
        }

        var left = Enumerable.Range(0, 20).Where(i => i % 3 != 0).ToArray();
        Assert.Equal(left, Enumerable.Range(0, 20).Where(i => roster.TryGet(i, out _)));
        Assert.Equal(left.Length, roster.Count);
        Assert.Equal(left.Select(i => $"{i}").Order(), roster.Values.Order());
    }

    [Fact]
    public void Entries_stay_visible_while_the_array_becomes_a_dictionary()
    {
        for (var round = 0; round < 3_000; round++)
        {
            var roster = new SmallMap<int, string>();
            for (var i = 0; i < 8; i++) roster.Add(i, $"{i}");
            var adding = new Thread(() => roster.Add(8, "8"));
            adding.Start();
            for (var seen = 8; seen < 9;)
            {
                seen = roster.Count;
                Assert.InRange(seen, 8, 9);
                Assert.InRange(roster.Values.Length, seen, 9);
                Assert.True(roster.TryGet(7, out _));
            }

            adding.Join();
        }
    }

    [Fact]
    public void Result_of_a_lookup_holds_until_the_templates_change()
    {
        // Whoever looked something up only checks later whether the version is still the same.
        var template = new Template(256, isOptions: false, new RecordPlan([new(8, 0, 4)]), 0);
        var key = new TemplateKey(1, 2, 10, 0, 256);
        var table = new TemplateTable();
        var empty = table.Version;
        table.Set(key, template);
        var one = table.Version;
        table.Remove(key);

        Assert.Equal(3, ((long[])[empty, one, table.Version]).Distinct().Count());
        Assert.False(table.TryGet(key, out _));
    }

    [Fact]
    public void All_minutes_of_an_hour_are_kept_in_whatever_order_they_arrive()
    {
        var minutes = new MinuteRing();
        int[] order = [.. Enumerable.Range(0, 200).OrderBy(i => (i / 10 * 10) + (i * 7 % 10))];
        foreach (var minute in order) minutes.Count(minute * 60_000L, units: minute + 1, sets: 1, unread: 0);

        for (var minute = 140; minute < 200; minute++) Assert.Equal(minute + 1, minutes.At(minute * 60_000L)!.Value.Units);
        Assert.Equal(Enumerable.Range(141, 60).Sum(), minutes.Newest(MinuteRing.Capacity)!.Value.Units);
        Assert.Equal(200, minutes.Newest(1)!.Value.Units);
    }

    private static (HostAddress, long, long, SequenceCounts) Told(ExporterStatus exporter) =>
        (exporter.Address, exporter.Datagrams, exporter.DataRecords, exporter.Sequence);

    private static IEnumerable<CapturedDatagram> Traffic()
    {
        var template = MessageBuilder.Ipfix().Template(256, Layout.Flow).From();
        for (uint i = 0; i < Exporters; i++) yield return From(template, i);
        for (uint sequence = 0; sequence < 2; sequence++)
        {
            var data = MessageBuilder.Ipfix(sequence: sequence).Set(256, set => set.MapperFlow()).From();
            for (uint i = 0; i < Exporters; i++) yield return From(data, i);
        }
    }

    private static CapturedDatagram From(CapturedDatagram datagram, uint exporter) =>
        datagram with { Session = datagram.Session with { ExporterAddress = HostAddress.FromIPv4(0x0A00_0000 + exporter) } };
}
