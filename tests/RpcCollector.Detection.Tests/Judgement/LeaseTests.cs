using RpcCollector.Detection.Judgement.Leases;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>An address that changed hands is two hosts; what a machine is known to do goes where it goes, and nothing else does.</summary>
public sealed class LeaseTests
{
    private const int Learned = 16;
    private const string Moved = "10.0.1.77";
    private const string Sharer = "10.0.1.15";

    private static readonly ulong Laptop = AddressLease.MachineOf("laptop"u8);
    private static readonly ulong Stranger = AddressLease.MachineOf("stranger"u8);

    // 10.0.1.14, on whose shared folder 10.0.1.15 it works every day.
    private static readonly string Home = Court.ClientAt(4);

    [Fact]
    public void Machine_that_got_another_address_goes_on_with_whom_it_always_contacted()
    {
        var told = LivedWithShares().Take(LeaseOf(Moved, Laptop, At(9)));
        var untold = LivedWithShares();
        foreach (var court in (Court[])[told, untold]) court.Take(Court.Contact(At(10), Moved, Sharer, 445)).Complete();

        // It was reported where it was before: the same machines are no news, and a person has been told already.
        Assert.Equal(FindingSeverity.Low, told.Find(FindingKind.FirstAdministration, Moved, Sharer)!.Severity);
        Assert.Equal(FindingSeverity.Medium, untold.Find(FindingKind.FirstAdministration, Moved, Sharer)!.Severity);
    }

