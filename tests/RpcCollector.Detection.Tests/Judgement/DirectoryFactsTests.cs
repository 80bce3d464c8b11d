using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// Kerberos and LDAP say which host is a controller. Of a host that is known as a server an hour needs their number alone, and nothing once
/// the hour is closed.
/// </summary>
public sealed class DirectoryFactsTests
{
    private const string Client = "10.0.1.5";
    private const string Server = "10.0.0.10";
    private const string Unknown = "10.0.1.9";

    private static JudgementOptions Told => ToldWith(1_000_000);

    [Theory]
    [InlineData(Server, 88, 0)]
    [InlineData(Server, 389, 0)]
    [InlineData(Server, 445, 20)]
    [InlineData(Unknown, 88, 20)]
    [InlineData(Unknown, 389, 20)]
    public void Contacts_of_an_hour_with_a_known_server_are_a_number(string server, ushort port, int held)
    {
        var court = Contacts(new Court(Told), server, port, 20);

        Assert.Equal((held, 0L), (court.Judge.Counts.OpenFacts, court.Judge.Counts.Beyond));
        var service = EdgeServiceName.OfPort(port)!.Value;
        Assert.Equal((20, true), FlowsOf(court, service));
        Assert.Equal((20, true), FlowsOf(court.Restart(), service));
        Assert.Equal((20, true), FlowsOf(court.AdvanceTo(10), service));
    }

    [Fact]
    public void Each_hour_has_its_own()
    {
        var court = Contacts(new Court(Told), Server, 88, 5);
        for (var i = 0; i < 5; i++) court.Take(Kerberos(2 + (i / 100.0)));
        court.Take(Kerberos(2), ActivityChangeKind.Withdrawn);
        Assert.Equal((0, (9, true)), (court.Judge.Counts.OpenFacts, FlowsOf(court)));
        Assert.Equal((9, true), FlowsOf(court.AdvanceTo(3)));
    }

    [Fact]
    public void All_are_held_while_leases_say_whose_they_are()
    {
        var court = new Court(Told).Take(LeaseTests.LeaseOf("10.0.1.200", 7, 1));
        Assert.Equal(20, Contacts(court, Server, 88, 20).Judge.Counts.OpenFacts);
    }

    [Fact]
    public void Server_has_answered_as_long_as_one_of_those_that_are_only_counted_stands()
    {
        var court = new Court(Told).Take(Kerberos(1, isAnswered: false));
        var (one, other) = (Kerberos(1.1), Kerberos(1.2));
        court.Take(one).Take(other);
        Assert.Equal((3, true), FlowsOf(court));
        court.Take(one, ActivityChangeKind.Withdrawn);
        Assert.Equal((2, true), FlowsOf(court.Restart()));
        court.Take(other, ActivityChangeKind.Withdrawn);
        Assert.Equal((1, false), FlowsOf(court));
    }

    [Fact]
    public void Server_has_answered_when_that_becomes_known_of_one_that_is_only_counted()
    {
        var court = new Court(Told).Take(Kerberos(1, isAnswered: false)).Take(Kerberos(1.1, isAnswered: false));
        Assert.Equal((2, false), FlowsOf(court));
        court.Take(Kerberos(1.1), ActivityChangeKind.Revised);
        Assert.Equal((2, true), FlowsOf(court));

        // Which of them that was is not known any more, until none of them is left.
        court.Take(Kerberos(1.3)).Take(Kerberos(1.3), ActivityChangeKind.Withdrawn);
        Assert.Equal((2, true), FlowsOf(court.Restart()));
        court.Take(Kerberos(1.1), ActivityChangeKind.Withdrawn).Take(Kerberos(1, isAnswered: false), ActivityChangeKind.Withdrawn);
        court.Take(Kerberos(1.4, isAnswered: false));
        Assert.Equal((1, false), FlowsOf(court.Restart()));
        Assert.Equal((1, false), FlowsOf(court.AdvanceTo(10)));
    }

