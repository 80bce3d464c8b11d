using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class RuleTests
{
    private const int Learned = 15;
    private const double Morning = (24 * Learned) + 9.5;

    private static readonly string Attacker = Court.ClientAt(3);
    private static readonly string Victim = Court.ClientAt(4);

    [Fact]
    public void Contacting_many_new_hosts_within_minutes_is_one_sweep()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 9; i++) court.Take(Court.Contact(Morning + (i * 0.01), Attacker, $"10.0.9.{i}", 445, isAnswered: i % 3 == 0));
        court.Complete();

        var sweep = court.Find(FindingKind.RpcSweep, Attacker, null);
        Assert.NotNull(sweep);
        Assert.Equal((FindingSeverity.High, 9), (sweep.Severity, sweep.Count));
        Assert.Equal(["T1046", "T1018", "T1135"], sweep.Techniques);
    }

    [Fact]
    public void Sweep_across_the_end_of_an_hour_is_found_once_and_whole()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 8; i++) court.Take(Court.Contact(Morning + 0.47 + (i * 0.01), Attacker, $"10.0.9.{i}", 445));
        court.Complete();

        Assert.Equal(8, court.Find(FindingKind.RpcSweep, Attacker, null)?.Count);
    }

    [Theory]
    [InlineData(21.0, true)]
    [InlineData(21.9, true)]
    [InlineData(19.5, false)]
    [InlineData(60, false)]
    public void Smb_when_the_connect_timeout_of_the_dynamic_port_is_over_is_service_control_through_a_firewall(double seconds, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Attacker, Victim, traffic: Court.Unanswered));
        court.Take(Court.Contact(Morning + ((seconds + 0.02) / 3600), Attacker, Victim, 445)).Complete();

        Assert.Equal(isFound, court.Find(FindingKind.FirewalledServiceControl, Attacker, Victim) is not null);
    }

    [Theory]
    [InlineData(2_000_000u, true)]
    [InlineData(400_000u, false)]
    public void Whole_directory_is_recognized_where_one_packet_in_a_hundred_is_looked_at_and_enough_were_seen(uint octets, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        var traffic = Court.Answered with { ClientOctets = octets / 2, ServerOctets = octets };
        court.Take(Court.Rpc(Morning, Attacker, Court.Controller, sampling: 100, traffic: traffic)).Complete();

        Assert.Equal(
            isFound ? FindingSeverity.Medium : (FindingSeverity?)null,
            court.Find(FindingKind.ReplicationToClient, Attacker, Court.Controller)?.Severity);
    }

    [Theory]
    [InlineData(6_500u, 2.0, false)]
    [InlineData(16_500u, 2.4, false)]
    [InlineData(16_500u, 3.0, true)]
    [InlineData(4_900u, 3.0, false)]
    [InlineData(1_500_000u, 2.0, true)]
    public void Who_gets_answers_of_that_shape_every_day_has_got_neither_the_secrets_of_an_account_nor_the_whole_directory(
        uint octets, double ratio, bool isFound)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Shaped((24 * day) + 18, 6_500));
        }

        court.Restart().Take(Shaped(Morning, octets, ratio)).Complete();

        var found = court.Find(FindingKind.ReplicationToClient, Attacker, Court.Controller);
        Assert.Equal(isFound, found?.LastSeenUnixMilliseconds >= Court.At(Morning));
        if (isFound) Assert.Equal(FindingSeverity.Medium, found!.Severity);
    }

    [Fact]
    public void Who_was_learned_to_get_the_whole_directory_goes_on_to()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Shaped((24 * day) + 18, 1_500_000));
        }

        court.Restart().Take(Shaped(Morning, 2_500_000)).Complete();

        Assert.False(
            court.Find(FindingKind.ReplicationToClient, Attacker, Court.Controller)?.LastSeenUnixMilliseconds >= Court.At(Morning));
    }

    private static RpcActivity Shaped(double hours, uint octets, double ratio = 2) => Court.Rpc(
        hours, Attacker, Court.Controller,
        traffic: Court.Answered with { ClientOctets = (uint)(octets / ratio), ServerOctets = octets });

    [Theory]
    [InlineData(49_800, 45_000, FindingSeverity.Low, FindingConfidence.Low)]
    [InlineData(49_700, 4_500, FindingSeverity.Low, FindingConfidence.Low)]
    [InlineData(49_700, 45_000, FindingSeverity.Medium, FindingConfidence.Medium)]
    public void Transfer_from_a_domain_controller_shaped_like_replication_is_a_hint_and_more_at_the_port_of_all_its_clients(
        ushort port, uint octets, FindingSeverity severity, FindingConfidence confidence)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(
            Court.Rpc(
                Morning, Attacker, Court.Controller, endpointPort: port,
                traffic: Court.Answered with { ClientOctets = octets / 2, ServerOctets = octets })).Complete();

        var finding = court.Find(FindingKind.ReplicationToClient, Attacker, Court.Controller);
        Assert.Equal((severity, confidence), (finding?.Severity, finding?.Confidence));
    }

    [Theory]
    [InlineData(22_000, 3_000, 1, FindingSeverity.Medium)]
    [InlineData(19_000, 3_000, 1, null)]
    [InlineData(22_000, 30_000, 1, null)]
    [InlineData(22_000, 3_000, 100, null)]
    public void Mapper_that_sends_its_whole_list_of_endpoints_is_found_by_its_octets(
        uint octets, uint asked, uint sampling, FindingSeverity? severity)
    {
        foreach (var role in (string[])["workstation", "server", "scanner"])
        {
            var court = new Court(new JudgementOptions { Roles = [$"{Attacker}={role}"] });
            for (var day = 0; day < Learned; day++) court.SimulateDay(day);
            court.Take(
                Court.Rpc(
                    Morning, Attacker, Court.Controller, JoinBasis.MapperOnly, sampling,
                    Court.Answered with { ClientOctets = asked, ServerOctets = octets })).Complete();

            var finding = court.Find(FindingKind.EndpointMapperDump, Attacker, Court.Controller);
            Assert.Equal(role == "scanner" && severity is not null ? FindingSeverity.Low : severity, finding?.Severity);
        }
    }

    [Fact]
    public void Host_that_moves_on_after_it_was_contacted_is_a_pivot()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Attacker, Victim));
        court.Take(Court.Rpc(Morning + 3, Victim, Court.ClientAt(5))).Complete();

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.Pivot, Victim, Court.ClientAt(5))?.Severity);
        Assert.Null(court.Find(FindingKind.Pivot, Attacker, Victim));
    }

    [Fact]
    public void WinRM_of_a_workstation_to_a_domain_controller_is_worth_a_look_from_the_first_day()
    {
        var court = new Court().SimulateDay(0);
        court.Take(Court.Contact(18, Attacker, Court.Controller, 5985)).Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Attacker, Court.Controller);
        Assert.Equal(FindingSeverity.Medium, finding?.Severity);
        Assert.Equal(["T1021.006"], finding?.Techniques);
    }

    [Fact]
    public void Host_that_contacts_the_same_many_every_day_becomes_a_management_server_after_a_week_and_is_quiet_then()
    {
        var court = new Court();
        for (var day = 0; day < Learned + 2; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 12; i++) court.Take(Court.Rpc((24 * day) + 18 + (i * 0.01), "10.0.0.30", Court.ClientAt(i)));
        }

        court.Complete();

        // What it did before was shown, and stands; that it is its job is noted, and nothing is added.
        Assert.Equal(HostRole.ManagementServer, FirstContactTests.RoleOf(court, "10.0.0.30"));
        var change = Assert.Single(court.Judge.RoleChanges, change => change.To == HostRole.ManagementServer);
        Assert.InRange(change.SettledUnixMilliseconds, Court.At(24 * 7), Court.At(24 * 8));
        Assert.DoesNotContain(court.Findings.Values, finding => finding.FirstSeenUnixMilliseconds >= Court.At(24));
    }

    [Fact]
    public void Learned_management_server_that_drives_many_drives_one_more_as_its_job()
    {
        var court = new Court();
        for (var day = 0; day < Learned + 2; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 12; i++) court.Take(Court.Rpc((24 * day) + 18 + (i * 0.01), "10.0.0.30", $"10.0.3.{i}"));
        }

        court.Take(Court.Rpc((24 * (Learned + 2)) + 1, "10.0.0.30", Court.ClientAt(4))).Complete();

        var finding = court.Find(FindingKind.PeerToPeerRpc, "10.0.0.30", Court.ClientAt(4))!;
        Assert.Equal(FindingSeverity.Low, finding.Severity);
        Assert.Contains("contacting many is its job, as was learned", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sampled_flows_lower_the_confidence_and_not_the_severity()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Attacker, Victim, sampling: 100)).Complete();

        var finding = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim);
        Assert.Equal((FindingSeverity.High, FindingConfidence.Medium), (finding?.Severity, finding?.Confidence));
    }

    [Fact]
    public void Role_told_by_the_settings_counts()
    {
        var court = new Court(new JudgementOptions { Roles = ["10.0.1.6=server", "10.0.1.0/24=workstation"] })
            .Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).Complete();

        Assert.Empty(court.Findings);
        Assert.Equal(
            ("set in the settings", HostRole.Workstation),
            (court.Judge.Host(HostAddress.Parse("10.0.1.5"))?.Why, FirstContactTests.RoleOf(court, "10.0.1.5")));
    }
}
