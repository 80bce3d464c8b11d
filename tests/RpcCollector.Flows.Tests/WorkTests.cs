using Kaitai;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Tests;

/// <summary>What a datagram costs follows its octets, whatever was sent before.</summary>
[Collection(nameof(AllocationTests))]
public sealed class WorkTests
{
    private const long Begin = MessageBuilder.ExportMilliseconds;
    private const string Honest = "198.51.100.1";

    [Fact]
    public void Flood_of_new_templates_is_read_only_as_far_as_its_network_may()
    {
        // A second of 40 datagrams of 60 KB with 5,000 Templates each that nobody has seen.
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < 40; i++)
            decoder.Decode(Fresh(5000, i * 5000).From("203.0.113.66") with { ArrivalUnixMilliseconds = Begin + (i * 25) });

        Assert.InRange(decoder.Decoder.ParsedTemplateRecords, 1000, 20_000);
        Assert.NotEqual(0, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TemplatesTooFast));
        decoder.AssertEverythingIsAccountedFor();

        // An exporter of another network is not held up, nor is what is known.
        decoder.Decode(WithData().From(Honest) with { ArrivalUnixMilliseconds = Begin + 1000 });
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Many_networks_that_flood_together_are_held_to_what_all_may()
    {
        var decoder = new DecoderUnderTest();
        for (var i = 0; i < 200; i++)
            decoder.Decode(Fresh(5000, i * 5000).From($"203.0.{i}.66") with { ArrivalUnixMilliseconds = Begin + i });

        Assert.InRange(decoder.Decoder.ParsedTemplateRecords, 10_000, 140_000);
        decoder.Decode(WithData().From(Honest) with { ArrivalUnixMilliseconds = Begin + 2000 });
        Assert.Single(decoder.Collected.FlowStarts);
    }

    [Fact]
    public void Exporter_that_sent_for_hours_changes_its_templates_while_its_network_floods()
    {
        var decoder = new DecoderUnderTest();
        for (var i = 0; i <= 12; i++)
            decoder.Decode(WithData().From(Honest) with { ArrivalUnixMilliseconds = Begin + (i * 900_000L) });
        var now = Begin + (12 * 900_000L);
        for (var i = 0; i < 40; i++)
            decoder.Decode(Fresh(5000, i * 5000).From("198.51.100.66") with { ArrivalUnixMilliseconds = now + i });
        var flows = decoder.Collected.FlowStarts.Count;

        decoder.Decode(
            MessageBuilder.Ipfix().Template(256, [(95, 4), .. Layout.Flow]).Set(256, set => set.U32(7).MapperFlow()).From(Honest)
            with
            { ArrivalUnixMilliseconds = now + 40 });

        Assert.NotEqual(0, decoder.Counters.Rejected(Hop.TemplateRecord, Rejection.TemplatesTooFast));
        Assert.Equal(flows + 1, decoder.Collected.FlowStarts.Count);
    }

    [Fact]
    public void Templates_that_are_known_cost_nothing_however_often_they_come()
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxTemplatesPerExporter = 8192 });
        var datagram = Fresh(5000, 0).From();
        for (var i = 0; i < 400; i++) decoder.Decode(datagram with { ArrivalUnixMilliseconds = Begin + i });

        Assert.Equal(5000, decoder.Decoder.ParsedTemplateRecords);
        Assert.Equal((400 * 5000, 0), (decoder.Counters.Used(Hop.TemplateRecord), decoder.Counters.Rejected(Hop.TemplateRecord)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changing_one_of_a_thousand_templates_copies_none_of_the_others(bool isOverTcp)
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(Sent(Fresh(1000, 0)));
        var changes = Enumerable.Range(0, 200).Select(i => Sent(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4 + (i % 2))))).ToArray();
        foreach (var change in changes) decoder.Decode(change);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var change in changes) decoder.Decode(change);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / changes.Length, 0, 2000);

        CapturedDatagram Sent(MessageBuilder message) => isOverTcp ? OverTcp(message.From()) : message.From();
    }

    [Fact]
    public void Changed_template_is_asked_about_only_for_the_sets_that_wait_for_it()
    {
        // 64 senders, each with thousands of Sets that wait for as many Templates, change another Template every 250 ms; over TCP, where
        // a change is obeyed at once.
        var decoder = new DecoderUnderTest();
        for (var sender = 0; sender < 64; sender++)
        {
            for (var first = 0; first < 4000; first += 1000)
            {
                decoder.Decode(Waiting(300 + first, 1000).From($"203.0.{sender}.1"));
            }
        }

        var (waiting, looks) = (decoder.Decoder.WaitingSets, decoder.Decoder.WaitingLooks);
        for (var turn = 1; turn <= 40; turn++)
        {
            for (var sender = 0; sender < 64; sender++)
            {
                var change = MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4 + (turn % 2))).From($"203.0.{sender}.1");
                decoder.Decode(OverTcp(change) with { ArrivalUnixMilliseconds = Begin + (turn * 250) });
            }
        }

        Assert.InRange(waiting, 200_000, 64 * 4000);
        Assert.InRange(decoder.Decoder.WaitingLooks - looks, 0, 64 * 40);
        Assert.Equal(64 * 39, decoder.Counters.Noted(Irregularity.TemplateChanged));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Sets_that_wait_for_one_template_are_asked_about_once_a_session_however_many_they_are()
    {
        var decoder = new DecoderUnderTest();
        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4)).From(port: 40_000));
        decoder.Decode(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 5)).From(port: 40_001));
        for (var i = 0; i < 4000; i++) decoder.Decode(MessageBuilder.Ipfix().Set(256, _ => { }).From(port: 40_002));
        var (waiting, looks) = (decoder.Decoder.WaitingSets, decoder.Decoder.WaitingLooks);

        for (var turn = 0; turn < 100; turn++)
            decoder.Decode(OverTcp(MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4 + (turn % 2))).From(port: 40_001)));

        Assert.InRange(decoder.Decoder.WaitingLooks - looks, 1, 2 * 100);
        Assert.Equal((4000, 4000), (waiting, decoder.Decoder.WaitingSets));
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Sixty_four_senders_that_fill_the_room_to_wait_leave_room_for_one_that_has_just_begun()
    {
        var options = new FlowOptions { MaxWaitingBytes = 1_048_576, MaxWaitingBytesPerExporter = 16_384 };
        var decoder = new DecoderUnderTest(options);
        for (var sender = 0; sender < 64; sender++) decoder.Decode(Waiting(300, 1000).From($"203.0.{sender}.1"));
        Assert.InRange(decoder.Decoder.WaitingBytes, options.MaxWaitingBytes - 16_384, options.MaxWaitingBytes);

        for (uint i = 0; i < 20; i++) decoder.Decode(MessageBuilder.Ipfix(sequence: i).Set(256, set => set.MapperFlow()).From(Honest));
        for (var sender = 0; sender < 64; sender++) decoder.Decode(Waiting(300, 1000).From($"203.0.{sender}.1"));
        decoder.Decode(MessageBuilder.Ipfix(sequence: 20).Template(256, Layout.Flow).From(Honest));

        Assert.Equal(20, decoder.Collected.FlowStarts.Count);
        Assert.InRange(decoder.Decoder.WaitingBytes, 1, options.MaxWaitingBytes);
        decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Senders_of_one_network_cannot_take_the_whole_room_to_wait()
    {
        var options = new FlowOptions { MaxWaitingBytes = 1_048_576, MaxWaitingBytesPerExporter = 65_536 };
        var decoder = new DecoderUnderTest(options);
        for (var sender = 0; sender < 64; sender++) decoder.Decode(Waiting(300, 1000).From($"203.0.113.{sender}"));

        Assert.InRange(decoder.Decoder.WaitingBytes, 1, options.MaxWaitingBytes / 4);
        decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    public void Records_end_where_the_generated_parser_says(int version, bool isOptions)
    {
        var random = new Random(version + (isOptions ? 1 : 0));
        for (var round = 0; round < 20_000; round++)
        {
            var octets = new byte[random.Next(120)];

            // Mostly small numbers, so that counts and lengths make sense.
            for (var i = 0; i < octets.Length; i++)
                octets[i] = i % 2 == 0 ? (byte)(random.Next(8) == 0 ? random.Next(256) : random.Next(2)) : (byte)random.Next(12);
            Assert.Equal(Parsed(octets, version, isOptions), Outlined(octets, version, isOptions));
        }
    }

    private static List<(ushort Id, int Fields, bool IsWithdrawal)> Outlined(ReadOnlySpan<byte> octets, int version, bool isOptions)
    {
        var records = new List<(ushort, int, bool)>();
        while (TemplateOutline.Of(octets, version, isOptions) is { Kind: not TemplateRecordKind.End } outline)
        {
            var isMalformed = outline.Kind == TemplateRecordKind.Malformed;
            var id = isMalformed ? (ushort)0 : (ushort)((octets[0] << 8) | octets[1]);
            records.Add((id, isMalformed ? 0 : outline.NumFields, outline.Kind == TemplateRecordKind.Withdrawal));
            octets = octets[outline.Length..];
        }

        return records;
    }

    private static List<(ushort Id, int Fields, bool IsWithdrawal)> Parsed(byte[] octets, int version, bool isOptions)
    {
        var records = new List<(ushort, int, bool)>();
        var stream = new KaitaiStream(octets);
        while (stream.Size - stream.Pos >= (version == ExportMessage.NetFlowV9 && isOptions ? 6 : 4))
        {
            TemplateRecord record;
            try
            {
                record = TemplateReader.Read(stream, version, isOptions);
            }
            catch (EndOfStreamException)
            {
                records.Add((0, 0, false));
                return records;
            }

            if (record is { TemplateId: 0, Fields.Length: 0 }) return records;
            var isMalformed = record.Fields is null || (record.Fields.Length == 0 && !record.IsWithdrawal);
            records.Add((isMalformed ? (ushort)0 : record.TemplateId, record.Fields?.Length ?? 0, record.IsWithdrawal));
        }

        // A record that is cut behind its id is one all the same.
        var rest = octets.AsSpan((int)stream.Pos);
        if (rest.Length >= sizeof(ushort) && rest[0] != 0) records.Add((0, 0, false));
        return records;
    }

    private static CapturedDatagram OverTcp(CapturedDatagram datagram) =>
        datagram with { Session = datagram.Session with { IsOverTcp = true } };

    private static MessageBuilder WithData() =>
        MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow());

    /// <summary>Templates of two fields, each of a layout of its own.</summary>
    private static MessageBuilder Fresh(int count, int number) => MessageBuilder.Ipfix().Set(2, set =>
    {
        for (var i = number; i < number + count; i++)
            set.U16(256 + i - number).U16(2).U16(1 + (i & 0x3FFF)).U16(1 + (i >> 14)).U16(8).U16(4);
    });

    private static MessageBuilder Waiting(int first, int count)
    {
        var message = MessageBuilder.Ipfix();
        for (var i = 0; i < count; i++) message.Set(first + i, _ => { });
        return message;
    }
}
