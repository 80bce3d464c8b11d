using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>What a firewall refused: it carried nothing, and takes nothing from what others carried.</summary>
public class RefusedFlowTests
{
    private static FlowStart Refused(FlowStart start) => start with { Half = FlowHalf.None, ServerOctets = 0, ServerTcpFlags = 0 };

    private static FlowStart Smb(double start, int exporter = 0) => Lab.Flow(start, start + 1, 50_001, 445, exporter);

    [Fact]
    public void Refused_mapper_flow_is_reported_alone_and_as_refused()
    {
        var lab = new Lab().Offer(Refused(Lab.Mapper(0, 0))).AdvanceTo(400);
        Assert.Equal((JoinBasis.MapperOnly, true), (lab.Ledger.Single.Basis, lab.Ledger.Single.IsRefused));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Nothing_is_joined_unless_both_flows_were_carried(bool isMapperRefused, bool isEndpointRefused)
    {
        foreach (var isEndpointFirst in (bool[])[false, true])
        {
            var mapper = isMapperRefused ? Refused(Lab.Mapper(0, 10)) : Lab.Mapper(0, 10);
            var endpoint = isEndpointRefused ? Refused(Lab.Endpoint(1)) : Lab.Endpoint(1);
            var lab = isEndpointFirst ? new Lab().Offer(endpoint, mapper) : new Lab().Offer(mapper, endpoint);
            lab.Shard.Complete();
            Assert.Equal((JoinBasis.MapperOnly, isMapperRefused), (lab.Ledger.Single.Basis, lab.Ledger.Single.IsRefused));
        }
    }

    [Fact]
    public void Endpoint_flow_that_was_refused_is_no_activity_though_its_endpoint_is_known()
    {
        var lab = new Lab();
        lab.Shard.KnownEndpoints = new EndpointList { { "10.0.1.6", 49_668, RpcInterfaces.Samr } };
        lab.OfferAt(20, Refused(Lab.Endpoint(1))).AdvanceTo(400);
        Assert.Empty(lab.Ledger.Changes);
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Record_that_denies_what_others_carried_changes_nothing_whenever_it_comes(int place)
    {
        FlowStart[] carried = [Lab.Mapper(0, 10), Lab.Endpoint(1), Smb(2)];
        var plain = new Lab().Offer(carried);
        FlowStart[] denied = [Refused(Lab.Mapper(0, 0, exporter: 3)), Refused(Lab.Endpoint(1, exporter: 3)), Refused(Smb(2, exporter: 3))];
        var contested = new Lab().Offer([.. carried[..place], .. denied, .. carried[place..]]);
        plain.Shard.Complete();
        contested.Shard.Complete();
        Assert.Equal(plain.Ledger.Facts, contested.Ledger.Facts);
        Assert.Equal(plain.Ledger.ContactFacts, contested.Ledger.ContactFacts);
    }

    [Fact]
    public void Refusal_that_was_reported_is_withdrawn_when_another_device_shows_that_the_flow_was_carried()
    {
        var lab = new Lab().OfferAt(0, Refused(Lab.Mapper(0, 0))).AdvanceTo(400);
        Assert.True(lab.Ledger.Single.IsRefused);
        lab.OfferAt(450, Lab.Mapper(5, 10)).AdvanceTo(900);
        Assert.Equal((JoinBasis.MapperOnly, false), (lab.Ledger.Single.Basis, lab.Ledger.Single.IsRefused));
    }

    [Fact]
    public void Refusal_that_comes_last_is_not_reported_once_the_carried_flow_was_dropped()
    {
        var lab = new Lab(new JoinOptions { MapperHold = TimeSpan.FromMinutes(5) });
        lab.OfferAt(0, Lab.Mapper(0, 10)).OfferAt(1, Lab.Endpoint(1)).OfferAt(200, Refused(Lab.Mapper(5, 5))).AdvanceTo(2_000);
        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
    }

    [Fact]
    public void Connection_tried_again_later_is_a_connection_of_its_own()
    {
        var lab = new Lab().Offer(Refused(Lab.Mapper(0, 0)), Lab.Mapper(120, 130));
        lab.Shard.Complete();
        Assert.Equal(
            [true, false], lab.Ledger.Standing.OrderBy(activity => activity.StartUnixMilliseconds).Select(activity => activity.IsRefused));
    }

    [Fact]
    public void Refused_contact_is_published_as_refused_and_withdrawn_when_it_was_carried()
    {
        var lab = new Lab().Offer(Refused(Smb(0)));
        Assert.True(lab.Ledger.SingleContact.Traffic.IsRefused);
        lab.Offer(Smb(0, exporter: 1));
        Assert.False(lab.Ledger.SingleContact.Traffic.IsRefused);
        Assert.Equal(
            [ActivityChangeKind.Added, ActivityChangeKind.Withdrawn, ActivityChangeKind.Added],
            lab.Ledger.ContactChanges.Select(change => change.Kind));
    }

    [Fact]
    public void Attempts_at_one_connection_that_are_refused_again_and_again_are_one_refusal()
    {
        var lab = new Lab()
            .Offer(Refused(Lab.Mapper(0, 0)), Refused(Lab.Mapper(1, 1)), Refused(Lab.Mapper(3, 3)), Refused(Lab.Mapper(7, 7)));
        lab.Shard.Complete();
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0), Lab.At(7)), lab.Ledger.Single.Mapper);
        Assert.Equal((1, 3), (lab.Counters.Used(Hop.FlowStart), lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown)));
    }
}
