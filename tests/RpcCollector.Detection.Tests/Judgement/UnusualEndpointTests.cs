using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A server's clients use lsass's port of it; whoever uses another is told apart from a restart.</summary>
public sealed class UnusualEndpointTests
{
    public const string Server = "10.0.0.30";

    private const int Days = 16;
    private const ushort Lsass = 49_700;
    private const ushort Services = 49_800;

    private static readonly string Attacker = Court.ClientAt(3);

    [Fact]
    public void Rarely_used_port_of_a_server_that_the_client_uses_every_day_is_medium_once_it_had_two_hours_to_become_common()
    {
        var court = Lived(Days);
        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: Services));
        LiveOn(court, 10.3, 13).AdvanceTo(Morning(13.9));
        Assert.Null(court.Find(FindingKind.UnusualEndpoint, Attacker, Server));

        // The hour of it and two more were over for the lateness bound.
        court.AdvanceTo(Morning(14.1));
        var finding = court.Find(FindingKind.UnusualEndpoint, Attacker, Server)!;
        Assert.Equal(
            (FindingSeverity.Medium, 1, Court.At(24 * Days + 10.2)), (finding.Severity, finding.Count, finding.FirstSeenUnixMilliseconds));
        Assert.Contains("used TCP port 49800 of", finding.Reason, StringComparison.Ordinal);
        Assert.Contains("as 0 of the 12 clients did", finding.Reason, StringComparison.Ordinal);
        Assert.Contains("12 of them use port 49700", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_domain_controller_it_is_low_at_once_and_high_after_the_two_hours()
    {
        var court = Lived(Days);
        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Court.Controller, endpointPort: Services));
        court.AdvanceTo(Morning(10.21));
        Assert.Null(court.Find(FindingKind.UnusualEndpoint, Attacker, Court.Controller));
        LiveOn(court, 10.3, 10.6).AdvanceTo(Morning(10.61));
        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.UnusualEndpoint, Attacker, Court.Controller)?.Severity);

        LiveOn(court, 11, 13).AdvanceTo(Morning(15));
        var finding = court.Find(FindingKind.UnusualEndpoint, Attacker, Court.Controller)!;
        Assert.Equal((FindingSeverity.High, 1, 2), (finding.Severity, finding.Count, finding.Flows.Count));
        Assert.Empty(court.Withdrawn);
    }

    [Theory]
    [InlineData(false, FindingSeverity.Low)]
    [InlineData(true, FindingSeverity.Medium)]
    public void Port_between_two_restarts_is_low_and_one_beside_a_port_that_stays_is_medium(bool stays, FindingSeverity severity)
    {
        // One client comes between the two restarts of a night; nobody else uses the server then, but for those of a service that stays.
        const ushort Between = 50_100;
        const ushort Spooler = 49_900;
        var court = new Court();
        for (var day = 0; day < Days; day++) Print(Life(court, day), day, 8, 16);
        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(12), Attacker, Server, endpointPort: Between));
        Print(court, Days, 9, 16);
        for (var day = Days + 1; day < Days + 5; day++) Print(Life(court, day, lsass: 50_200), day, 8, 16);
        court.Complete();

        var finding = court.Find(FindingKind.UnusualEndpoint, Attacker, Server)!;
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(!stays, finding.Reason.Contains("as when a server restarts, and restarts again", StringComparison.Ordinal));

        void Print(Court on, int day, double from, double until)
        {
            for (var hour = from; hour < until && stays; hour++)
                for (var i = 4; i < 10; i++)
                    on.Take(Court.Rpc((24 * day) + hour + 0.7 + (i / 60.0), Court.ClientAt(i), Server, endpointPort: Spooler));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Port_that_one_pair_alone_has_had_for_days_is_a_habit_of_it_though_it_was_never_clear_that_it_is_rare(bool isOther)
    {
        // Around the clock, more often than anybody else comes: so its port is never the one that fewer use.
        const string Replica = "10.0.0.31";
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Replicate(day, 0, 24, Services, 12);
            Life(court, day, clients: 4);
        }

        // Both restart in the night: the port moves, and many come by day.
        Replicate(Days, 9, 10, Services, 12);
        Life(court, Days, 10, 14, clients: 4);
        court.Take(Court.Rpc(Morning(14.2), isOther ? Attacker : Replica, Server, endpointPort: Services + 5));
        for (var day = Days; day < Days + 4; day++) Life(court, day, day == Days ? 14.5 : 8, 16);
        court.Complete();

        var found = court.Find(FindingKind.UnusualEndpoint, isOther ? Attacker : Replica, Server);
        Assert.Equal(isOther, found?.Severity.IsAtLeast(FindingSeverity.Medium) ?? false);

        void Replicate(int day, int from, int until, ushort port, int times)
        {
            for (var hour = from; hour < until; hour++)
                for (var i = 0; i < times; i++)
                    court.Take(Court.Rpc((24 * day) + hour + (i / 13.0), Replica, Server, endpointPort: port));
        }
    }

    [Theory]
    [InlineData(Server)]
    [InlineData(Court.Controller)]
    public void Restart_that_moves_all_ports_says_nothing(string server)
    {
        var court = Lived(Days);
        LiveOn(court, 9, 10.4);
        LiveOn(court, 10.5, 16, lsass: 50_100);
        Life(court, Days + 1, 8, 16, lsass: 50_100).Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Kind == FindingKind.UnusualEndpoint);
        Assert.Empty(court.Withdrawn);

        // And whoever uses a rare port after it is told again.
        LiveOnDay(court, Days + 2, 9, 10).Take(Court.Rpc((24 * (Days + 2)) + 10.2, Attacker, server, endpointPort: Services));
        LiveOnDay(court, Days + 2, 10.3, 13).Complete();
        Assert.NotNull(court.Find(FindingKind.UnusualEndpoint, Attacker, server));

        Court LiveOnDay(Court on, int day, double from, double until) => Life(on, day, from, until, lsass: 50_100);
    }

    [Fact]
    public void Service_that_restarts_alone_and_whose_clients_go_on_at_its_new_port_says_nothing()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++) Print(Life(court, day), day, 8, 16, 49_900);
        Print(LiveOn(court, 8, 10), Days, 8, 10, 49_900);
        Print(LiveOn(court, 10, 16), Days, 10, 16, 50_200);
        court.Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Kind == FindingKind.UnusualEndpoint);

        static void Print(Court on, int day, double from, double until, ushort spooler)
        {
            for (var hour = from; hour < until; hour++)
                for (var i = 4; i < 10; i++)
                    on.Take(Court.Rpc((24 * day) + hour + 0.7 + (i / 60.0), Court.ClientAt(i), Server, endpointPort: spooler));
        }
    }

    [Fact]
    public void Pair_that_used_rare_ports_on_three_days_of_the_learning_period_is_silent_after_it_and_one_that_did_so_once_is_not()
    {
        foreach (var times in (int[])[1, 3])
        {
            var court = new Court();
            for (var day = 0; day < Days; day++)
            {
                Life(court, day, 8, 10);
                if (day >= 6 && day < 6 + times) court.Take(Court.Rpc((24 * day) + 10.2, Attacker, Server, endpointPort: Services));
                Life(court, day, 10.3, 16);
            }

            LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: (ushort)(Services + 7)));
            LiveOn(court, 10.3, 14).Complete();

            var severity = court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Severity;
            Assert.Equal(times == 1 ? FindingSeverity.Medium : FindingSeverity.Low, severity);
        }
    }

    [Fact]
    public void What_was_new_in_the_first_hours_does_not_keep_a_pair_from_having_its_habit()
    {
        // The first hour's first contact is medium; the same client uses a rare port on four days of the learning period.
        var court = new Court();
        court.Take(Court.Rpc(0.5, Attacker, Server)).AdvanceTo(4);
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.PeerToPeerRpc, Attacker, Server)?.Severity);
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 10);
            if (day is >= 6 and < 10) court.Take(Court.Rpc((24 * day) + 10.2, Attacker, Server, endpointPort: Services));
            Life(court, day, 10.3, 16);
        }

        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: (ushort)(Services + 7)));
        LiveOn(court, 10.3, 14).Complete();

        Assert.NotEqual(FindingSeverity.Medium, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Severity);
    }

    [Fact]
    public void What_was_reported_is_no_habit_until_a_person_calls_it_benign()
    {
        var court = Lived(Days);
        for (var day = Days; day < Days + 5; day++) Use(day);
        var counted = court.Find(FindingKind.UnusualEndpoint, Attacker, Server)!;
        Assert.Equal(5, counted.Count);

        court.Judge.Apply(new Verdict(
            counted.Kind, counted.Client, counted.Server, VerdictMeaning.Benign, "Ada", "manages it", Court.At(24 * (Days + 5)), null));
        Use(Days + 6);
        Assert.Equal(5, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Count);

        void Use(int day)
        {
            Life(court, day, 9, 10).Take(Court.Rpc((24 * day) + 10.2, Attacker, Server, endpointPort: Services));
            Life(court, day, 10.3, 16).AdvanceTo((24 * day) + 23);
        }
    }

    [Fact]
    public void Fewer_known_clients_than_make_a_port_common_say_nothing()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++) Life(court, day, 8, 16, clients: 2);
        Life(court, Days, 9, 10, clients: 2).Take(Court.Rpc(Morning(10.2), Court.ClientAt(1), Server, endpointPort: Services));
        Life(court, Days, 10.3, 14, clients: 2).Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Kind == FindingKind.UnusualEndpoint);
    }

    [Fact]
    public void Told_management_server_is_low_and_the_reason_says_why()
    {
        var court = Lived(Days, new JudgementOptions { Roles = [$"{Attacker}=management-server"] });
        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: Services));
        LiveOn(court, 10.3, 14).Complete();

        var finding = court.Find(FindingKind.UnusualEndpoint, Attacker, Server)!;
        Assert.Equal(FindingSeverity.Low, finding.Severity);
        Assert.Contains("as the settings say", finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IWbemServices", FindingSeverity.Medium)]
    [InlineData("samr", null)]
    public void Name_that_zeek_gives_a_port_outranks_how_many_use_it(string named, FindingSeverity? severity)
    {
        // Six clients use that port day after day.
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 16);
            for (var i = 6; i < 12; i++)
                court.Take(Court.Rpc((24 * day) + 15.5 + (i / 60.0), Court.ClientAt(i), Server, endpointPort: Services));
            Name(court, day);
        }

        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: Services));
        LiveOn(court, 10.3, 14).Complete();

        Assert.Equal(severity, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Severity);

        void Name(Court on, int day) => on.Judge.Take(
            new RpcOperation
            {
                AtUnixMilliseconds = Court.At((24 * day) + 15.9),
                Client = HostAddress.Parse(Court.ClientAt(7)),
                Server = HostAddress.Parse(Server),
                ClientPort = 50_000,
                ServerPort = Services,
                Uid = $"C{day}",
                Interface = named,
                Operation = "Anything",
            }, Court.At((24 * day) + 15.95));
    }

    [Theory]
    [InlineData(7, FindingSeverity.Medium)]
    [InlineData(14, FindingSeverity.Low)]
    public void Spooler_of_a_print_server_that_was_driven_over_tcp_is_found_after_a_week_of_ordinary_printing(
        int learningDays, FindingSeverity severity)
    {
        // Its clients print over SMB and ask lsass for names; the recorded attack asked the mapper and was at the spooler 3 ms later.
        const ushort Spooler = 49_683;
        var court = new Court(new JudgementOptions { LearningPeriod = TimeSpan.FromDays(learningDays) });
        for (var day = 0; day < 8; day++)
        {
            Life(court, day);
            for (var i = 0; i < 12; i++) court.Take(Court.Contact((24 * day) + 15.9 + (i / 200.0), Court.ClientAt(i), Server, 445));
        }

        Life(court, 8, 9, 10).Take(Court.Rpc((24 * 8) + 10.2, Attacker, Server, endpointPort: Spooler, traffic: Court.Answered with
        {
            ClientOctets = 3_482,
            ServerOctets = 1_340,
        }));
        Life(court, 8, 10.3, 14).Complete();

        Assert.Equal(severity, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Severity);
    }

    [Fact]
    public void Client_that_is_new_to_a_server_and_goes_straight_to_a_rare_port_is_found_too()
    {
        var court = Lived(Days);
        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), "10.0.1.99", Server, endpointPort: Services));
        LiveOn(court, 10.3, 14).Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.UnusualEndpoint, "10.0.1.99", Server)?.Severity);
    }

    [Fact]
    public void Use_while_another_common_port_is_idle_waits_until_that_is_used_again()
    {
        // Six clients print over TCP in the morning only.
        const ushort Spooler = 49_900;
        var court = new Court();
        for (var day = 0; day <= Days; day++)
        {
            for (var i = 0; i < 6; i++)
                court.Take(Court.Rpc((24 * day) + 8 + (i / 100.0), Court.ClientAt(i), Server, endpointPort: Spooler));
            if (day < Days) Life(court, day, 8.1, 16);
        }

        LiveOn(court, 9, 10).Take(Court.Rpc(Morning(10.2), Attacker, Server, endpointPort: Services));
        LiveOn(court, 10.3, 16).AdvanceTo(Morning(22));
        Assert.Null(court.Find(FindingKind.UnusualEndpoint, Attacker, Server));

        court.Take(Court.Rpc(Morning(32), Court.ClientAt(1), Server, endpointPort: Spooler)).AdvanceTo(Morning(34.1));
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Severity);
    }

    [Fact]
    public void Habit_of_a_pair_is_carried_by_no_lease_and_the_reason_says_that_it_was_known()
    {
        var laptop = AddressLease.MachineOf("laptop"u8);
        const string Moved = "10.0.1.77";
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 10);
            if (day == 0) court.Take(LeaseTests.LeaseOf(Attacker, laptop, 10.1));
            if (day is >= 6 and < 9) court.Take(Court.Rpc((24 * day) + 10.2, Attacker, Server, endpointPort: Services));
            Life(court, day, 10.3, 16);
        }

        court.Take(LeaseTests.LeaseOf(Moved, laptop, Morning(8)));
        LiveOn(court, 9, 10, but: Attacker).Take(Court.Rpc(Morning(10.2), Moved, Server, endpointPort: Services));
        LiveOn(court, 10.3, 14, but: Attacker).Complete();

        var finding = court.Find(FindingKind.UnusualEndpoint, Moved, Server)!;
        Assert.Equal(FindingSeverity.Low, finding.Severity);
        Assert.Contains("by a lease these machines did so under another address", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_finding_that_stands_for_many_servers_says_how_rare_it_is_and_how_many_of_its_hosts_are_known()
    {
        var court = new Court(new JudgementOptions { PairsPerKind = 2 });
        for (var day = 0; day < Days; day++) Life(court, day, 8, 12, servers: 5);
        Life(court, Days, 9, 10, servers: 5);
        for (var i = 0; i < 5; i++)
            court.Take(Court.Rpc(Morning(10.2 + (i * 0.01)), Attacker, ServerAt(i), endpointPort: Services));
        Life(court, Days, 10.3, 14, servers: 5).Complete();

        var finding = court.Find(FindingKind.UnusualEndpoint, Attacker, null);
        Assert.Equal((5, 2, 6), (finding?.NumServers, finding?.KnownHosts, finding?.Rarity?.ClientServersLike));
    }

    [Fact]
    public void What_a_person_called_benign_becomes_a_habit_only_once_nothing_else_is_reported_of_the_two()
    {
        var upload = Court.Answered with { ClientOctets = 220_000, ServerOctets = 5_000 };
        var court = Lived(Days);
        Use(Days);
        court.Take(Court.Contact((24 * Days) + 22, Attacker, Server, 445) with { Traffic = upload }).AdvanceTo((24 * Days) + 31);
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.LargeUpload, Attacker, Server)?.Severity);

        Call(FindingKind.UnusualEndpoint);
        Use(Days + 2);
        Assert.Equal(2, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Count);

        Call(FindingKind.LargeUpload);
        Use(Days + 4);
        Assert.Equal(2, court.Find(FindingKind.UnusualEndpoint, Attacker, Server)?.Count);

        void Call(FindingKind kind)
        {
            var found = court.Find(kind, Attacker, Server)!;
            court.Judge.Apply(new Verdict(
                kind, found.Client, found.Server, VerdictMeaning.Benign, "Ada", "manages it", found.LastSeenUnixMilliseconds, null));
        }

        void Use(int day)
        {
            Life(court, day, 9, 10).Take(Court.Rpc((24 * day) + 10.2, Attacker, Server, endpointPort: Services));
            Life(court, day, 10.3, 16).AdvanceTo((24 * day) + 21);
        }
    }

    [Theory]
    [InlineData(false, FindingSeverity.Medium)]
    [InlineData(true, FindingSeverity.Low)]
    public void Administrator_who_copied_to_servers_on_several_days_copies_and_starts_on_one_more_as_his_job(
        bool copied, FindingSeverity severity)
    {
        var upload = Court.Answered with { ClientOctets = 220_000, ServerOctets = 5_000 };
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 10, servers: 5);
            if (day is >= 5 and < 9)
            {
                court.Take(Court.Rpc((24 * day) + 10.2, Attacker, ServerAt(day - 5), endpointPort: Services));
                if (copied) court.Take(Court.Contact((24 * day) + 10.21, Attacker, ServerAt(day - 5), 445) with { Traffic = upload });
            }

            Life(court, day, 10.3, 16, servers: 5);
        }

        court.Take(Court.Contact(Morning(9), Attacker, "10.0.0.77", 445) with { Traffic = upload });
        court.Take(Court.Rpc(Morning(9.005), Attacker, "10.0.0.77")).Complete();

        Assert.Equal(severity, court.Find(FindingKind.LargeUpload, Attacker, "10.0.0.77")?.Severity);
    }

    [Theory]
    [InlineData(10, FindingSeverity.Low)]
    [InlineData(9, FindingSeverity.Medium)]
    public void Who_looked_into_ten_servers_a_week_ago_while_ports_were_learned_looks_into_them_again_as_his_job(
        int scanned, FindingSeverity severity)
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 10, servers: 11);
            if (day == Days - 7)
                for (var i = 0; i < scanned; i++) court.Take(Court.Rpc((24 * day) + 10.2, Attacker, ServerAt(i), endpointPort: Services));
            Life(court, day, 10.3, 16, servers: 11);
        }

        Life(court, Days, 8, 10, servers: 11);
        court.Take(Court.Rpc(Morning(10.2), Attacker, ServerAt(0), endpointPort: Services));
        Life(court, Days, 10.3, 16, servers: 11).Complete();

        Assert.Equal(severity, court.Find(FindingKind.UnusualEndpoint, Attacker, ServerAt(0))?.Severity);
    }

    public static double Morning(double hour) => (24 * Days) + hour;

    /// <summary>Days in which all clients use lsass's port of the controller and of the server, at nothing else.</summary>
    internal static Court Lived(int days, JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var day = 0; day < days; day++) Life(court, day);
        return court;
    }

    [Theory]
    [InlineData(3, new[] { 2, 9 }, FindingSeverity.Low)]
    [InlineData(2, new[] { 2, 9 }, FindingSeverity.Medium)]
    [InlineData(3, new[] { 9 }, FindingSeverity.Medium)]
    [InlineData(3, new[] { 2, 7 }, FindingSeverity.Medium)]
    public void Who_looks_into_several_servers_once_a_week_is_low_before_three_weeks_are_over(
        int servers, int[] days, FindingSeverity severity)
    {
        // In the first days the servers' ports are not known: only that it comes.
        const string Scanner = "10.0.0.77";
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, servers: servers);
            if (days.Contains(day)) for (var i = 0; i < servers; i++) Look(day, i);
        }

        Life(court, Days, 9, 10, servers: servers);
        Look(Days, 0);
        Life(court, Days, 11, 16, servers: servers).Complete();

        Assert.Equal(severity, court.Find(FindingKind.UnusualEndpoint, Scanner, ServerAt(0))!.Severity);

        void Look(int day, int server) =>
            court.Take(Court.Rpc((24 * day) + 10.2 + (0.01 * server), Scanner, ServerAt(server), endpointPort: Services));
    }

    [Fact]
    public void New_service_is_told_of_its_first_client_and_of_no_other_when_a_handful_take_to_it()
    {
        var court = Lived(Days);
        LiveOn(court, 9, 10);
        for (var i = 0; i < 6; i++) court.Take(Court.Rpc(Morning(10.05 + (0.05 * i)), Court.ClientAt(i), Server, endpointPort: Services));
        LiveOn(court, 10.4, 14).Complete();

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(
                i == 0 ? FindingSeverity.Medium : FindingSeverity.Low,
                court.Find(FindingKind.UnusualEndpoint, Court.ClientAt(i), Server)?.Severity);
        }

        Assert.Contains(
            "5 other known clients have taken to this port, which is new",
            court.Find(FindingKind.UnusualEndpoint, Court.ClientAt(5), Server)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_that_a_few_have_used_for_weeks_is_no_new_service()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            Life(court, day, 8, 10);
            if (day == 10) court.Take(Court.Rpc((24 * day) + 10.2, Court.ClientAt(9), Server, endpointPort: Services));
            Life(court, day, 10.3, 16);
        }

        LiveOn(court, 9, 10);
        for (var i = 0; i < 6; i++) court.Take(Court.Rpc(Morning(10.05 + (0.05 * i)), Court.ClientAt(i), Server, endpointPort: Services));
        LiveOn(court, 10.4, 14).Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.UnusualEndpoint, Court.ClientAt(5), Server)?.Severity);
    }

    private static string ServerAt(int index) => $"10.0.0.{30 + index}";

    private static Court LiveOn(Court court, double from, double until, ushort lsass = Lsass, string? but = null) =>
        Life(court, Days, from, until, lsass, but: but);

    private static Court Life(
        Court court, int day, double from = 8, double until = 16, ushort lsass = Lsass, int clients = 12, string? but = null,
        int servers = 1)
    {
        for (var hour = Math.Floor(from); hour < until; hour++)
        {
            for (var i = 0; i < clients; i++)
            {
                var at = (24 * day) + hour + (i / 120.0);
                if (at < (24 * day) + from || at >= (24 * day) + until) at += 0.45;
                if (at < (24 * day) + from || at >= (24 * day) + until || Court.ClientAt(i) == but) continue;
                court.Take(Court.Contact(at, Court.ClientAt(i), Court.Controller, 88));
                court.Take(Court.Contact(at + 0.001, Court.ClientAt(i), Court.Controller, 389));
                court.Take(Court.Rpc(at + 0.002, Court.ClientAt(i), Court.Controller, endpointPort: lsass));
                for (var server = 0; server < servers; server++)
                    court.Take(Court.Rpc(at + 0.003 + (server * 0.0001), Court.ClientAt(i), ServerAt(server), endpointPort: lsass));
            }
        }

        return court;
    }
}