    [Fact]
    public void Only_contact_of_an_hour_is_known_to_be_answered_or_not_as_it_was_told_last()
    {
        var court = new Court(Told).Take(Kerberos(1));
        Assert.Equal((1, true), FlowsOf(court));
        court.Take(Kerberos(1, isAnswered: false), ActivityChangeKind.Revised);
        Assert.Equal((1, false), FlowsOf(court));
        court.Take(Kerberos(1), ActivityChangeKind.Revised).Take(Kerberos(1, isAnswered: false), ActivityChangeKind.Revised);
        Assert.Equal((1, false), FlowsOf(court.AdvanceTo(10)));
    }

    [Fact]
    public void Who_was_a_client_by_one_contact_is_no_workstation_once_that_is_withdrawn_and_is_one_again_with_the_next()
    {
        var court = new Court(Told).Take(Kerberos(1)).Take(Court.Contact(1.1, "10.0.1.77", Client, 445));
        Assert.Equal(HostRole.Workstation, RoleOf(court));
        court.Take(Kerberos(1), ActivityChangeKind.Withdrawn);
        Assert.NotEqual(HostRole.Workstation, RoleOf(court));
        court.Take(Kerberos(1.3, isAnswered: false));
        Assert.Equal(HostRole.Workstation, RoleOf(court));
    }

    [Fact]
    public void Closed_hour_keeps_what_rules_look_back_at_and_no_directories()
    {
        var court = Contacts(new Court(Told), Server, 88, 3);
        court.Take(Court.Contact(1.5, Client, Unknown, 389)).Take(Court.Contact(1.5, Client, Server, 445))
            .Take(Court.Rpc(1.6, Client, Server));
        Assert.Equal(3, court.Judge.Counts.OpenFacts);
        Assert.Equal(2, court.AdvanceTo(3).Judge.Counts.OpenFacts);
        Assert.Equal(2, court.Restart().Judge.Counts.OpenFacts);
        Assert.Equal((3, true), FlowsOf(court));
        Assert.Equal(1, court.Take(Court.Contact(3.2, Client, Server, 445)).AdvanceTo(5.1).Judge.Counts.OpenFacts);
    }

    [Fact]
    public void Closed_hour_keeps_directories_of_its_last_quarter_for_leases()
    {
        foreach (var (hasLeases, held) in ((bool, int)[])[(true, 1), (false, 0)])
        {
            var court = new Court(Told);
            if (hasLeases) court.Take(LeaseTests.LeaseOf("10.0.1.200", 7, 1));
            court.Take(Kerberos(1.74)).Take(Court.Contact(1.76, Client, Server, 389));
            if (!hasLeases) court.Take(Court.Contact(1.76, Client, Unknown, 389));
            court.AdvanceTo(3);
            Assert.Equal(held, court.Judge.Counts.OpenFacts);
        }
    }

    [Fact]
    public void Contacts_leave_half_of_the_room_to_calls()
    {
        var court = new Court(ToldWith(1_000));
        for (var i = 0; i < 700; i++) court.Take(Court.Contact(1 + (i / 1_000.0), Client, Server, 445));
        for (var i = 0; i < 700; i++) court.Take(Court.Rpc(1.8 + (i / 10_000.0), Client, Server));

        // Beside them one counts the calls of each five seconds that are beyond.
        Assert.Equal(200L + 200, court.Judge.Counts.Beyond);
        Assert.InRange(court.Judge.Counts.OpenFacts, 500 + 500, 500 + 500 + 20);
    }

    [Fact]
    public void Restart_keeps_every_fact_that_was_held_though_there_is_no_room_for_more()
    {
        var court = new Court(ToldWith(1_000));
        for (var i = 0; i < 400; i++) court.Take(Court.Rpc(1 + (i / 10_000.0), Client, Unknown));
        for (var i = 0; i < 600; i++) court.Take(Court.Contact(1.1 + (i / 1_000.0), Court.HostIn(2, i), Server, 445));
        for (var i = 0; i < 30; i++) court.Take(Court.Contact(1.8, Court.HostIn(2, i), Server, 445, isAnswered: false));
        var held = court.Judge.Counts.OpenFacts;

        Assert.Equal(1_000, held);
        Assert.Equal(held, court.Restart().Judge.Counts.OpenFacts);
    }

