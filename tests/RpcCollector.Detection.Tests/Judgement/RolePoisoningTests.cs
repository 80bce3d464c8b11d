using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What an intruder does to pass for a server, a controller or a management server, and what it costs him.</summary>
public sealed class RolePoisoningTests
{
    private const int Learned = 15;
    private const double Morning = (24 * Learned) + 9.5;

    private static readonly string Attacker = Court.ClientAt(3);
    private static readonly string Victim = Court.ClientAt(4);

    /// <summary>Ports that make a server or controller, and how many forged hosts come to whom.</summary>
    public static TheoryData<ushort, int, bool> Poisons() =>
    [
        .. from port in (ushort[])[88, 389, 445, 135, 5985]
           from hosts in (int[])[1, 5, 20]
           from toVictim in (bool[])[false, true]
           select (port, hosts, toVictim),
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public void Forged_clients_of_an_hour_take_no_finding_away_and_make_none_milder(ushort port, int numHosts, bool toVictim)
    {
        var plain = Attacked(FirstContactTests.Lived(Learned));
        var poisoned = FirstContactTests.Lived(Learned);
        Forge(poisoned, Morning - 0.5, port, numHosts, toVictim ? Victim : Attacker);
        Attacked(poisoned);
        Forge(poisoned, Morning + 0.4, port, numHosts, toVictim ? Victim : Attacker);

        AssertStand(plain.Complete(), poisoned.Complete());
    }

    [Theory]
    [MemberData(nameof(Poisons))]
    public void Forged_clients_of_the_first_hour_take_no_finding_away_where_nothing_was_learned(ushort port, int numHosts, bool toVictim)
    {
        var plain = new Court().Take(Court.Rpc(1.5, Attacker, Victim)).Take(Court.Contact(1.6, Attacker, Victim, 445));
        var poisoned = new Court();
        Forge(poisoned, 1.2, port, numHosts, toVictim ? Victim : Attacker);
        poisoned.Take(Court.Rpc(1.5, Attacker, Victim)).Take(Court.Contact(1.6, Attacker, Victim, 445));

        AssertStand(plain.Complete(), poisoned.Complete());
    }

    [Fact]
    public void Finding_that_a_person_called_malicious_survives_every_poisoning()
    {
        var court = Attacked(FirstContactTests.Lived(Learned)).AdvanceTo(Morning + 0.3);
        var finding = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)!;
        court.Judge.Apply(new Verdict(
            finding.Kind, finding.Client, finding.Server, VerdictMeaning.Malicious, "Ada", "it is", Court.At(Morning + 0.3), null));
        for (var day = 0; day < 10; day++)
        {
            var morning = (24 * (Learned + 1 + day)) + 8.5;
            foreach (var port in (ushort[])[88, 389, 445, 135]) Forge(court, morning, port, 40, Attacker);
            court.Restart();
        }

        court.Complete();
        Assert.Equal(finding.Severity, court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Attacker));
    }

    [Fact]
    public void Nineteen_clients_over_three_days_are_too_few_in_a_network_of_hundreds_and_twenty_are_enough()
    {
        // The price that docs/detection.md names: so many hosts, known before, each on three days, by two services.
        foreach (var numHosts in (int[])[19, 20])
        {
            var court = Hundreds(days: 4);
            for (var day = 4; day < 7; day++)
            {
                RoleTests.SimulateLargeDay(court, day);
                foreach (var port in (ushort[])[88, 389]) Forge(court, (24 * day) + 13, port, numHosts, Attacker);
            }

            court.Complete();
            Assert.Equal(
                numHosts == 20,
                court.Judge.RoleChanges.Any(
                    change => change.Host == HostAddress.Parse(Attacker) && change.To == HostRole.DomainController));
        }
    }

    [Fact]
    public void Who_has_bought_the_role_of_a_controller_is_found_all_the_same_by_what_he_never_did_before()
    {
        var court = Hundreds(days: 4);
        for (var day = 4; day < 16; day++)
        {
            RoleTests.SimulateLargeDay(court, day);
            foreach (var port in (ushort[])[88, 389]) Forge(court, (24 * day) + 13, port, 40, Attacker);
        }

        court.Take(Court.Rpc((24 * 16) + 9, Attacker, "10.1.1.7")).Complete();

        Assert.Equal(HostRole.DomainController, FirstContactTests.RoleOf(court, Attacker));
        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.ServerTurnsClient, Attacker, "10.1.1.7")?.Severity);
        Assert.NotNull(court.Find(FindingKind.WorkstationServes, Attacker, null));
    }

    [Theory]
    [InlineData(88, 1)]
    [InlineData(389, 1)]
    [InlineData(445, 5)]
    public void Workstation_that_begins_to_serve_is_a_finding_of_its_own(ushort port, int numHosts)
    {
        var court = FirstContactTests.Lived(Learned);
        Forge(court, Morning, port, numHosts, Attacker);
        court.AdvanceTo(Morning + 0.1);

        var finding = court.Find(FindingKind.WorkstationServes, Attacker, null);
        Assert.Equal(port == 445 ? FindingSeverity.Medium : FindingSeverity.High, finding?.Severity);
        Assert.Contains("began to serve", finding!.Reason, StringComparison.Ordinal);
        Assert.All(finding.Flows, flow => Assert.Equal(HostAddress.Parse(Attacker), flow.Server));
    }

    [Fact]
    public void Question_to_a_closed_port_is_no_service()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Victim, Attacker, 88, isAnswered: false)).Complete();

        Assert.Null(court.Find(FindingKind.WorkstationServes, Attacker, null));
        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Attacker));
    }

    [Fact]
    public void Record_that_does_not_say_who_the_server_is_witnesses_for_nobody()
    {
        var court = Hundreds(days: 4);
        for (var day = 4; day < 8; day++)
        {
            RoleTests.SimulateLargeDay(court, day);
            foreach (var port in (ushort[])[88, 389])
                Forge(court, (24 * day) + 13, port, 60, Attacker, Court.Answered with { Direction = DirectionConfidence.Uncertain });
        }

        Assert.NotEqual(HostRole.DomainController, FirstContactTests.RoleOf(court.Complete(), Attacker));
    }

    [Fact]
    public void Contacts_to_many_on_one_day_of_the_learning_period_are_no_habit()
    {
        var court = Lived(5, court =>
        {
            for (var i = 0; i < 11; i++)
                if (Court.ClientAt(i) != Attacker && Court.ClientAt(i) != Victim)
                    for (var hour = 0; hour < 8; hour++)
                        court.Take(Court.Rpc((24 * 5) + 9.9 + hour + (i * 0.001), Attacker, Court.ClientAt(i)));
        });
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Sweep_of_one_hour_while_learning_does_not_allow_another()
    {
        var court = Lived(5, court =>
        {
            for (var i = 0; i < 60; i++)
                court.Take(Court.Contact((24 * 5) + 9.9 + (i * 0.0005), Attacker, $"10.0.7.{i}", 445, isAnswered: false));
        });
        for (var i = 0; i < 20; i++) court.Take(Court.Contact(Morning + (i * 0.001), Attacker, $"10.0.9.{i}", 445));
        court.Complete();

        Assert.InRange(
            court.Find(FindingKind.RpcSweep, Attacker, null)!.LastSeenUnixMilliseconds, Court.At(Morning), Court.At(Morning + 1));
    }

    [Fact]
    public void Ten_contacts_of_one_hour_make_no_management_server_and_excuse_no_eleventh()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 12; i++) court.Take(Court.Contact(Morning - 0.4 + (i * 0.01), Attacker, $"10.0.9.{i}", 445, isAnswered: false));
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
    }

    [Fact]
    public void Other_client_that_comes_within_the_hour_excuses_no_attack()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 5; i < 9; i++) court.Take(Court.Rpc(Morning - 0.4 + (i * 0.01), $"10.0.5.{i}", Victim));
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
    }

    private static Court Attacked(Court court) => court
        .Take(Court.Rpc(Morning, Attacker, Victim)).Take(Court.Contact(Morning + 0.1, Attacker, Victim, 5985))
        .Take(Court.Rpc(Morning + 0.2, Attacker, Victim, traffic: Court.Unanswered))
        .Take(Court.Contact(Morning + 0.2 + (21.02 / 3600), Attacker, Victim, 445));

    private static void Forge(Court court, double at, ushort port, int numHosts, string target, FlowTraffic? traffic = null)
    {
        for (var i = 0; i < numHosts; i++)
        {
            var (hours, from) = (at + (i * 0.001), $"10.0.66.{1 + i}");
            if (port == 135) court.Take(Court.Rpc(hours, from, target, traffic: traffic));
            else court.Take(Court.Contact(hours, from, target, port) with { Traffic = traffic ?? Court.Answered });
        }
    }

    private static Court Hundreds(int days)
    {
        var court = new Court();
        for (var day = 0; day < days; day++)
        {
            RoleTests.SimulateLargeDay(court, day);
            court.Take(Court.Contact((24 * day) + 12.9, Attacker, Court.Controller, 88));
        }

        return court;
    }

    private static Court Lived(int poisonedDay, Action<Court> poison)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            var poisons = day == poisonedDay;
            court.SimulateDay(day, atHour: hours =>
            {
                if (!poisons) return;
                poisons = false;
                poison(court);
            });
        }

        return court;
    }

    private static void AssertStand(Court plain, Court poisoned)
    {
        var expected = plain.Findings.Values.Where(finding => finding.Severity.IsAtLeast(FindingSeverity.Medium)).ToList();
        Assert.NotEmpty(expected);
        foreach (var finding in expected)
        {
            var standing = poisoned.Findings.GetValueOrDefault(finding.Id);
            Assert.True(standing is not null, $"{finding.Kind} {finding.Client} {finding.Server} is gone");
            Assert.True(standing.Severity.IsAtLeast(finding.Severity), $"{finding.Kind} {finding.Severity} became {standing.Severity}");
        }
    }
}
