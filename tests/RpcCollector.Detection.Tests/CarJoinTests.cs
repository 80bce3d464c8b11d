namespace RpcCollector.Detection.Tests;

/// <summary>CAR-2014-05-001, its pseudocode to the letter.</summary>
public class CarJoinTests
{
    private static JoinBasis? BasisOf(params ReadOnlySpan<RpcCollector.Flows.FlowStart> starts)
    {
        var lab = new Lab().Offer(starts);
        return lab.Ledger.Standing.Count == 0 ? null : lab.Ledger.Single.Basis;
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(1.999)]
    public void Endpoint_flow_between_mapper_start_and_two_seconds_later_is_car_activity(double delta) =>
        Assert.Equal(JoinBasis.Car, BasisOf(Lab.Mapper(0, 10), Lab.Endpoint(delta)));

    [Fact]
    public void Endpoint_flow_exactly_two_seconds_after_mapper_flow_is_not_car_activity() =>
        Assert.Equal(JoinBasis.Extended, BasisOf(Lab.Mapper(0, 10), Lab.Endpoint(2)));

    [Fact]
    public void Endpoint_flow_that_starts_with_its_mapper_flow_is_not_car_activity() =>
        Assert.Equal(JoinBasis.Extended, BasisOf(Lab.Mapper(0, 10), Lab.Endpoint(0)));

    [Fact]
    public void Ports_from_49152_on_are_dynamic() =>
        Assert.Equal(JoinBasis.Car, BasisOf(Lab.Mapper(0, 10), Lab.Endpoint(1, clientPort: 49_152, serverPort: 49_152)));

    [Theory]
    [InlineData(49_151, 49_668)]
    [InlineData(50_001, 49_151)]
    public void Port_49151_at_either_end_is_not_car_but_extended(ushort clientPort, ushort serverPort) =>
        Assert.Equal(JoinBasis.Extended, BasisOf(Lab.Mapper(0, 10), Lab.Endpoint(1, clientPort, serverPort)));

    [Fact]
    public void First_dynamic_port_is_a_setting()
    {
        var lab = new Lab(new JoinOptions { FirstDynamicPort = 1_025 })
            .Offer(Lab.Mapper(0, 10), Lab.Endpoint(1, clientPort: 1_030, serverPort: 1_026));
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Endpoint_flow_that_arrives_before_its_mapper_flow_is_joined_all_the_same() =>
        Assert.Equal(JoinBasis.Car, BasisOf(Lab.Endpoint(1), Lab.Mapper(0, 10)));

    [Fact]
    public void Flows_of_another_client_or_to_another_server_are_not_joined()
    {
        var stranger = RpcCollector.Flows.HostAddress.Parse("10.0.1.7");
        var lab = new Lab().Offer(
            Lab.Mapper(0, 10),
            Lab.Flow(1, 2, 50_001, 49_668, client: stranger),
            Lab.Flow(1, 2, 50_001, 49_668, server: stranger),
            Lab.Flow(1, 2, 50_001, 49_668, client: Lab.Server, server: Lab.Client));
        Assert.Empty(lab.Ledger.Standing);
    }

    [Fact]
    public void Activity_names_both_flows_and_whoever_saw_them()
    {
        var activity = new Lab()
            .Offer(Lab.Mapper(0, 10, exporter: 3), Lab.Flow(1, 5, 50_001, 49_668, exporter: 1, sampling: 100)).Ledger.Single;
        Assert.Equal(Lab.Client, activity.Client);
        Assert.Equal(Lab.Server, activity.Server);
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(10)), activity.Mapper);
        Assert.Equal(new FlowSpan(50_001, 49_668, Lab.At(1), Lab.At(5)), activity.Endpoint);
        Assert.Equal([1, 3], [activity.Exporters.IdAt(0), activity.Exporters.IdAt(1)]);
        Assert.Equal(100u, activity.SamplingInterval);
        Assert.Equal(
            new FlowTraffic(1000, 500, 0x1B, 0x1B, RpcCollector.Flows.FlowHalf.Both, RpcCollector.Flows.DirectionConfidence.Stated),
            activity.Traffic);
    }

    [Fact]
    public void Addresses_of_both_families_join()
    {
        var client = RpcCollector.Flows.HostAddress.Parse("2001:db8::5");
        var server = RpcCollector.Flows.HostAddress.Parse("240.0.0.1");
        var lab = new Lab().Offer(
            Lab.Flow(0, 10, 50_000, 135, client: client, server: server),
            Lab.Flow(1, 2, 50_001, 49_668, client: client, server: server));
        Assert.Equal((client, server), (lab.Ledger.Single.Client, lab.Ledger.Single.Server));
    }
}
