using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What is high although nothing was learned yet, and what is not.</summary>
public sealed class FirstEveningTests
{
    // The sensor is started at noon; the first hours show who polls hosts all the time.
    private const double Noon = 12;
    private const double Evening = 18.5;

    private static readonly string Attacker = Court.ClientAt(3);

    [Fact]
    public void Service_control_through_a_firewall_is_high_in_the_first_hour()
    {
        var court = new Court();
        ControlThroughFirewall(court, Noon, Attacker, Court.ClientAt(4)).Complete();

        Assert.Equal(
            (FindingSeverity.High, FindingConfidence.High), Strength(court, FindingKind.FirewalledServiceControl, Court.ClientAt(4)));
    }

    [Theory]
    [InlineData("10.0.5.5=management-server", FindingSeverity.Low)]
    [InlineData("10.0.5.5=scanner", FindingSeverity.Low)]
    [InlineData("10.0.5.6=server", FindingSeverity.Medium)]
    [InlineData("10.0.5.6=workstation", FindingSeverity.High)]
    public void Service_control_through_a_firewall_is_rated_by_the_roles_that_were_told(string told, FindingSeverity severity)
    {
        var court = new Court(new JudgementOptions { Roles = [told] });
        ControlThroughFirewall(court, Noon, "10.0.5.5", "10.0.5.6").Complete();

        var finding = court.Find(FindingKind.FirewalledServiceControl, "10.0.5.5", "10.0.5.6");
        Assert.Equal(severity, finding?.Severity);
    }

    [Fact]
    public void Service_control_through_a_firewall_by_what_many_fetch_packages_from_pages_nobody()
    {
        var court = new Court();
        ServeMany(court, Noon, "10.0.5.5");
        ControlThroughFirewall(court, Noon + 0.5, "10.0.5.5", Court.ClientAt(4)).Complete();

        var finding = court.Find(FindingKind.FirewalledServiceControl, "10.0.5.5", Court.ClientAt(4));
        Assert.Equal(FindingSeverity.Medium, finding?.Severity);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(60, true)]
    public void Host_that_drives_five_others_within_an_hour_is_high_on_the_first_evening(int number, bool isHigh)
    {
        var court = Afternoon();
        Drive(court, Attacker, number).Complete();

        Assert.Equal(isHigh, IsHighSweep(court, Attacker));
    }

    [Fact]
    public void Host_that_drives_five_others_is_high_for_every_order_of_arrival()
    {
        foreach (var seed in Enumerable.Range(1, 8))
        {
            var court = Afternoon();
            var random = new Random(seed);
            var flows = Enumerable.Range(0, 6).Select(i => Court.Rpc(Evening + (i * 0.15), Attacker, $"10.0.9.{i}"))
                .OrderBy(_ => random.Next()).ToList();
            foreach (var flow in flows) court.Take(flow);
            court.Complete();

            Assert.True(IsHighSweep(court, Attacker));
        }
    }

    [Fact]
    public void Hosts_that_are_driven_over_more_than_an_hour_are_not_high_by_their_number()
    {
        var court = Afternoon();
        for (var i = 0; i < 6; i++) court.Take(Court.Rpc(Evening + (i * 0.3), Attacker, $"10.0.9.{i}"));
        court.Complete();

        Assert.False(IsHighSweep(court, Attacker));
    }

