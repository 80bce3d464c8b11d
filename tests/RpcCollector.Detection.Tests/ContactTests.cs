using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>Flows to the family's other ports, and to those that mark a domain controller.</summary>
public class ContactTests
{
    private static FlowStart Smb(double start, double end, int exporter = 0, ushort clientPort = 50_001) =>
        Lab.Flow(start, end, clientPort, 445, exporter);

    // No record says that it ended: the SYN of both ends, and what they acknowledged.
    private static FlowStart Open(FlowStart contact) => contact with { ClientTcpFlags = 0x1A, ServerTcpFlags = 0x1A };

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
        var lab = new Lab().OfferAt(1_800, Open(Smb(0, 1_800))).OfferAt(3_600, Smb(1_800, 3_600));
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
        var lab = new Lab().OfferAt(10, Open(Smb(0, 1))).AdvanceTo(10 + 1_860);
        Assert.Equal(1, lab.Shard.HeldContacts);
        lab.AdvanceTo(10 + 1_860.001);
        Assert.Equal((0, 0), (lab.Shard.HeldContacts, lab.Shard.NumRows));
        Assert.Single(lab.Ledger.Contacts);
    }

    // FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    [Theory]
    [InlineData(FlowHalf.Both, 0x1B, 0x1B, true)]
    [InlineData(FlowHalf.Both, 0x1B, 0x1A, false)]
    [InlineData(FlowHalf.Both, 0x1A, 0x1B, false)]
    [InlineData(FlowHalf.Both, 0x1E, 0x1A, true)]
    [InlineData(FlowHalf.Both, 0x02, 0x14, true)]
    [InlineData(FlowHalf.Both, 0, 0, false)]
    [InlineData(FlowHalf.FromClient, 0x1B, 0, true)]
    [InlineData(FlowHalf.FromClient, 0x02, 0, false)]
    [InlineData(FlowHalf.FromServer, 0, 0x1B, true)]
    [InlineData(FlowHalf.FromServer, 0, 0x12, false)]
    [InlineData(FlowHalf.None, 0x04, 0, false)]
    public void Contact_that_has_ended_by_the_flags_of_all_that_was_seen_is_held_5_minutes(
        FlowHalf half, byte client, byte server, bool hasEnded)
    {
        var contact = Smb(0, 1) with { Half = half, ClientTcpFlags = client, ServerTcpFlags = server };
        var lab = new Lab().OfferAt(10, contact).AdvanceTo(10 + 300);
        Assert.Equal(1, lab.Shard.HeldContacts);
        lab.AdvanceTo(10 + 300.001);
        Assert.Equal(hasEnded ? 0 : 1, lab.Shard.HeldContacts);
        if (!hasEnded) lab.AdvanceTo(10 + 1_860.001);
        Assert.Equal((0, 0), (lab.Shard.HeldContacts, lab.Shard.NumRows));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Half_that_has_not_ended_keeps_a_contact_held_whose_other_half_did(double later)
    {
        var fromClient = Smb(0, 1) with { Half = FlowHalf.FromClient, ServerTcpFlags = 0, ServerOctets = 0 };
        var fromServer = Smb(0, 1) with { Half = FlowHalf.FromServer, ClientTcpFlags = 0, ClientOctets = 0 };
        var lab = new Lab().OfferAt(10, fromClient).OfferAt(10 + later, fromServer with { ServerTcpFlags = 0x1A })
            .AdvanceTo(10 + later + 1_860);
        Assert.Equal(1, lab.Shard.HeldContacts);

        lab = new Lab().OfferAt(10, Open(fromClient)).OfferAt(10 + later, Open(fromServer)).OfferAt(10 + later, Smb(0, 1))
            .AdvanceTo(10 + later + 300.001);
        Assert.Equal(0, lab.Shard.HeldContacts);
    }

    [Fact]
    public void Later_record_of_a_contact_that_has_ended_holds_it_for_as_long_again()
    {
        var lab = new Lab().OfferAt(10, Smb(0, 1)).OfferAt(300, Smb(0.5, 1, exporter: 3)).AdvanceTo(600);
        Assert.Equal(1, lab.Shard.HeldContacts);
        Assert.Equal(2, lab.Ledger.SingleContact.Exporters.Count);
    }

    [Fact]
    public void Contacts_that_are_due_together_leave_together_however_many_they_are()
    {
        foreach (var (hold, like) in ((double, Func<FlowStart, FlowStart>)[])[(1_860, Open), (300, static ended => ended)])
        {
            var lab = new Lab();
            for (ushort port = 1; port <= 100; port++) lab.OfferAt(10, like(Smb(0, 1, clientPort: port)));
            lab.OfferAt(20, like(Smb(0, 1, clientPort: 101))).AdvanceTo(10 + hold + 0.001);
            Assert.Equal(1, lab.Shard.HeldContacts);
            lab.AdvanceTo(20 + hold + 0.001);
            Assert.Equal((0, 0), (lab.Shard.HeldContacts, lab.Shard.NumRows));
        }
    }

    [Fact]
    public void Longer_hold_of_those_that_have_ended_counts_for_no_more_than_that_of_all()
    {
        var options = new JoinOptions { ContactHold = TimeSpan.FromMinutes(1), EndedContactHold = TimeSpan.FromMinutes(5) };
        var lab = new Lab(options).OfferAt(10, Smb(0, 1)).OfferAt(10, Open(Smb(0, 1, clientPort: 2))).AdvanceTo(70.001);
        Assert.Equal(0, lab.Shard.HeldContacts);
    }

    [Fact]
    public void Beyond_the_bound_the_one_not_seen_for_longest_leaves_whether_it_has_ended_or_not()
    {
        var lab = new Lab(new JoinOptions { MaxContacts = 3 });
        lab.OfferAt(10, Smb(0, 1, clientPort: 1)).OfferAt(11, Open(Smb(0, 1, clientPort: 2))).OfferAt(12, Smb(0, 1, clientPort: 3));
        Assert.Equal((ushort[])[2, 3, 4], HeldAfter(lab.OfferAt(13, Open(Smb(0, 1, clientPort: 4)))));
        Assert.Equal((ushort[])[3, 4, 5], HeldAfter(lab.OfferAt(14, Smb(0, 1, clientPort: 5))));
        Assert.Equal((ushort[])[4, 5, 6], HeldAfter(lab.OfferAt(15, Smb(0, 1, clientPort: 6))));
        Assert.Equal(2, lab.Shard.KeepLatest(1));
        Assert.Equal((ushort[])[6], HeldAfter(lab));

        static IEnumerable<ushort> HeldAfter(Lab lab)
        {
            var ports = new List<ushort>();
            using var held = lab.Shard.HeldLatestFirst(FlowKind.Contact);
            while (held.MoveNext()) ports.Insert(0, held.Current.ClientPort);
            return ports;
        }
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