    [Fact]
    public void Half_of_the_room_is_that_of_contacts_however_many_calls_there_are()
    {
        var court = new Court(ToldWith(1_000));
        for (var i = 0; i < 600; i++) court.Take(Court.Rpc(1 + (i / 10_000.0), Client, Server));
        for (var i = 0; i < 20; i++) court.Take(Court.Contact(1.5 + (i / 10_000.0), Client, Server, 445));

        Assert.Equal((620, 0L), (court.Judge.Counts.OpenFacts, court.Judge.Counts.Beyond));
    }

    [Fact]
    public void Contact_that_is_held_stays_so_when_more_is_known_of_it_though_others_find_no_room()
    {
        var court = new Court(ToldWith(1_000));
        var contacts = Enumerable.Range(0, 550).Select(i => Court.Contact(1 + (i / 10_000.0), Client, Server, 445)).ToList();
        foreach (var contact in contacts) court.Take(contact);
        Assert.Equal((500, 50L), (court.Judge.Counts.OpenFacts, court.Judge.Counts.Beyond));

        foreach (var contact in contacts) court.Take(contact with { Exporters = default }, ActivityChangeKind.Revised);
        Assert.Equal((500, 50L), (court.Judge.Counts.OpenFacts, court.Judge.Counts.Beyond));
    }

    [Fact]
    public void Contact_that_was_only_counted_is_held_once_it_turns_out_to_be_an_upload()
    {
        var court = new Court(ToldWith(1_000));
        for (var i = 0; i < 550; i++) court.Take(Court.Contact(1 + (i / 10_000.0), Client, Server, 445));
        var last = Court.Contact(1.06, Client, Server, 445);
        court.Take(last).Take(last, ActivityChangeKind.Revised);
        Assert.Equal((500, (551L, true)), (court.Judge.Counts.OpenFacts, FlowsOf(court, EdgeService.Smb)));

        court.Take(last with { Traffic = last.Traffic with { ClientOctets = 90_000 } }, ActivityChangeKind.Revised);
        Assert.Equal((501, (551L, true)), (court.Judge.Counts.OpenFacts, FlowsOf(court, EdgeService.Smb)));
    }

    [Fact]
    public void Finding_says_that_some_were_answered_though_those_are_only_counted()
    {
        var court = new Court(new JudgementOptions { MaxOpenFactsPerEdge = 64 });
        for (var i = 0; i < 70; i++) court.Take(Court.Contact(1 + (i / 200.0), Client, Unknown, 5_985, isAnswered: i >= 64));
        court.Complete();

        var reason = court.Find(FindingKind.FirstAdministration, Client, Unknown)!.Reason;
        Assert.DoesNotContain("none answered", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void First_lease_is_told_of_what_the_address_did_last_though_that_was_only_counted()
    {
        foreach (var (asked, contradicted) in ((double, long)[])[(1.45, 1), (1.1, 0)])
        {
            var court = new Court(Told).Take(Kerberos(1)).Take(Kerberos(asked)).Restart();
            court.Take(LeaseTests.LeaseOf(Client, 7, 1.5)).Take(LeaseTests.LeaseOf("10.0.1.77", 7, 1.2)).Complete();
            Assert.Equal(contradicted, court.Judge.Counts.Leases.Contradicted);
        }
    }

    private static HostRole RoleOf(Court court) => court.Judge.Host(HostAddress.Parse(Client))!.Role;

    private static JudgementOptions ToldWith(int maxOpenFacts) => new() { Roles = [$"{Server}=server"], MaxOpenFacts = maxOpenFacts };

    private static Court Contacts(Court court, string server, ushort port, int number)
    {
        for (var i = 0; i < number; i++) court.Take(Court.Contact(1 + (i / 100.0), Client, server, port));
        return court;
    }

    private static AdministrationContact Kerberos(double hours, bool isAnswered = true) =>
        Court.Contact(hours, Client, Server, 88, isAnswered);

    private static (long Flows, bool IsAnswered) FlowsOf(Court court, EdgeService service = EdgeService.Kerberos)
    {
        var edge = court.Judge.Edges(HostAddress.Parse(Client)).Single(edge => edge.Service == service);
        return (edge.Flows, edge.IsAnswered);
    }
}
