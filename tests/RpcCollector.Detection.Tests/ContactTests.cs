using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>Flows to the family's other ports, and to those that mark a domain controller.</summary>
public class ContactTests
{
    private static FlowStart Smb(double start, double end, int exporter = 0, ushort clientPort = 50_001) =>
        Lab.Flow(start, end, clientPort, 445, exporter);

    [Theory]
    [InlineData(88)]
    [InlineData(139)]
    [InlineData(389)]
    [InlineData(445)]
    [InlineData(593)]
    [InlineData(5_985)]
    [InlineData(5_986)]
    public void Flow_to_a_port_of_the_family_is_published_at_once(ushort port)
    {
        var lab = new Lab().Offer(Lab.Flow(0, 1, 50_001, port));
        Assert.Equal(new FlowSpan(50_001, port, Lab.At(0), Lab.At(1)), lab.Ledger.SingleContact.Flow);
        Assert.Equal((Lab.Client, Lab.Server), (lab.Ledger.SingleContact.Client, lab.Ledger.SingleContact.Server));
        Assert.Equal((1, 1L), (lab.Shard.HeldContacts, lab.Counters.Used(Hop.FlowStart)));
        Assert.Empty(lab.Ledger.Changes);
    }

    [Fact]
    public void Mapper_flow_and_endpoint_flow_are_no_contacts() =>
        Assert.Empty(new Lab().Offer(Lab.Mapper(0, 1), Lab.Endpoint(1), Lab.Flow(0, 1, 50_000, 3_389)).Ledger.ContactChanges);

    [Fact]
    public void Contact_seen_by_a_second_exporter_is_revised_and_counted_as_known()
    {
        var lab = new Lab().Offer(Smb(0, 1), Smb(0.005, 1, exporter: 3));
        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Revised], lab.Ledger.ContactChanges.Select(change => change.Kind));
        Assert.Equal(2, lab.Ledger.SingleContact.Exporters.Count);
        Assert.Equal(1, lab.Counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown));
    }

    [Fact]
    public void Slice_of_a_long_contact_half_an_hour_later_makes_no_second_one()
    {
        var lab = new Lab().OfferAt(1_800, Smb(0, 1_800)).OfferAt(3_600, Smb(1_800, 3_600));
        Assert.Equal(new FlowSpan(50_001, 445, Lab.At(0), Lab.At(3_600)), lab.Ledger.SingleContact.Flow);
    }

    [Fact]
    public void Two_contacts_that_turn_out_to_be_one_leave_one_standing()
    {
        var lab = new Lab().Offer(Smb(0, 10), Smb(200, 210), Smb(60, 150));
        Assert.Equal(
            [ActivityChangeKind.Added, ActivityChangeKind.Added, ActivityChangeKind.Withdrawn, ActivityChangeKind.Revised],
            lab.Ledger.ContactChanges.Select(change => change.Kind));
        Assert.Equal(new FlowSpan(50_001, 445, Lab.At(0), Lab.At(210)), lab.Ledger.SingleContact.Flow);
    }

    [Fact]
    public void Contact_is_held_31_minutes_and_stands_after_that()
    {
        var lab = new Lab().OfferAt(10, Smb(0, 1)).AdvanceTo(10 + 1_860);
        Assert.Equal(1, lab.Shard.HeldContacts);
        lab.AdvanceTo(10 + 1_860.001);
        Assert.Equal((0, 0), (lab.Shard.HeldContacts, lab.Shard.NumRows));
        Assert.Single(lab.Ledger.Contacts);
    }

    [Fact]
    public void Contacts_that_are_due_together_leave_together_however_many_they_are()
    {
        var lab = new Lab();
        for (ushort port = 1; port <= 100; port++) lab.OfferAt(10, Smb(0, 1, clientPort: port));
        lab.OfferAt(20, Smb(0, 1, clientPort: 101)).AdvanceTo(10 + 1_860.001);
        Assert.Equal(1, lab.Shard.HeldContacts);
        lab.AdvanceTo(20 + 1_860.001);
        Assert.Equal((0, 0), (lab.Shard.HeldContacts, lab.Shard.NumRows));
    }

    [Fact]
    public void Contacts_beyond_the_bounds_are_let_go_and_counted()
    {
        var lab = new Lab(new JoinOptions { MaxContacts = 2 })
            .Offer(Smb(0, 1, clientPort: 1), Smb(0, 1, clientPort: 2), Smb(0, 1, clientPort: 3));
        Assert.Equal((2, 1L), (lab.Shard.HeldContacts, lab.Shard.EvictedContacts));
        lab = new Lab(new JoinOptions { MaxFlowsPerPair = 16 });
        for (ushort port = 1; port <= 20; port++) lab.Offer(Smb(0, 1, clientPort: port));
        Assert.Equal((16, 4L), (lab.Shard.HeldContacts, lab.Shard.EvictedContacts));
    }
}
