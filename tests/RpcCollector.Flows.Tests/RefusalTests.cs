namespace RpcCollector.Flows.Tests;

/// <summary>How exporters state that they did not let a connection through.</summary>
public sealed class RefusalTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 5000;

    private readonly DecoderUnderTest _decoder = new();

    [Theory]
    [InlineData(233, 1, 3, true)]
    [InlineData(233, 1, 0, false)]
    [InlineData(233, 1, 1, false)]
    [InlineData(233, 1, 2, false)]
    [InlineData(233, 1, 4, false)]
    [InlineData(233, 1, 5, false)]
    [InlineData(40_005, 1, 3, true)]
    [InlineData(40_005, 1, 2, false)]
    [InlineData(33_002, 2, 1_001, true)]
    [InlineData(33_002, 2, 1_002, true)]
    [InlineData(33_002, 2, 1_003, true)]
    [InlineData(33_002, 2, 1_004, true)]
    [InlineData(33_002, 2, 1_005, false)]
    [InlineData(33_002, 2, 2_028, false)]
    [InlineData(33_002, 2, 0, false)]
    [InlineData(89, 1, 0x00, false)]
    [InlineData(89, 1, 0x40, false)]
    [InlineData(89, 1, 0x7F, false)]
    [InlineData(89, 1, 0x80, true)]
    [InlineData(89, 1, 0x81, true)]
    [InlineData(89, 1, 0xBF, true)]
    [InlineData(89, 1, 0xC0, false)]
    [InlineData(89, 2, 0x0081, true)]
    [InlineData(89, 4, 0x0000_0081, true)]
    [InlineData(89, 4, 0x0000_0040, false)]
    [InlineData(89, 4, 0x8100_0000, true)]
    [InlineData(89, 4, 0x4000_0000, false)]
    [InlineData(89, 4, 0x8100_0040, false)]
    public void Value_of_an_element_says_whether_the_connection_was_let_through(int element, int length, long value, bool isRefused)
    {
        _decoder.Decode(MessageBuilder.NetFlowV9().Template(256, [.. Layout.Flow, (element, length)])
            .Set(256, set => Number(set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 135, Start, Start), length, value)).From());

        var start = Assert.Single(_decoder.Collected.FlowStarts);
        Assert.Equal(isRefused, start.Half == FlowHalf.None);
        Assert.Equal(isRefused ? 1 : 0, _decoder.Counters.Noted(Irregularity.FlowRefused));
        _decoder.AssertEverythingIsAccountedFor();
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x12)]
    [InlineData(0x1B)]
    public void Who_was_refused_is_the_client_whatever_port_it_took_and_no_other_orientation_is_offered(int flags)
    {
        foreach (var (source, destination) in (ReadOnlySpan<(int, int)>)[
            (50_000, 135), (135, 50_000), (50_000, 49_700), (445, 445), (88, 60_000)])
        {
            var decoder = new DecoderUnderTest();
            decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (233, 1)])
                .Set(256, set => set.FlowRecord("10.0.0.1", source, "10.0.0.2", destination, Start, Start, flags: flags).U8(3)).From());

            var start = Assert.Single(decoder.Collected.FlowStarts);
            Assert.Equal(("10.0.0.1", source, destination), (start.Client.ToString(), start.ClientPort, start.ServerPort));
            Assert.Empty(decoder.Collected.Mirrors);
        }
    }

    [Theory]
    [InlineData(1_001, DirectionConfidence.Stated)]
    [InlineData(1_004, DirectionConfidence.Uncertain)]
    public void Packet_that_was_denied_for_being_no_SYN_states_no_initiator(int code, DirectionConfidence direction)
    {
        _decoder.Decode(MessageBuilder.NetFlowV9().Template(256, [.. Layout.Flow, (233, 1), (33_002, 2)])
            .Set(256, set => set.FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 49_700, Start, Start, flags: 0).U8(3).U16(code)).From());

        Assert.Equal(direction, Assert.Single(_decoder.Collected.FlowStarts).Direction);
    }

    [Fact]
    public void Record_after_a_refused_one_is_carried()
    {
        _decoder.Decode(MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (233, 1)]).Set(256, set => set
            .FlowRecord("10.0.0.1", 50_000, "10.0.0.2", 135, Start, Start).U8(3)
            .FlowRecord("10.0.0.3", 50_000, "10.0.0.2", 135, Start, Start).U8(1)).From());

        Assert.Equal([FlowHalf.None, FlowHalf.FromClient], _decoder.Collected.FlowStarts.Select(start => start.Half));
    }

    private static void Number(MessageBuilder set, int length, long value)
    {
        for (var i = length - 1; i >= 0; i--) set.U8((int)(value >> (8 * i)) & 0xFF);
    }
}
