namespace RpcCollector.Detection.Tests;

/// <summary>A mapper flow that no endpoint flow follows.</summary>
public class MapperOnlyTests
{
    [Fact]
    public void Mapper_flow_alone_is_reported_five_minutes_after_it_arrived()
    {
        var lab = new Lab().OfferAt(60, Lab.Mapper(0, 10)).AdvanceTo(359.999);
        Assert.Empty(lab.Ledger.Standing);
        lab.AdvanceTo(360);
        Assert.Equal(JoinBasis.MapperOnly, lab.Ledger.Single.Basis);
        Assert.Null(lab.Ledger.Single.Endpoint);
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(10)), lab.Ledger.Single.Mapper);
    }

    [Fact]
    public void Mapper_flow_alone_is_reported_when_the_input_ends()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10));
        lab.Shard.Complete();
        Assert.Equal(JoinBasis.MapperOnly, lab.Ledger.Single.Basis);
        lab.Shard.Complete();
        Assert.Single(lab.Ledger.Changes);
    }

    [Fact]
    public void Mapper_flow_seen_again_waits_anew()
    {
        var lab = new Lab().OfferAt(0, Lab.Mapper(0, 10)).OfferAt(200, Lab.Mapper(10, 20)).AdvanceTo(400);
        Assert.Empty(lab.Ledger.Standing);
        Assert.Single(lab.AdvanceTo(500).Ledger.Standing);
    }

    [Fact]
    public void Endpoint_flow_that_arrives_late_withdraws_it_and_joins()
    {
        var lab = new Lab().OfferAt(60, Lab.Mapper(0, 10)).AdvanceTo(400);
        var reported = lab.Ledger.Single.Id;
        lab.OfferAt(1_800, Lab.Endpoint(1));
        Assert.Contains(lab.Ledger.Changes, change => change.Kind == ActivityChangeKind.Withdrawn && change.Activity.Id == reported);
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Endpoint_flow_withdraws_every_mapper_flow_that_it_qualifies_with()
    {
        var lab = new Lab().OfferAt(60, Lab.Mapper(0, 10, clientPort: 1))
            .Offer(Lab.Mapper(0.5, 10, clientPort: 2), Lab.Mapper(-60, -50, clientPort: 3)).AdvanceTo(400);
        Assert.Equal(3, lab.Ledger.Standing.Count);
        lab.Offer(Lab.Endpoint(1));
        lab.Shard.Complete();
        Assert.Equal(
            [(JoinBasis.Car, 2), (JoinBasis.MapperOnly, 3)], lab.Ledger.Standing.Select(a => (a.Basis, (int)a.Mapper!.Value.ClientPort))
                .Order());
    }

    [Fact]
    public void Mapper_flow_whose_endpoint_flow_leans_on_another_is_not_reported()
    {
        var lab = new Lab().Offer(Lab.Mapper(0, 10, clientPort: 1), Lab.Mapper(0.5, 10, clientPort: 2), Lab.Endpoint(1));
        lab.Shard.Complete();
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Mapper_flow_is_not_reported_because_its_endpoint_flow_has_been_let_go()
    {
        var lab = new Lab().OfferAt(0, Lab.Endpoint(-1)).OfferAt(299, Lab.Mapper(-2, 10)).AdvanceTo(310);
        Assert.Equal(0, lab.Shard.WaitingEndpointFlows);
        lab.AdvanceTo(10_000).Shard.Complete();
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Reported_mapper_flow_that_turns_out_longer_is_revised_and_withdrawn_when_that_makes_it_qualify()
    {
        var lab = new Lab().OfferAt(0, Lab.Mapper(0, 10)).AdvanceTo(301).Offer(Lab.Mapper(10, 20));
        Assert.Equal(Lab.At(20), lab.Ledger.Single.Mapper!.Value.EndUnixMilliseconds);
        lab.Offer(Lab.Endpoint(50));
        Assert.Equal(JoinBasis.MapperOnly, lab.Ledger.Single.Basis);
        lab.Offer(Lab.Mapper(20, 49));
        Assert.Equal(JoinBasis.Extended, lab.Ledger.Single.Basis);
    }
}
