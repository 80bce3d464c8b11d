using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Tests.Forged;

namespace RpcCollector.Flows.Tests.Sampling;

/// <summary>A flow is sampled as the selector says that its record names.</summary>
public sealed class SelectorTests
{
    private const long Minute = 60_000;

    private readonly DecoderUnderTest _decoder = new();
    private long _now;

    private uint LastSampling => _decoder.Collected.FlowStarts[^1].SamplingInterval;

    private DomainStatus Domain => Assert.Single(Assert.Single(_decoder.Catalog.Exporters()).Domains);

    [Fact]
    public void Flow_that_names_a_selector_which_was_not_described_is_not_known_to_be_sampled()
    {
        Describe(1, 1000);
        Flow(selector: 7);

        Assert.Equal(0u, LastSampling);
    }

    [Fact]
    public void What_is_said_of_the_whole_domain_holds_where_the_named_selector_was_not_described()
    {
        Describe(1, 1000);
        DescribeDomain(50);
        Flow(selector: 7);
        Assert.Equal(50u, LastSampling);
        Flow(selector: 1);

        Assert.Equal(1000u, LastSampling);
    }

    [Theory]
    [InlineData(1000, 1000, 1000u)]
    [InlineData(1, 1, 1u)]
    [InlineData(1, 1000, 1000u)]
    public void Flow_that_names_no_selector_is_taken_for_one_of_the_coarsest(int one, int other, uint expected)
    {
        Describe(1, (uint)one);
        Describe(2, (uint)other);
        Flow(selector: null);

        Assert.Equal(expected, LastSampling);
    }

