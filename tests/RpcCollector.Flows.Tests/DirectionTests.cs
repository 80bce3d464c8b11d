namespace RpcCollector.Flows.Tests;

public sealed class DirectionTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 5000;

    private readonly DecoderUnderTest _decoder = new();

    [Fact]
    public void Flow_to_the_mapper_names_its_source_as_client()
    {
        Decode("10.0.0.1", 50_000, "10.0.0.2", 135);

        AssertOne("10.0.0.1", 50_000, "10.0.0.2", 135, FlowHalf.FromClient, DirectionConfidence.ServerPort);
    }

    [Fact]
    public void Answer_of_the_mapper_names_its_destination_as_client()
    {
        Decode("10.0.0.2", 135, "10.0.0.1", 50_000);

        AssertOne("10.0.0.1", 50_000, "10.0.0.2", 135, FlowHalf.FromServer, DirectionConfidence.ServerPort);
    }

    [Fact]
    public void Unanswered_syn_names_its_source_as_client()
    {
        Decode("10.0.0.1", 50_000, "10.0.0.2", 49_700, flags: 0x02);

        AssertOne("10.0.0.1", 50_000, "10.0.0.2", 49_700, FlowHalf.FromClient, DirectionConfidence.Stated);
    }

    [Fact]
    public void Flow_between_two_dynamic_ports_is_offered_in_both_orientations_and_counted_once()
    {
        Decode("10.0.0.1", 50_000, "10.0.0.2", 49_700);

        AssertOne("10.0.0.1", 50_000, "10.0.0.2", 49_700, FlowHalf.FromClient, DirectionConfidence.Uncertain);
        var mirror = Assert.Single(_decoder.Collected.Mirrors);
        Assert.Equal(
            ("10.0.0.2", 49_700, "10.0.0.1", 50_000),
            (mirror.Client.ToString(), mirror.ClientPort, mirror.Server.ToString(), mirror.ServerPort));
        Assert.Equal(FlowHalf.FromServer, mirror.Half);
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(1, "10.0.0.1")]
    [InlineData(2, "10.0.0.2")]
    public void Stated_initiator_is_the_client_and_the_other_way_round_is_refuted(int biflowDirection, string client)
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (239, 1)])
            .Set(256, set => set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 49_700, Start, Start).U8(biflowDirection)).From());

        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal((client, DirectionConfidence.Stated), (start.Client.ToString(), start.Direction));
        var mirror = Assert.Single(_decoder.Collected.Mirrors);
        Assert.Equal((start.Server, DirectionConfidence.Refuted), (mirror.Client, mirror.Direction));
    }

    [Theory]
    [InlineData(0x00, DirectionConfidence.Stated)]
    [InlineData(0x02, DirectionConfidence.Stated)]
    [InlineData(0x12, DirectionConfidence.Stated)]
    [InlineData(0x1B, DirectionConfidence.Stated)]
    [InlineData(0x10, DirectionConfidence.Uncertain)]
    [InlineData(0x18, DirectionConfidence.Uncertain)]
    [InlineData(0x19, DirectionConfidence.Uncertain)]
    [InlineData(0x14, DirectionConfidence.Uncertain)]
    public void Initiator_stated_by_who_met_the_connection_after_its_handshake_is_none(int flags, DirectionConfidence expected)
    {
        foreach (var biflowDirection in (int[])[1, 2])
        {
            var decoder = new DecoderUnderTest();
            decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (239, 1)])
                .Set(256, set => set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 49_700, Start, Start, flags: flags)
                    .U8(flags == 0x02 ? 1 : biflowDirection)).From());

            Assert.Equal(expected, Assert.Single(decoder.Collected.FlowStarts).Direction);
            var mirror = Assert.Single(decoder.Collected.Mirrors);
            Assert.Equal(expected == DirectionConfidence.Stated ? DirectionConfidence.Refuted : expected, mirror.Direction);
        }
    }

    [Fact]
    public void Firewall_event_of_a_record_that_counts_one_direction_states_no_initiator()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (233, 1)])
            .Set(256, set => set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 49_700, Start, Start).U8(2)).From());

        Assert.Equal(DirectionConfidence.Uncertain, Assert.Single(_decoder.Collected.FlowStarts).Direction);
    }

    [Theory]
    [InlineData(231, 4)]
    [InlineData(232, 4)]
    [InlineData(298, 4)]
    [InlineData(299, 4)]
    [InlineData(33_002, 2)]
    public void Source_of_a_firewall_event_about_a_session_is_the_initiator_whatever_port_it_took(int element, int length)
    {
        _decoder.Decode(MessageBuilder.NetFlowV9().Template(256, [.. Layout.Flow, (233, 1), (element, length)])
            .Set(256, set =>
            {
                set.FlowRecord("10.0.0.1", 445, "10.0.0.2", 49_700, Start, Start).U8(2);
                for (var i = 0; i < length; i++) set.U8(1);
            }).From());

        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal(("10.0.0.1", DirectionConfidence.Stated), (start.Client.ToString(), start.Direction));
    }

    [Theory]
    [InlineData(88, 49_700)]
    [InlineData(135, 49_700)]
    [InlineData(445, 80)]
    [InlineData(445, 445)]
    [InlineData(88, 135)]
    public void Syn_without_ack_names_its_sender_as_client_whatever_ports_they_are(int sourcePort, int destinationPort)
    {
        Decode("10.0.0.1", sourcePort, "10.0.0.2", destinationPort, flags: 0x02);

        AssertOne("10.0.0.1", sourcePort, "10.0.0.2", destinationPort, FlowHalf.FromClient, DirectionConfidence.Stated);
        Assert.Equal(DirectionConfidence.Refuted, Assert.Single(_decoder.Collected.Mirrors).Direction);
    }

    [Theory]
    [InlineData(445)]
    [InlineData(88)]
    public void Flow_to_a_port_of_the_family_is_offered_the_other_way_round_too_for_a_mapper_flow_to_decide(int port)
    {
        Decode("10.0.0.1", 50_000, "10.0.0.2", port);

        AssertOne("10.0.0.1", 50_000, "10.0.0.2", port, FlowHalf.FromClient, DirectionConfidence.ServerPort);
        Assert.Equal(DirectionConfidence.Uncertain, Assert.Single(_decoder.Collected.Mirrors).Direction);
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(445, 445)]
    [InlineData(135, 135)]
    [InlineData(88, 135)]
    public void Two_ports_of_the_family_say_nothing_of_the_direction(int sourcePort, int destinationPort)
    {
        Decode("10.0.0.1", sourcePort, "10.0.0.2", destinationPort);

        Assert.Equal(DirectionConfidence.Uncertain, Assert.Single(_decoder.Collected.FlowStarts).Direction);
        Assert.Equal(DirectionConfidence.Uncertain, Assert.Single(_decoder.Collected.Mirrors).Direction);
    }

    private void Decode(string source, int sourcePort, string destination, int destinationPort, int flags = 0x1B) =>
        _decoder.Decode(
            MessageBuilder.Ipfix().Template(256, Layout.Flow)
                .Set(256, set => set.FlowRecord(source, sourcePort, destination, destinationPort, Start, Start + 10, flags: flags)).From());

    private void AssertOne(string client, int clientPort, string server, int serverPort, FlowHalf half, DirectionConfidence direction)
    {
        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal(
            (client, clientPort, server, serverPort),
            (start.Client.ToString(), start.ClientPort, start.Server.ToString(), start.ServerPort));
        Assert.Equal((half, direction), (start.Half, start.Direction));
    }
}
