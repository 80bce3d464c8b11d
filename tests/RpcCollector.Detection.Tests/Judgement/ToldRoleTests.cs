using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Roles that people tell: they count at once, take nothing back, and go as they came.</summary>
public sealed class ToldRoleTests
{
    private static readonly string Peer = Court.ClientAt(3);
    private static readonly string Other = Court.ClientAt(4);

    [Fact]
    public void Role_that_a_person_told_outranks_what_was_learned_and_the_settings_outrank_it()
    {
        var options = new JudgementOptions { Roles = [$"{Court.FileServer}=server"] };
        var court = Lived(6, options).Tell(Court.Controller, HostRole.Scanner).Tell(Court.FileServer, HostRole.Scanner);

        var controller = court.Judge.Host(HostAddress.Parse(Court.Controller))!;
        Assert.Equal((HostRole.Scanner, HostRole.DomainController, "told by Ada: a test"),
            (controller.Role, controller.LearnedRole, controller.Why));
        Assert.Equal("Ada", controller.Told?.Who);
        var server = court.Judge.Host(HostAddress.Parse(Court.FileServer))!;
        Assert.Equal((HostRole.Server, "set in the settings", 0), (server.Role, server.Why, server.RoleSetting));
        Assert.Null(server.Told);
    }

    [Fact]
    public void Role_that_is_taken_back_is_the_one_that_was_learned_meanwhile()
    {
        var court = new Court().SimulateDay(0).Tell(Court.Controller, HostRole.Workstation);
        for (var day = 1; day < 6; day++) court.SimulateDay(day);
        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Court.Controller));

        court.Tell(Court.Controller, role: null);

        Assert.Equal(HostRole.DomainController, FirstContactTests.RoleOf(court, Court.Controller));
    }

    [Fact]
    public void Of_two_networks_the_smaller_counts_and_a_host_before_both()
    {
        var court = new Court().SimulateDay(0);
        court.Tell("10.0.0.0/16", HostRole.Server).Tell("10.0.1.0/24", HostRole.Workstation).Tell(Peer, HostRole.ManagementServer);
        Assert.Equal(
            (HostRole.Server, HostRole.Workstation, HostRole.ManagementServer),
            (RoleOf(court, Court.Controller), RoleOf(court, Other), RoleOf(court, Peer)));

        // A host that comes later, and one after the other taken back.
        court.Take(Court.Contact(30, "10.0.1.200", Court.FileServer, 445)).Tell(Peer, role: null);
        Assert.Equal((HostRole.Workstation, HostRole.Workstation), (RoleOf(court, "10.0.1.200"), RoleOf(court, Peer)));
        court.Tell("10.0.1.0/24", role: null);
        Assert.Equal(HostRole.Server, RoleOf(court, Peer));
    }

    [Fact]
    public void Next_contact_is_judged_by_the_role_and_its_reason_names_who_told_it()
    {
        var court = Lived(15);
        var hour = (24 * 15) + 10;
        court.Take(Court.Rpc(hour, Peer, Other)).AdvanceTo(hour + 0.01);
        court.Tell(Peer, HostRole.ManagementServer).AdvanceTo(hour + 0.02);
        court.Take(Court.Rpc(hour + 0.03, Peer, Court.ClientAt(5))).AdvanceTo(hour + 0.05);

        var before = court.Find(FindingKind.PeerToPeerRpc, Peer, Other)!;
        Assert.Equal(FindingSeverity.High, before.Severity);
        Assert.DoesNotContain("Ada", before.Reason, StringComparison.Ordinal);
        var after = court.Find(FindingKind.PeerToPeerRpc, Peer, Court.ClientAt(5))!;
        Assert.Equal(FindingSeverity.Low, after.Severity);
        Assert.Contains("contacting many is its job, as Ada told", after.Reason, StringComparison.Ordinal);
        Assert.Contains($"; {Peer} is a management server, told by Ada", after.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_was_shown_is_withdrawn_or_made_milder_by_a_role_that_is_told_later()
    {
        // On the first day, where roles that are known when an hour closes would take back what was said of it.
        foreach (var role in Enum.GetValues<HostRole>())
        {
            var court = new Court().SimulateDay(0, atHour: null).AdvanceTo(16.9);
            court.Take(Court.Rpc(16.91, Peer, Other)).AdvanceTo(16.92);
            var shown = court.Findings.ToDictionary(finding => finding.Key, finding => (finding.Value.Severity, finding.Value.Confidence));
            Assert.NotEmpty(shown);

            court.Tell(Peer, role).Tell(Court.Controller, role).Tell(Other, role).AdvanceTo(17).Complete();

            Assert.Empty(court.Withdrawn);
            Assert.All(shown, finding =>
            {
                var now = court.Findings[finding.Key];
                Assert.True((now.Severity, now.Confidence).CompareTo(finding.Value) >= 0, $"{role}: {now.Reason}");
            });
        }
    }

    [Fact]
    public void What_had_arrived_stands_though_the_role_is_told_before_it_was_judged()
    {
        var court = new Court(new JudgementOptions { EvaluateEvery = TimeSpan.FromHours(1) }).Take(Court.Rpc(1, Peer, Other))
            .AdvanceTo(1.01);

        court.Take(Court.Rpc(1.02, Peer, Court.ClientAt(5))).Tell(Peer, HostRole.DomainController).Complete();

        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Peer, Court.ClientAt(5)));
    }

    [Fact]
    public void What_stands_is_taken_back_when_its_flows_read_otherwise_and_not_because_others_came()
    {
        var activity = Court.Rpc(1, Peer, Other);
        var court = new Court().Take(activity).AdvanceTo(1.01).Tell(Peer, HostRole.DomainController);
        for (var i = 5; i < 9; i++) court.Take(Court.Rpc(1.02, Court.ClientAt(i), Other));
        Assert.NotNull(court.AdvanceTo(1.1).Find(FindingKind.PeerToPeerRpc, Peer, Other));

        court.Take(activity, ActivityChangeKind.Withdrawn).AdvanceTo(1.2);

        Assert.Null(court.Find(FindingKind.PeerToPeerRpc, Peer, Other));
    }

    [Fact]
    public void What_a_role_hid_in_the_hour_is_found_when_it_is_taken_back()
    {
        var court = new Court().SimulateDay(0).Tell(Other, HostRole.Server);
        court.Take(Court.Rpc(30, Peer, Other)).AdvanceTo(30.1);
        Assert.Null(court.Find(FindingKind.PeerToPeerRpc, Peer, Other));

        court.Tell(Other, role: null).AdvanceTo(30.2);

        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Peer, Other));
    }

    [Fact]
    public void Findings_of_a_host_say_in_a_note_that_its_role_was_told_and_taken_back()
    {
        var court = Lived(15);
        court.Take(Court.Rpc((24 * 15) + 10, Peer, Other)).AdvanceTo((24 * 15) + 14);

        court.Tell(Other, HostRole.Server).Tell(Other, role: null).AdvanceTo((24 * 15) + 14.1);

        Assert.Equal(
            [
                $"{Other} counts as server from here on: told by Ada.",
                $"The role that was told of {Other} was taken back: it counts as what it was learned to be.",
            ],
            court.Find(FindingKind.PeerToPeerRpc, Peer, Other)!.Notes.Select(note => note.Text));
    }

    [Fact]
    public void What_is_explained_by_a_role_that_was_told_says_who_told_it()
    {
        var court = new Court().SimulateDay(0).Take(Court.Rpc(16.5, Peer, Other)).Tell(Peer, HostRole.ManagementServer).Complete();

        Assert.Contains(
            court.Find(FindingKind.PeerToPeerRpc, Peer, Other)!.Notes,
            note => note.Text.StartsWith($"{Peer} is a management server, told by Ada, which explains this", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("CORP\\ada.l-o_v'e@x", "CORP\\ada.l-o_v'e@x")]
    [InlineData("", "\"\"")]
    [InlineData("Ada; 10.0.0.9 is a scanner, told by Bob", "\"Ada; 10.0.0.9 is a scanner, told by Bob\"")]
    [InlineData("A\"\nB\u202e\u2028\u0000C", "\"A??B???C\"")]
    [InlineData("管理者", "管理者")]
    public void Name_of_a_teller_cannot_be_taken_for_the_sentence_around_it(string who, string shown)
    {
        var court = new Court().Tell(Other, HostRole.Workstation, who).Take(Court.Rpc(1, Peer, Other)).AdvanceTo(1.01);

        Assert.Equal(shown, Telling.Of(Other, HostRole.Workstation, who).Teller);
        Assert.EndsWith(
            $"; {Other} is a workstation, told by {shown}", court.Find(FindingKind.PeerToPeerRpc, Peer, Other)!.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Long_name_of_a_teller_is_cut_and_no_half_of_a_sign_is_left()
    {
        Assert.Equal($"{new string('x', 63)}…", Telling.Of(Other, HostRole.Server, new string('x', 63) + "🙂🙂").Teller);
        Assert.Equal("\"x?\"", Telling.Of(Other, HostRole.Server, "x" + (char)0xD800).Teller);
    }

    [Fact]
    public void Lease_changes_nothing_of_a_host_whose_role_was_told()
    {
        var court = new Court().SimulateDay(0).Tell(Peer, HostRole.Server);
        court.Take(new AddressLease(HostAddress.Parse(Peer), 7, Court.At(30), Court.At(40)));

        Assert.Equal(1, court.Judge.Counts.Leases.Refused);
    }

    [Fact]
    public void Order_in_which_roles_are_told_does_not_matter()
    {
        string[] hosts = ["10.0.0.0/16", "10.0.1.0/24", Peer, Other, Court.Controller];
        var random = new Random(1);
        List<string>? first = null;
        for (var i = 0; i < 8; i++)
        {
            var order = hosts.OrderBy(_ => random.Next()).ToList();
            var found = TwoDays.Run(TwoDays.Steps(3), between: (step, court) =>
            {
                if (step != 200) return court;
                foreach (var told in order) court.Tell(told, (HostRole)(1 + Array.IndexOf(hosts, told)));
                return court;
            });
            Assert.Equal(first ??= found, found);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Flows_of_later_hours_may_come_in_any_order(int seed)
    {
        // Told before the second day, whose flows come as they like.
        List<Step> steps = TwoDays.Steps(seed), late = [.. TwoDays.Delayed(steps.FindAll(step => step.Start >= Court.At(24)), seed)];
        var day = steps.FindAll(step => step.Start < Court.At(24));

        Assert.Equal(RunTold([.. day, .. steps.Skip(day.Count)]), RunTold([.. day, .. late]));

        List<string> RunTold(List<Step> all) => TwoDays.Run(all, between: (step, court) => step != day.Count
            ? court
            : court.AdvanceTo(24).Tell(Court.Controller, HostRole.DomainController).Tell("10.0.1.0/24", HostRole.Workstation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Restarts_anywhere_change_nothing_of_what_was_told_or_comes_of_it(int seed)
    {
        var steps = TwoDays.Steps(seed);

        Assert.Equal(Run(restarts: false), Run(restarts: true));

        List<string> Run(bool restarts)
        {
            var (random, chance) = (new Random(seed), new Random(seed));
            return TwoDays.Run(steps, between: (_, court) =>
            {
                if (random.Next(25) == 0)
                {
                    court.Tell(
                        random.Next(4) == 0 ? "10.0.1.0/24" : Court.ClientAt(random.Next(24)),
                        random.Next(3) == 0 ? null : (HostRole)random.Next(7));
                }

                return restarts && chance.Next(20) == 0 ? court.Restart() : court;
            });
        }
    }

    [Fact]
    public void What_was_saved_knows_what_was_told_beside_what_was_learned()
    {
        var court = Lived(6).Tell(Court.Controller, HostRole.Workstation, "Bob", "he says so").Restart();

        var told = Assert.Single(court.Judge.ToldRoles);
        Assert.Equal(Telling.Of(Court.Controller, HostRole.Workstation, "Bob", "he says so"), told);
        Assert.Equal(HostRole.Workstation, RoleOf(court, Court.Controller));
        Assert.Equal(HostRole.DomainController, RoleOf(court.Tell(Court.Controller, role: null), Court.Controller));
    }

    [Fact]
    public void No_more_is_kept_than_the_bound_and_what_is_known_may_still_be_told_otherwise()
    {
        var court = new Court();
        for (var i = 0; i <= ToldRoles.Max; i++) court.Judge.Tell(Of(i, HostRole.Server));

        Assert.Equal(ToldRoles.Max, court.Judge.ToldRoles.Count);
        court.Judge.Tell(Of(3, HostRole.Scanner));
        Assert.Equal(HostRole.Scanner, court.Judge.ToldOf(HostAddress.FromIPv4(0x0A00_0003))?.Role);

        static ToldRole Of(int host, HostRole role) =>
            new(AddressPrefix.Of(HostAddress.FromIPv4(0x0A00_0000 + (uint)host)), role, "Ada", "a test", Court.Start);
    }

    private static HostRole? RoleOf(Court court, string host) => FirstContactTests.RoleOf(court, host);

    private static Court Lived(int days, JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var day = 0; day < days; day++) court.SimulateDay(day);
        return court;
    }
}
