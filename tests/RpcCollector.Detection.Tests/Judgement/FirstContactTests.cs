using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class FirstContactTests
{
    private const int Learned = 15;

    [Fact]
    public void Rpc_between_two_hosts_that_nothing_is_known_of_is_found_from_the_first_minute()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).AdvanceTo(1.01);

        var finding = court.Find(FindingKind.PeerToPeerRpc, "10.0.1.5", "10.0.1.6");
        Assert.NotNull(finding);
        Assert.Equal((FindingSeverity.Medium, FindingConfidence.Low, 1), (finding.Severity, finding.Confidence, finding.Count));
        Assert.Equal(["T1021", "T1021.003"], finding.Techniques);
        Assert.Equal(2, finding.Flows.Count);
    }

    [Fact]
    public void Rpc_between_known_workstations_after_the_learning_period_is_high()
    {
        var court = Lived(Learned);
        court.Take(Court.Rpc((24 * Learned) + 10, Court.ClientAt(3), Court.ClientAt(4))).Complete();

        var finding = court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(3), Court.ClientAt(4));
        Assert.NotNull(finding);
        Assert.Equal((FindingSeverity.High, FindingConfidence.High), (finding.Severity, finding.Confidence));
    }

    [Theory]
    [InlineData(2, FindingSeverity.High)]
    [InlineData(3, FindingSeverity.Medium)]
    public void First_winrm_to_a_host_that_three_known_clients_use_by_any_service_is_medium(int users, FindingSeverity severity)
    {
        var host = Court.ClientAt(9);
        var court = LivedWithUsers(host, users);
        court.Take(Court.Contact((24 * Learned) + 10, Court.ClientAt(6), host, 5985)).Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Court.ClientAt(6), host)!;
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(users == 3, finding.Reason.Contains("3 known clients use 10.0.1.19", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, FindingSeverity.High)]
    [InlineData(3, FindingSeverity.Medium)]
    public void So_is_the_first_smb_of_a_domain_controller_to_it(int users, FindingSeverity severity)
    {
        var host = Court.ClientAt(9);
        var court = LivedWithUsers(host, users);
        court.Take(Court.Contact((24 * Learned) + 10, Court.Controller, host, 445)).Complete();

        Assert.Equal(severity, court.Find(FindingKind.ServerTurnsClient, Court.Controller, host)!.Severity);
    }

    [Fact]
    public void Ordinary_days_leave_no_finding_after_the_first()
    {
        var court = Lived(Learned + 2).Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.FirstSeenUnixMilliseconds >= Court.At(24));
        Assert.DoesNotContain(court.Findings.Values, finding => finding.Severity.IsAtLeast(FindingSeverity.High));
    }

    [Fact]
    public void Ordinary_days_leave_no_finding_at_all_where_the_servers_were_named()
    {
        var court = new Court(new JudgementOptions
        {
            Roles = [$"{Court.Controller}=domain-controller", $"{Court.FileServer}=server"],
        });
        for (var day = 0; day < Learned + 2; day++) court.SimulateDay(day);

        Assert.Empty(court.Complete().Findings);
    }

    [Fact]
    public void What_was_reported_is_no_second_finding_the_next_day()
    {
        var court = Lived(Learned);
        court.Take(Court.Rpc((24 * Learned) + 10, Court.ClientAt(3), Court.ClientAt(4)));
        court.SimulateDay(Learned + 1);
        court.Take(Court.Rpc((24 * (Learned + 1)) + 18, Court.ClientAt(3), Court.ClientAt(4))).Complete();

        Assert.Equal(2, court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(3), Court.ClientAt(4))?.Count);
        Assert.Single(court.Findings.Values, finding => finding.FirstSeenUnixMilliseconds >= Court.At(24));
    }

    [Fact]
    public void Withdrawn_activity_withdraws_its_finding()
    {
        var activity = Court.Rpc(1, "10.0.1.5", "10.0.1.6");
        var court = new Court().Take(activity).AdvanceTo(1.01);
        Assert.Single(court.Findings);

        court.Take(activity, ActivityChangeKind.Withdrawn).AdvanceTo(1.02);

        Assert.Empty(court.Findings);
    }

    internal static HostRole? RoleOf(Court court, string host) => court.Judge.Host(Flows.HostAddress.Parse(host))?.Role;

    internal static Court Lived(int days, JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var day = 0; day < days; day++) court.SimulateDay(day);
        return court;
    }

    /// <summary>So many clients used SMB with a host on the fifth day.</summary>
    private static Court LivedWithUsers(string host, int users)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            if (day != 4) continue;
            for (var i = 0; i < users; i++) court.Take(Court.Contact((24 * day) + 18 + i, Court.ClientAt(i), host, 445));
        }

        return court;
    }
}
