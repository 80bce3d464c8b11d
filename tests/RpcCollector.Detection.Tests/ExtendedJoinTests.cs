using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>What real traffic asks for beyond CAR: open mapper flows, coarse clocks, skewed exporters, other ports.</summary>
public class ExtendedJoinTests
{
    private static bool Joins(FlowStart mapper, FlowStart endpoint, JoinOptions? options = null) =>
        new Lab(options).Offer(mapper, endpoint).Ledger.Standing.Any(activity => activity.Basis == JoinBasis.Extended);

    [Fact]
    public void Endpoint_flow_six_seconds_after_a_mapper_flow_that_is_still_open_is_extended() =>
        Assert.True(Joins(Lab.Mapper(0, 30), Lab.Endpoint(6.02)));

    [Theory]
    [InlineData(12.001, true)]
    [InlineData(12.002, false)]
    public void Endpoint_flow_may_start_two_seconds_and_one_tick_after_the_mapper_flow_ended(double start, bool joins) =>
        Assert.Equal(joins, Joins(Lab.Mapper(0, 10), Lab.Endpoint(start)));

    [Theory]
    [InlineData(-0.001, true)]
    [InlineData(-0.002, false)]
    public void Endpoint_flow_may_start_one_tick_before_its_mapper_flow(double start, bool joins) =>
        Assert.Equal(joins, Joins(Lab.Mapper(0, 10), Lab.Endpoint(start)));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(-1.001, false)]
    [InlineData(13, true)]
    [InlineData(13.001, false)]
    public void Clock_of_whole_seconds_on_either_flow_is_tolerated(double start, bool joins)
    {
        Assert.Equal(joins, Joins(Lab.Mapper(0, 10, resolution: 1000), Lab.Endpoint(start)));
        Assert.Equal(joins, Joins(Lab.Mapper(0, 10), Lab.Endpoint(start, resolution: 1000)));
    }

    [Theory]
    [InlineData(-2.001, true)]
    [InlineData(-2.002, false)]
    [InlineData(14.001, true)]
    [InlineData(14.002, false)]
    public void Exporters_may_be_two_seconds_apart(double start, bool joins) =>
        Assert.Equal(joins, Joins(Lab.Mapper(0, 10, exporter: 1), Lab.Endpoint(start, exporter: 2)));

    [Fact]
    public void Skew_between_exporters_is_not_tolerated_once_one_of_them_has_seen_both_flows()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10, exporter: 1), Lab.Endpoint(14, exporter: 2));
        Assert.Equal(JoinBasis.Extended, lab.Ledger.Single.Basis);
        lab.Offer(Lab.Endpoint(14, exporter: 1));
        Assert.Equal(ActivityChangeKind.Withdrawn, lab.Ledger.Last.Kind);
        Assert.Empty(lab.Ledger.Standing);
    }

    [Theory]
    [InlineData(32_768, 49_668)]
    [InlineData(700, 1_024)]
    [InlineData(1_050, 1_026)]
    public void Any_client_port_and_old_server_ports_are_extended_when_a_mapper_flow_vouches(ushort clientPort, ushort serverPort) =>
        Assert.True(Joins(Lab.Mapper(0, 10), Lab.Endpoint(1, clientPort, serverPort)));

    [Fact]
    public void Server_port_below_1024_is_no_endpoint() =>
        Assert.False(Joins(Lab.Mapper(0, 10), Lab.Endpoint(1, serverPort: 1_023)));

    [Theory]
    [InlineData(1433)]
    [InlineData(3268)]
    [InlineData(3269)]
    [InlineData(3389)]
    [InlineData(5985)]
    [InlineData(5986)]
    [InlineData(9389)]
    [InlineData(47001)]
    public void Port_of_another_service_is_no_endpoint(ushort serverPort) =>
        Assert.False(Joins(Lab.Mapper(0, 10), Lab.Endpoint(1, serverPort: serverPort)));

    [Fact]
    public void Excluded_ports_are_a_setting_and_hold_for_dynamic_ports_too()
    {
        var options = new JoinOptions { ExcludedEndpointPorts = "49000-49999" };
        Assert.True(Joins(Lab.Mapper(0, 10), Lab.Endpoint(1, serverPort: 3389), options));
        Assert.Empty(new Lab(options).Offer(Lab.Mapper(0, 10), Lab.Endpoint(1, serverPort: 49_668)).Ledger.Standing);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1-")]
    [InlineData("2-1")]
    [InlineData("65536")]
    public void Text_that_is_no_list_of_ports_is_refused(string text)
    {
        Assert.False(PortSet.TryParse(text, out _));
        var error = Assert.Throws<FormatException>(() => new Lab(new JoinOptions { ExcludedEndpointPorts = text }));
        Assert.Contains(nameof(JoinOptions.ExcludedEndpointPorts), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_flow_starts_are_used_and_need_no_state()
    {
        var lab = new Lab()
            .Offer(Lab.Endpoint(1, serverPort: 22), Lab.Endpoint(1, serverPort: 80), Lab.Endpoint(1, serverPort: 3389),
                Lab.Endpoint(1, serverPort: 8080));
        Assert.Equal(4, lab.Counters.Used(Hop.FlowStart));
        Assert.Equal(0, lab.Shard.NumRows);
    }
}
