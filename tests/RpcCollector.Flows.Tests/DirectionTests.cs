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
    [InlineData(239, 1, "10.0.0.1")]
    [InlineData(239, 2, "10.0.0.2")]
    [InlineData(233, 1, "10.0.0.1")]
    public void Stated_initiator_is_the_client(int element, int value, string client)
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (element, 1)])
            .Set(256, set => set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 49_700, Start, Start).U8(value)).From());

        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal((client, DirectionConfidence.Stated), (start.Client.ToString(), start.Direction));
        Assert.Empty(_decoder.Collected.Mirrors);
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
