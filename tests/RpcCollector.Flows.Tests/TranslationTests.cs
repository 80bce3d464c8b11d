namespace RpcCollector.Flows.Tests;

/// <summary>What is read of address translation: IE 225 to 228, 281 and 282, and what old ASA sent in their place.</summary>
public sealed class TranslationTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 5000;

    private static readonly (int Element, int Length)[] Fields = [(225, 4), (226, 4), (227, 2), (228, 2)];

    private readonly DecoderUnderTest _decoder = new();

    private FlowStart Flow => Assert.Single(_decoder.Collected.FlowStarts);

    private FlowStart[] Translations => [.. _decoder.Collected.Mirrors.Where(start => start.IsTranslation)];

    [Fact]
    public void Flow_of_a_translated_client_is_its_own_and_what_is_seen_behind_the_device_is_said_to_be_it()
    {
        Decode("203.0.113.7", "10.0.0.2", 61_000, 135);

        Assert.Equal("10.0.0.1:50000 > 10.0.0.2:135", Ends(Flow));
        Assert.Equal(["203.0.113.7:61000 > 10.0.0.2:135 is 10.0.0.1:50000 > 10.0.0.2:135"], Translations.Select(Told));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Fact]
    public void Flow_to_a_translated_server_goes_to_the_true_one()
    {
        Decode("10.0.0.1", "172.16.0.9", 50_000, 135);

        Assert.Equal("10.0.0.1:50000 > 172.16.0.9:135", Ends(Flow));
        Assert.Equal(["10.0.0.1:50000 > 10.0.0.2:135 is 10.0.0.1:50000 > 172.16.0.9:135"], Translations.Select(Told));
    }

    [Fact]
    public void Where_both_ends_are_said_to_be_translated_the_flow_is_what_was_seen_before()
    {
        Decode("203.0.113.7", "172.16.0.9", 61_000, 135);

        Assert.Equal("10.0.0.1:50000 > 10.0.0.2:135", Ends(Flow));
        Assert.Empty(Translations);
    }

    [Fact]
    public void Answer_tells_the_same_of_the_connection()
    {
        // The server answers the address that it sees; behind the device the answer goes to the true client.
        Decode("10.0.0.2", "10.0.0.1", 135, 50_000, "10.0.0.2", 135, "203.0.113.7", 61_000);

        Assert.Equal("10.0.0.1:50000 > 10.0.0.2:135", Ends(Flow));
        Assert.Equal(FlowHalf.FromServer, Flow.Half);
        Assert.Equal(["10.0.0.2:135 > 203.0.113.7:61000 is 10.0.0.2:135 > 10.0.0.1:50000"], Translations.Select(Told));
    }

    [Fact]
    public void Stated_initiator_comes_first_in_what_is_said()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, .. Fields, (239, 1)])
            .Set(256, set => Record(set, "10.0.0.2", "10.0.0.1", 49_700, 50_000, "10.0.0.2", 49_700, "203.0.113.7", 61_000).U8(2)).From());

        Assert.Equal(["203.0.113.7:61000 > 10.0.0.2:49700 is 10.0.0.1:50000 > 10.0.0.2:49700"], Translations.Select(Told));
        Assert.All(Translations, told => Assert.Equal(DirectionConfidence.Stated, told.Direction));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", 50_000, 135)]
    [InlineData("0.0.0.0", "0.0.0.0", 0, 0)]
    [InlineData("10.0.0.1", "0.0.0.0", 0, 135)]
    [InlineData("224.0.0.5", "127.0.0.1", 0, 0)]
    [InlineData("255.255.255.255", "10.0.0.2", 50_000, 135)]
    [InlineData("10.0.0.2", "10.0.0.1", 50_000, 135)]
    public void Ends_that_stayed_are_zero_or_cannot_be_make_it_a_flow_as_any_other(
        string source, string destination, int sourcePort, int destinationPort)
    {
        Decode(source, destination, sourcePort, destinationPort);

        Assert.Equal("10.0.0.1:50000 > 10.0.0.2:135", Ends(Flow));
        Assert.Empty(Translations);
    }

    [Fact]
    public void Port_alone_may_be_translated()
    {
        Decode("0.0.0.0", "0.0.0.0", 61_000, 0);

        Assert.Equal(["10.0.0.1:61000 > 10.0.0.2:135 is 10.0.0.1:50000 > 10.0.0.2:135"], Translations.Select(Told));
    }

    [Fact]
    public void Old_ASA_names_translated_ends_by_elements_of_its_own()
    {
        _decoder.Decode(MessageBuilder.NetFlowV9().Template(256, [.. Layout.Flow, (40_001, 4), (40_002, 4), (40_003, 2), (40_004, 2)])
            .Set(256, set => Record(set, "203.0.113.7", "10.0.0.2", 61_000, 135)).From());

        Assert.Equal(["203.0.113.7:61000 > 10.0.0.2:135 is 10.0.0.1:50000 > 10.0.0.2:135"], Translations.Select(Told));
    }

    [Fact]
    public void IPv6_end_is_translated_to_IPv6_and_to_IPv4()
    {
        (int, int)[] flow = [(27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (152, 8), (153, 8)];
        _decoder.Decode(MessageBuilder.Ipfix()
            .Template(256, [.. flow, (281, 16), (282, 16)])
            .Template(257, [.. flow, (225, 4)])
            .Set(256, set => IPv6(set).Address("2001:db8:f::1").Address("2001:db8::2"))
            .Set(257, set => IPv6(set).Address("203.0.113.7"))
            .From());

        Assert.Equal(
            [
                "2001:db8:f::1:50000 > 2001:db8::2:135 is 2001:db8::1:50000 > 2001:db8::2:135",
                "203.0.113.7:50000 > 2001:db8::2:135 is 2001:db8::1:50000 > 2001:db8::2:135",
            ],
            Translations.Select(Told));

        static MessageBuilder IPv6(MessageBuilder set) =>
            set.Address("2001:db8::1").Address("2001:db8::2").U16(50_000).U16(135).U8(6).U64((ulong)Start).U64((ulong)Start);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(6, true)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(7, false)]
    [InlineData(12, false)]
    public void Log_of_a_translator_tells_of_a_flow_where_a_session_begins_and_only_there(int natEvent, bool isFlow)
    {
        // RFC 8158: addresses, ports, what happened and when; no counters.
        _decoder.Decode(MessageBuilder.Ipfix()
            .Template(256, (323, 8), (230, 1), (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (225, 4), (226, 4), (227, 2), (228, 2))
            .Set(256, set => set.U64((ulong)Start).U8(natEvent).Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6)
                .Address("203.0.113.7").Address("10.0.0.2").U16(61_000).U16(135))
            .From());

        Assert.Equal(isFlow ? 1 : 0, Translations.Length);
        Assert.Equal(isFlow ? 0 : 1, _decoder.Counters.Rejected(Hop.FlowRecord, Rejection.NoStartTime));
        _decoder.AssertEverythingIsAccountedFor();
    }

    private static string Ends(in FlowStart start) => $"{start.Client}:{start.ClientPort} > {start.Server}:{start.ServerPort}";

    private static string Told(FlowStart start)
    {
        var connection = start.Connection;
        return $"{Ends(start)} is {connection.Source}:{connection.SourcePort} > {connection.Destination}:{connection.DestinationPort}";
    }

    private static MessageBuilder Record(
        MessageBuilder set, string afterSource, string afterDestination, int afterSourcePort, int afterDestinationPort,
        string source = "10.0.0.1", int sourcePort = 50_000, string destination = "10.0.0.2", int destinationPort = 135) =>
        set.FlowRecord(source, sourcePort, destination, destinationPort, Start, Start + 1)
            .Address(afterSource).Address(afterDestination).U16(afterSourcePort).U16(afterDestinationPort);

    private void Decode(
        string afterSource, string afterDestination, int afterSourcePort, int afterDestinationPort,
        string source = "10.0.0.1", int sourcePort = 50_000, string destination = "10.0.0.2", int destinationPort = 135) =>
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, .. Fields])
            .Set(256, set => Record(
                set, afterSource, afterDestination, afterSourcePort, afterDestinationPort, source, sourcePort, destination,
                destinationPort))
            .From());
}