    [Fact]
    public void Machine_of_another_site_with_the_same_hardware_address_is_another()
    {
        var there = $"{Moved}@a-site-in-oslo";
        var court = LivedWithShares().Take(LeaseOf(Moved, Laptop, At(9)) with { Address = HostAddress.Parse(there) });
        court.Take(Court.Contact(At(10), there, Sharer, 445)).Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, there, Sharer)!.Severity);
    }

    [Fact]
    public void What_was_learned_as_normal_of_a_machine_is_normal_under_another_address()
    {
        // A server that only one client uses: a new client of it is a surprise.
        var options = new JudgementOptions { Roles = [$"{Sharer}=server"], NoveltyBits = 5 };
        var (told, untold) = (LivedWithShares(options).Take(LeaseOf(Moved, Laptop, At(9))), LivedWithShares(options));
        foreach (var court in (Court[])[told, untold]) court.Take(Court.Contact(At(10), Moved, Sharer, 445)).Complete();

        Assert.Null(told.Find(FindingKind.NewRpcClient, Moved, Sharer));
        Assert.NotNull(untold.Find(FindingKind.NewRpcClient, Moved, Sharer));
    }

    [Fact]
    public void Machines_that_had_to_do_with_each_other_are_no_strangers_under_another_address()
    {
        var options = new JudgementOptions { Roles = [$"{Sharer}=server"], NoveltyBits = 5 };
        var (told, untold) = (LivedWithShares(options).Take(LeaseOf(Moved, Laptop, At(9))), LivedWithShares(options));
        foreach (var court in (Court[])[told, untold]) court.Take(Court.Rpc(At(10), Moved, Sharer)).Complete();

        const string AsStrangers = "never had to do with each other";
        Assert.DoesNotContain(
            AsStrangers, told.Find(FindingKind.NewRpcClient, Moved, Sharer)?.Reason ?? "", StringComparison.Ordinal);
        Assert.Contains(AsStrangers, untold.Find(FindingKind.NewRpcClient, Moved, Sharer)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_that_offers_a_service_is_known_by_its_clients_under_another_address()
    {
        var told = LivedWithShares().Take(LeaseOf(Moved, SharerKey, At(9)));
        told.Take(Court.Contact(At(10), Home, Moved, 445)).Complete();

        Assert.Equal(FindingSeverity.Low, told.Find(FindingKind.FirstAdministration, Home, Moved)!.Severity);
    }

    [Fact]
    public void Next_holder_of_an_address_is_a_stranger_to_those_whom_the_former_contacted()
    {
        var court = LivedWithShares().Take(LeaseOf(Home, Stranger, At(9)));
        court.Take(Court.Contact(At(10), Home, Sharer, 445)).Complete();

        var finding = court.Findings.Values.Single(
            finding =>
                finding is { Kind: FindingKind.FirstAdministration, ClientPeriod: > 0 } && finding.Client == HostAddress.Parse(Home));
        Assert.Equal(FindingSeverity.Medium, finding.Severity);
        Assert.Equal(0, finding.ServerPeriod);
        Assert.Equal(
            FindingId.Of(finding.Kind, finding.Client, finding.Server, finding.ClientPeriod, finding.ServerPeriod), finding.Id);
        Assert.NotEqual(FindingId.Of(finding.Kind, finding.Client, finding.Server), finding.Id);
    }

    [Fact]
    public void Renewal_of_the_first_machine_that_is_known_changes_neither_findings_nor_their_ids()
    {
        var with = LivedWithShares().Take(LeaseOf(Sharer, SharerKey, At(9)));
        var without = LivedWithShares();
        foreach (var court in (Court[])[with, without])
            court.Take(Court.Rpc(At(10), Sharer, Court.ClientAt(2))).Complete();

        Assert.Equal(without.Findings.Values.Select(TwoDays.Describe), with.Findings.Values.Select(TwoDays.Describe));
    }

    [Fact]
    public void Benign_verdict_on_a_machine_does_not_cover_the_next_at_its_address()
    {
        // 1. The first machine is reported, and a person calls that benign.
        var court = LivedWithShares();
        court.Take(Court.Rpc(At(9), Home, Court.ClientAt(2))).AdvanceTo(At(12));
        var first = court.Find(FindingKind.PeerToPeerRpc, Home, Court.ClientAt(2))!;
        court.Judge.Apply(Benign(first));

        // 2. The next does the same, and is reported.
        court.Take(LeaseOf(Home, Stranger, At(13))).Take(Court.Rpc(At(14), Home, Court.ClientAt(2))).Complete();
        Assert.Equal(
            [0L, court.Findings.Values.Max(finding => finding.ClientPeriod)],
            court.Findings.Values.Where(
                finding => (finding.Kind, finding.Client, finding.Server) == (first.Kind, first.Client, first.Server))
                .Select(finding => finding.ClientPeriod).Order());
    }

    [Fact]
    public void Benign_verdict_is_not_carried_to_where_the_machine_went()
    {
        var court = LivedWithShares();
        court.Take(Court.Rpc(At(9), Home, Court.ClientAt(2))).AdvanceTo(At(12));
        court.Judge.Apply(Benign(court.Find(FindingKind.PeerToPeerRpc, Home, Court.ClientAt(2))!));
        court.Take(LeaseOf(Moved, Laptop, At(24 + 9))).Take(Court.Rpc(At(24 + 10), Moved, Court.ClientAt(2))).Complete();

        // That the same was reported elsewhere makes it less of a novelty, and hides nothing.
        var again = court.Find(FindingKind.PeerToPeerRpc, Moved, Court.ClientAt(2))!;
        Assert.Equal(FindingSeverity.Low, again.Severity);
        Assert.Contains("under another address", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Malicious_verdict_on_a_machine_is_softened_nowhere()
    {
        var court = LivedWithShares();
        court.Take(Court.Rpc(At(9), Home, Court.ClientAt(2))).AdvanceTo(At(12));
        court.Judge.Apply(Benign(court.Find(FindingKind.PeerToPeerRpc, Home, Court.ClientAt(2))!) with
        {
            Meaning = VerdictMeaning.Malicious,
        });
        court.Take(LeaseOf(Moved, Laptop, At(24 + 9))).Take(Court.Rpc(At(24 + 10), Moved, Court.ClientAt(2))).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Moved, Court.ClientAt(2))!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Nothing_is_carried_while_the_former_address_goes_on()
    {
        var court = LivedWithShares().Take(LeaseOf(Moved, Laptop, At(9)));
        court.Take(Court.Contact(At(9.5), Home, Court.FileServer, 445)).Take(Court.Contact(At(9.6), Moved, Sharer, 445)).AdvanceTo(At(12));

        var finding = court.Find(FindingKind.FirstAdministration, Moved, Sharer)!;
        Assert.Equal(FindingSeverity.Medium, finding.Severity);
        Assert.Contains(finding.Notes, note => note.Text.Contains("went on under a former address", StringComparison.Ordinal));
        Assert.Equal(1, court.Judge.Counts.Leases.Contradicted);
    }

    [Fact]
    public void Nothing_is_carried_to_an_address_that_was_in_use_just_before()
    {
        var court = LivedWithShares().Take(Court.Contact(At(8.9), Moved, Court.FileServer, 445)).Take(LeaseOf(Moved, Laptop, At(9)));
        court.Take(Court.Contact(At(9.6), Moved, Sharer, 445)).Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Moved, Sharer)!.Severity);
        Assert.Equal(1, court.Judge.Counts.Leases.Contradicted);
    }

    [Theory]
    [InlineData(8.97, 1)]
    [InlineData(8.7, 0)]
    public void Address_that_asked_a_controller_just_before_in_an_hour_that_is_closed_was_in_use(double asked, long contradicted)
    {
        var court = LivedWithShares().Take(LeaseOf("10.0.1.200", 99, At(8)));
        court.Take(Court.Contact(At(8.1), Moved, Court.Controller, 88)).Take(Court.Contact(At(asked), Moved, Court.Controller, 88))
            .AdvanceTo(At(10.2));
        court.Judge.Take(LeaseOf(Moved, Laptop, At(9.01)), Court.At(At(10.2)));
        court.Take(Court.Contact(At(10.3), Moved, Sharer, 445)).Complete();

        Assert.Equal(contradicted, court.Judge.Counts.Leases.Contradicted);
    }

    [Theory]
    [InlineData(Court.Controller)]
    [InlineData(Court.FileServer)]
    public void Lease_touches_no_host_that_has_earned_a_role(string server)
    {
        var court = LivedWithShares();
        var (before, profile) = (court.Findings.Count, court.Judge.Host(HostAddress.Parse(server)));
        court.Take(LeaseOf(server, Stranger, At(9))).SimulateDay(Learned).Complete();

        Assert.Equal(before, court.Findings.Count);
        Assert.Equal(profile!.Role, court.Judge.Host(HostAddress.Parse(server))!.Role);
        Assert.Equal(1, court.Judge.Counts.Leases.Refused);
    }

    [Fact]
    public void Lease_that_makes_every_client_another_machine_leaves_all_roles_as_they_were()
    {
        var (with, without) = (LivedWithShares(), LivedWithShares());
        for (var i = 0; i < 12; i++) with.Take(LeaseOf(Court.ClientAt(i), Stranger + (ulong)i, At(7)));
        foreach (var court in (Court[])[with, without]) court.SimulateDay(Learned).SimulateDay(Learned + 1).Complete();

        Assert.Equal(
            without.Judge.RoleChanges.Select(change => $"{change with { Witnesses = [] }} {string.Join(' ', change.Witnesses)}"),
            with.Judge.RoleChanges.Select(change => $"{change with { Witnesses = [] }} {string.Join(' ', change.Witnesses)}"));
        Assert.Equal(
            without.Judge.Hosts().Select(host => (host.Address, host.Role)), with.Judge.Hosts().Select(host => (host.Address, host.Role)));
    }

    [Fact]
    public void Machine_with_the_lease_of_a_server_that_manages_many_manages_nobody()
    {
        // It is told as a management server, so that driving many is its job.
        var options = new JudgementOptions { Roles = [$"{Home}=management-server"] };
        var court = LivedWithShares(options).Take(LeaseOf(Moved, Laptop, At(9)));
        court.Take(Court.Rpc(At(10), Moved, Court.ClientAt(2))).Take(Court.Contact(At(10.1), Moved, Sharer, 445)).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Moved, Court.ClientAt(2))!.Severity.IsAtLeast(FindingSeverity.Medium));
        Assert.True(court.Find(FindingKind.FirstAdministration, Moved, Sharer)!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Addresses_of_a_machine_in_one_IPv6_network_are_one_machine_and_those_of_another_network_are_not()
    {
        const string First = "2001:db8:1::a", Temporary = "2001:db8:1::b", Elsewhere = "2001:db8:2::b", Owner = "2001:db8:1::5";
        var court = FirstContactTests.Lived(1).Take(LeaseOf(First, Laptop, 7));
        for (var day = 1; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Contact((24 * day) + 17, First, Owner, 445));
        }

        court.Take(LeaseOf(Temporary, Laptop, At(9))).Take(LeaseOf(Elsewhere, Laptop, At(9)));
        court.Take(Court.Contact(At(10), Temporary, Owner, 445)).Take(Court.Contact(At(10), Elsewhere, Owner, 445)).Complete();

        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.FirstAdministration, Temporary, Owner)!.Severity);
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Elsewhere, Owner)!.Severity);
    }

    [Fact]
    public void Leases_that_are_impossible_are_refused_and_counted()
    {
        var court = LivedWithShares();
        foreach (var address in (string[])["0.0.0.0", "255.255.255.255", "224.0.0.1", "127.0.0.1", "::", "ff02::1"])
            court.Take(LeaseOf(address, Laptop, At(9)));
        court.Take(LeaseOf(Moved, 0, At(9)));
        court.Judge.Take(new AddressLease(HostAddress.Parse(Moved), Laptop, Court.At(At(9)), Court.At(At(8))), Court.At(At(9)));
        court.Judge.Take(new AddressLease(HostAddress.Parse(Moved), Laptop, Court.At(At(90)), Court.At(At(91))), Court.At(At(9)));
        court.Judge.Take(new AddressLease(HostAddress.Parse(Moved), Laptop, -5, 5), Court.At(At(9)));

        Assert.Equal(new LeaseCounts(New: 12, Renewed: 0, Changed: 0, Contradicted: 0, Refused: 10, Late: 0), court.Judge.Counts.Leases);
    }

    [Fact]
    public void Flood_of_leases_is_bounded_and_real_ones_still_count()
    {
        var court = LivedWithShares();
        for (var i = 0; i < 150_000; i++)
            court.Judge.Take(
                new AddressLease(HostAddress.FromIPv4(0x0B00_0000u + (uint)i), (ulong)i + 1, Court.At(At(9)), Court.At(At(20))),
                Court.At(At(9)));
        for (var i = 0; i < 1_000; i++) court.Take(LeaseOf(Moved, (ulong)i + 1, At(9) + (i / 10_000.0)));
        court.AdvanceTo(At(13));
        Assert.InRange(court.Judge.Counts.Leases.Refused, 50_000, 60_000);

        // What nobody was seen under made room.
        court.Take(LeaseOf(Moved, Laptop, At(24 + 9))).Take(Court.Contact(At(24 + 10), Moved, Sharer, 445)).Complete();
        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.FirstAdministration, Moved, Sharer)!.Severity);
    }

    internal static Court LivedWithShares(JudgementOptions? options = null)
    {
        // A small office in which one works on another's shared folder.
        var court = new Court(options);
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day, atHour: hours =>
            {
                if (hours % 24 < 9) court.Take(Court.Contact(hours, Home, Sharer, 445));
            });
            if (day == 0) foreach (var i in Enumerable.Range(0, 12)) court.Take(LeaseOf(Court.ClientAt(i), KeyOf(i), 16.8));
        }

        return court;
    }

    private static ulong SharerKey => KeyOf(5);

    private static ulong KeyOf(int client) => client == 4 ? Laptop : AddressLease.MachineOf([(byte)client]);

    private static double At(double hours) => (24 * Learned) + hours;

    internal static AddressLease LeaseOf(string address, ulong machine, double hours) =>
        new(HostAddress.Parse(address), machine, Court.At(hours), Court.At(hours + 12));

    private static Verdict Benign(Finding finding) =>
        new(finding.Kind, finding.Client, finding.Server, VerdictMeaning.Benign, "Ada", "known", finding.LastSeenUnixMilliseconds, null)
        {
            ClientPeriod = finding.ClientPeriod,
            ServerPeriod = finding.ServerPeriod,
        };
}