    [Fact]
    public void Sampler_of_netflow_v9_and_selector_of_ipfix_share_their_ids()
    {
        Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(149, 4)], [(48, 1), (49, 1), (50, 2)])
            .Set(300, set => set.U32(1).U8(3).U8(2).U16(100)));
        Flow(selector: 3);

        Assert.Equal(100u, LastSampling);
    }

    [Fact]
    public void Flow_is_sampled_as_the_interface_says_by_which_it_came_in()
    {
        Decode(MessageBuilder.NetFlowV9().OptionsTemplate(300, [(2, 2)], [(34, 4), (35, 1)])
            .Set(300, set => set.U16(10).U32(100).U8(1).U16(11).U32(1).U8(1).Zeros(2)));
        foreach (var (ingress, expected) in ((int, uint)[])[(10, 100), (11, 1), (12, 0)])
        {
            Decode(MessageBuilder.NetFlowV9().Template(256, [.. Layout.Flow, (10, 4)])
                .Set(256, set => set.MapperFlow().U32((uint)ingress)));
            Assert.Equal(expected, LastSampling);
        }

        Assert.Equal(
            [new SelectorInterval(new Selector(SelectorKind.Interface, 10), 100), new(new Selector(SelectorKind.Interface, 11), 1)],
            Domain.Selectors);
    }

    [Fact]
    public void Record_that_says_itself_how_it_was_sampled_is_believed_before_its_selector()
    {
        Describe(1, 1000);
        Decode(MessageBuilder.Ipfix().Template(258, [.. Layout.Flow, (302, 4), (305, 4), (306, 4)])
            .Set(258, set => set.MapperFlow().U32(1).U32(1).U32(9)));

        Assert.Equal(10u, LastSampling);
    }

    [Theory]
    [InlineData(2, 3, 2u)]
    [InlineData(3, 10, 3u)]
    [InlineData(999, 1000, 2u)]
    [InlineData(5, 5, 1u)]
    public void What_leaves_any_packet_out_is_never_called_whole(int size, int population, uint expected)
    {
        Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(302, 4)], [(309, 4), (310, 4)])
            .Set(300, set => set.U32(1).U32((uint)size).U32((uint)population)));
        Flow(selector: 1);

        Assert.Equal(expected, LastSampling);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.5)]
    [InlineData(0)]
    [InlineData(double.Epsilon)]
    public void Probability_that_is_none_says_nothing(double probability)
    {
        Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(302, 4)], [(311, 8)])
            .Set(300, set => set.U32(1).U64(BitConverter.DoubleToUInt64Bits(probability))));
        Flow(selector: 1);

        Assert.Equal(0u, LastSampling);
    }

    [Fact]
    public void Forged_description_of_a_selector_changes_nothing_until_it_was_repeated()
    {
        Describe(1, 1);
        Describe(2, 1000);
        Describe(1, 500);
        Flow(selector: 1);
        Assert.Equal(1u, LastSampling);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.OptionsContested));
        Assert.Equal(500u, Assert.Single(_decoder.Catalog.Exporters()).Contested.SamplingInterval);
        Describe(1, 1);
        Assert.False(Assert.Single(_decoder.Catalog.Exporters()).Contested.IsNow);

        for (var i = 0; i < 12; i++, _now += Minute) Describe(1, 500);
        Flow(selector: 1);
        Assert.Equal(500u, LastSampling);
    }

    [Fact]
    public void New_selector_of_an_exporter_that_had_long_been_silent_of_it_is_doubtful()
    {
        for (var i = 0; i < 12; i++, _now += Minute) Flow(selector: 3);
        Describe(3, 1000);
        Flow(selector: 3);
        Assert.Equal(0u, LastSampling);
        for (var i = 0; i < 12; i++, _now += Minute) Describe(3, 1000);
        Flow(selector: 3);

        Assert.Equal(1000u, LastSampling);
    }

    [Fact]
    public void Over_tcp_a_changed_selector_is_believed_at_once()
    {
        Describe(1, 1000, isOverTcp: true);
        Describe(1, 10, isOverTcp: true);
        Flow(selector: 1, isOverTcp: true);

        Assert.Equal(10u, LastSampling);
    }

    [Fact]
    public void Selectors_are_known_to_the_next_session_of_their_domain_and_after_a_restart()
    {
        Describe(1, 1000);
        Describe(2, 1);
        Flow(selector: 1, port: 40_001);
        Assert.Equal(1000u, LastSampling);

        var after = SavedExportersTests.Restarted(_decoder);
        foreach (var (selector, port) in ((uint, ushort)[])[(1, 40_000), (2, 40_000), (1, 40_009), (2, 40_009)])
            after.Decode(FlowOf(selector).From(port: port));
        Assert.Equal([1000u, 1u, 1000u, 1u], after.Collected.FlowStarts.Select(start => start.SamplingInterval));
        Assert.Equal(Domain.Selectors, Assert.Single(Assert.Single(after.Catalog.Exporters()).Domains).Selectors);
    }

    [Fact]
    public void What_is_contested_of_a_selector_survives_a_restart()
    {
        for (var i = 0; i < 3; i++, _now += Minute) Describe(1, 1);
        Describe(1, 50);
        _now += Minute;
        Describe(1, 50);
        var after = SavedExportersTests.Restarted(_decoder);
        Assert.Equal(50u, Assert.Single(after.Catalog.Exporters()).Contested.SamplingInterval);

        _now += Minute;
        after.Decode(At(Description(1, 50).From()));
        after.Decode(At(FlowOf(1).From()));
        Assert.Equal(50u, Assert.Single(after.Collected.FlowStarts).SamplingInterval);
    }

    [Fact]
    public void Flood_of_selectors_takes_bounded_room_and_turns_none_that_is_known()
    {
        Describe(1, 1000);
        Describe(2, 1);
        for (var minute = 0; minute < 30; minute++, _now += Minute)
        {
            for (var message = 0; message < 20; message++)
            {
                var first = (uint)(1000 * ((20 * minute) + message));
                Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(302, 4)], [(34, 4)]).Set(300, set =>
                {
                    for (var i = 0u; i < 1000; i++) set.U32(first + 10 + i).U32(5000);
                }));
            }

            Flow(selector: 1);
            Assert.Equal(1000u, LastSampling);
            Flow(selector: 2);
            Assert.Equal(1u, LastSampling);
        }

        Assert.InRange(Domain.Selectors.Count, 2, SelectorTable.Most);
        Assert.True(_decoder.Catalog.Displaced(Displacement.Selector) > 0);
    }

    [Fact]
    public void Exporter_that_has_earned_little_may_describe_few()
    {
        Decode(MessageBuilder.Ipfix().OptionsTemplate(300, [(302, 4)], [(34, 4)]).Set(300, set =>
        {
            for (var i = 0u; i < 1000; i++) set.U32(i).U32(5000);
        }));

        Assert.Equal(SelectorTable.MostOfNewcomer, Domain.Selectors.Count);
    }

    private static MessageBuilder Description(uint selector, uint interval) =>
        MessageBuilder.Ipfix().OptionsTemplate(300, [(302, 4)], [(304, 2), (305, 4), (306, 4)])
            .Set(300, set => set.U32(selector).U16(1).U32(1).U32(interval - 1));

    private static MessageBuilder FlowOf(uint? selector) => selector is { } named
        ? MessageBuilder.Ipfix().Template(257, [.. Layout.Flow, (302, 4)]).Set(257, set => set.MapperFlow().U32(named))
        : MessageBuilder.Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow());

    private void Describe(uint selector, uint interval, bool isOverTcp = false) => Decode(Description(selector, interval), isOverTcp);

    private void DescribeDomain(uint interval) =>
        Decode(MessageBuilder.Ipfix().OptionsTemplate(301, [(149, 4)], [(34, 4)]).Set(301, set => set.U32(1).U32(interval)));

    private void Flow(uint? selector, bool isOverTcp = false, ushort port = 40_000) => Decode(FlowOf(selector), isOverTcp, port);

    private CapturedDatagram At(CapturedDatagram datagram) =>
        datagram with { ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + _now };

    private void Decode(MessageBuilder message, bool isOverTcp = false, ushort port = 40_000)
    {
        var datagram = At(message.From(port: port));
        _decoder.Decode(datagram with { Session = datagram.Session with { IsOverTcp = isOverTcp } });
    }
}
