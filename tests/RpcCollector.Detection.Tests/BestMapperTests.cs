namespace RpcCollector.Detection.Tests;

/// <summary>Each endpoint connection is one activity, with the one best mapper flow.</summary>
public class BestMapperTests
{
    private static ushort BestOf(params ReadOnlySpan<RpcCollector.Flows.FlowStart> starts) =>
        new Lab().Offer(starts).Ledger.Single.Mapper!.Value.ClientPort;

    [Fact]
    public void Nearer_mapper_flow_wins() =>
        Assert.Equal(
            2, BestOf(
                Lab.Endpoint(1), Lab.Mapper(0, 10, clientPort: 1), Lab.Mapper(0.9, 10, clientPort: 2), Lab.Mapper(0.1, 10, clientPort: 3)));

    [Fact]
    public void Car_wins_over_a_nearer_extended_one() =>
        Assert.Equal(1, BestOf(Lab.Endpoint(1.5), Lab.Mapper(0, 10, clientPort: 1), Lab.Mapper(1.5, 10, clientPort: 2)));

    [Fact]
    public void Earlier_mapper_flow_wins_at_equal_distance() =>
        Assert.Equal(
            7, BestOf(
                Lab.Endpoint(1, clientPort: 40_000), Lab.Mapper(1.5, 10, clientPort: 2, resolution: 1000),
                Lab.Mapper(0.5, 10, clientPort: 7, resolution: 1000)));

    [Fact]
    public void Smaller_client_port_wins_at_equal_start() =>
        Assert.Equal(
            2, BestOf(
                Lab.Mapper(0, 10, clientPort: 3), Lab.Mapper(0, 10, clientPort: 2), Lab.Endpoint(1), Lab.Mapper(0, 10, clientPort: 4)));

    [Fact]
    public void Better_mapper_flow_that_arrives_later_revises_the_activity_under_its_id()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10, clientPort: 1), Lab.Endpoint(5), Lab.Mapper(4, 10, clientPort: 2));
        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Revised], lab.Ledger.Changes.Select(change => change.Kind));
        Assert.Equal((JoinBasis.Car, (ushort)2), (lab.Ledger.Single.Basis, lab.Ledger.Single.Mapper!.Value.ClientPort));
    }

    [Fact]
    public void Worse_mapper_flow_that_arrives_later_changes_nothing()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10), Lab.Endpoint(1), Lab.Mapper(-1, 10, clientPort: 1));
        Assert.Single(lab.Ledger.Changes);
    }

    [Fact]
    public void One_mapper_flow_vouches_for_several_endpoint_flows()
    {
        var lab = new Lab()
            .Offer(Lab.Mapper(0, 10), Lab.Endpoint(1), Lab.Endpoint(1.5, clientPort: 50_002), Lab.Endpoint(9, clientPort: 50_003));
        Assert.Equal(
            [JoinBasis.Car, JoinBasis.Car, JoinBasis.Extended], lab.Ledger.Standing.OrderBy(a => a.Endpoint!.Value.ClientPort)
                .Select(a => a.Basis));
    }

    [Fact]
    public void Long_mapper_flow_is_found_behind_many_short_ones()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 60, clientPort: 1));
        for (ushort i = 0; i < 200; i++) lab.Offer(Lab.Mapper(1 + (i * 0.01), 1 + (i * 0.01), clientPort: (ushort)(1000 + i)));
        lab.Offer(Lab.Endpoint(30));
        Assert.Equal(1, lab.Ledger.Single.Mapper!.Value.ClientPort);
    }
}