    [Fact]
    public void What_polls_hosts_from_the_first_hour_on_is_never_high()
    {
        var court = Afternoon(hour => Enumerable.Range(0, 60).Select(i => Court.Rpc(hour + (i / 100.0), "10.0.5.5", $"10.0.9.{i}")));
        court.Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Severity.IsAtLeast(FindingSeverity.High));
    }

    [Fact]
    public void Shares_that_are_opened_on_five_hosts_are_not_driving_them()
    {
        var court = Afternoon();
        for (var i = 0; i < 8; i++) court.Take(Court.Contact(Evening + (i * 0.01), Attacker, $"10.0.9.{i}", 445));
        court.Complete();

        Assert.False(IsHighSweep(court, Attacker));
    }

    [Fact]
    public void Hosts_that_did_not_answer_were_not_driven()
    {
        var court = Afternoon();
        for (var i = 0; i < 8; i++) court.Take(Court.Rpc(Evening + (i * 0.01), Attacker, $"10.0.9.{i}", traffic: Court.Unanswered));
        court.Complete();

        Assert.False(IsHighSweep(court, Attacker));
    }

    [Fact]
    public void Hosts_that_a_few_others_use_may_be_servers_and_do_not_count()
    {
        var court = Afternoon();
        for (var i = 0; i < 8; i++)
        {
            for (var other = 5; other < 7; other++) court.Take(Court.Rpc(Evening - 1 + (i * 0.01), Court.ClientAt(other), $"10.0.9.{i}"));
            court.Take(Court.Rpc(Evening + (i * 0.01), Attacker, $"10.0.9.{i}"));
        }

        court.Complete();

        Assert.False(IsHighSweep(court, Attacker));
    }

    [Fact]
    public void Search_that_is_mostly_in_vain_and_drives_some_of_what_it_found_is_high()
    {
        var court = Afternoon();
        for (var i = 0; i < 8; i++)
            court.Take(Court.Contact(Evening + (i * 0.01), Attacker, $"10.0.9.{i}", 445, isAnswered: i % 3 == 0));
        for (var i = 0; i < 8; i += 3) court.Take(Court.Rpc(Evening + 0.1 + (i * 0.01), Attacker, $"10.0.9.{i}"));
        court.Complete();

        Assert.True(IsHighSweep(court, Attacker));
    }

    [Fact]
    public void Who_serves_many_is_no_workstation_and_may_drive_many()
    {
        var court = Afternoon();
        ServeMany(court, Evening - 1, "10.0.5.5");
        Drive(court, "10.0.5.5", 40).Complete();

        Assert.False(IsHighSweep(court, "10.0.5.5"));
    }

    [Theory]
    [InlineData("10.0.5.5=management-server")]
    [InlineData("10.0.5.5=scanner")]
    [InlineData("10.0.5.5=server")]
    public void Who_was_told_to_be_no_workstation_is_not_high_by_the_number_that_it_drives(string told)
    {
        var court = Afternoon(options: new JudgementOptions { Roles = [told] });
        Drive(court, "10.0.5.5", 40).Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Severity.IsAtLeast(FindingSeverity.High));
    }

    [Fact]
    public void In_the_first_two_hours_only_a_host_that_was_told_to_be_a_workstation_is_high_by_the_number_that_it_drives()
    {
        foreach (var isTold in (bool[])[false, true])
        {
            var court = new Court(new JudgementOptions { Roles = isTold ? [$"{Attacker}=workstation"] : [] });
            for (var i = 0; i < 6; i++) court.Take(Court.Rpc(Noon + (i * 0.01), Attacker, $"10.0.9.{i}"));
            court.Complete();

            Assert.Equal(isTold, IsHighSweep(court, Attacker));
        }
    }

    [Fact]
    public void A_restart_in_the_middle_changes_nothing()
    {
        var court = Afternoon();
        for (var i = 0; i < 3; i++) court.Take(Court.Rpc(Evening + (i * 0.01), Attacker, $"10.0.9.{i}"));
        court.Restart();
        for (var i = 3; i < 6; i++) court.Take(Court.Rpc(Evening + (i * 0.01), Attacker, $"10.0.9.{i}"));
        court.Complete();

        Assert.True(IsHighSweep(court, Attacker));
    }

    /// <summary>A sensor that was started at noon, in a network of a controller, a file server and their clients.</summary>
    private static Court Afternoon(Func<double, IEnumerable<RpcActivity>>? everyHour = null, JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var hour = Noon; hour < Evening - 1; hour++)
        {
            for (var i = 0; i < 12; i++)
            {
                court.Take(Court.Contact(hour + (i / 60.0), Court.ClientAt(i), Court.Controller, 88));
                court.Take(Court.Contact(hour + (i / 60.0), Court.ClientAt(i), Court.FileServer, 445));
            }

            foreach (var activity in everyHour?.Invoke(hour) ?? []) court.Take(activity);
        }

        return court;
    }

    private static Court Drive(Court court, string client, int number)
    {
        for (var i = 0; i < number; i++) court.Take(Court.Rpc(Evening + (i * 0.9 / number), client, $"10.0.9.{i}"));
        return court;
    }

    private static void ServeMany(Court court, double hours, string server)
    {
        for (var i = 0; i < 30; i++) court.Take(Court.Contact(hours + (i / 100.0), $"10.0.7.{i}", server, 445));
    }

    private static Court ControlThroughFirewall(Court court, double hours, string client, string server)
    {
        court.Take(Court.Rpc(hours, client, server, traffic: Court.Unanswered));
        return court.Take(Court.Contact(hours + (21.02 / 3600), client, server, 445));
    }

    private static (FindingSeverity?, FindingConfidence?) Strength(Court court, FindingKind kind, string server)
    {
        var finding = court.Find(kind, Attacker, server);
        return (finding?.Severity, finding?.Confidence);
    }

    private static bool IsHighSweep(Court court, string client) =>
        court.Find(FindingKind.RpcSweep, client, null) is { } sweep && sweep.Severity.IsAtLeast(FindingSeverity.High);
}
