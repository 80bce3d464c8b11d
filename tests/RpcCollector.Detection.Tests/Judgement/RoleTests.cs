using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>When real servers and controllers earn their roles, and what is said of it.</summary>
public sealed class RoleTests
{
    [Fact]
    public void Controller_of_eight_clients_earns_its_role_on_the_third_day_and_its_file_server_on_the_fifth()
    {
        var court = new Court();
        for (var day = 0; day < 6; day++) court.SimulateDay(day, numClients: 8);
        court.Complete();

        Assert.InRange(SettledDay(court, Court.Controller, HostRole.DomainController), 2, 3);
        Assert.InRange(SettledDay(court, Court.FileServer, HostRole.Server), 4, 5);
        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Court.ClientAt(0)));
    }

    [Fact]
    public void Controller_of_hundreds_is_plain_on_the_second_day()
    {
        var court = new Court();
        for (var day = 0; day < 2; day++) SimulateLargeDay(court, day);
        court.Complete();

        Assert.InRange(SettledDay(court, Court.Controller, HostRole.DomainController), 1, 2);
    }

    [Fact]
    public void Role_change_names_its_witnesses_and_acts_on_later_hours_only()
    {
        var court = new Court();
        for (var day = 0; day < 3; day++) court.SimulateDay(day);
        court.Complete();

        var change = Assert.Single(court.Judge.RoleChanges, change => change.Host == HostAddress.Parse(Court.Controller));
        Assert.Equal((HostRole.Unknown, HostRole.DomainController, 12), (change.From, change.To, change.NumWitnesses));
        Assert.Equal(RoleChange.MaxWitnesses, change.Witnesses.Count);
        Assert.Equal(HostAddress.Parse(Court.ClientAt(0)), change.Witnesses[0]);
        Assert.Contains("Kerberos to 12, LDAP to 12", change.Reason, StringComparison.Ordinal);
        Assert.Equal(change.SettledUnixMilliseconds + 3_600_000, change.ActsFromUnixMilliseconds);
    }

    [Fact]
    public void Provisional_role_is_shown_and_counts_for_nothing()
    {
        var court = new Court().SimulateDay(0).Complete();

        var host = court.Judge.Host(HostAddress.Parse(Court.Controller));
        Assert.Equal((HostRole.Unknown, HostRole.DomainController), (host?.Role, host?.Provisional));
        Assert.Contains("has not earned it", host?.Why, StringComparison.Ordinal);
        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(0), Court.Controller));
    }

    [Fact]
    public void Told_role_outranks_what_is_learned()
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Court.Controller}=workstation"] });
        for (var day = 0; day < 6; day++) court.SimulateDay(day);
        court.Complete();

        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Court.Controller));
        Assert.DoesNotContain(court.Judge.RoleChanges, change => change.Host == HostAddress.Parse(Court.Controller));
    }

    [Fact]
    public void Nothing_that_was_shown_is_withdrawn_when_roles_are_earned()
    {
        var court = new Court();
        var shown = new HashSet<long>();
        for (var day = 0; day < 7; day++)
        {
            court.SimulateDay(day, atHour: _ => shown.UnionWith(court.Findings.Keys));
        }

        court.Complete();
        Assert.NotEmpty(court.Judge.RoleChanges);
        Assert.NotEmpty(shown);
        Assert.Empty(shown.Except(court.Findings.Keys));
    }

    [Fact]
    public void What_a_role_explains_is_learned_as_normal_and_its_first_finding_stands()
    {
        var court = new Court();
        for (var day = 0; day < 4; day++) court.SimulateDay(day);
        court.Complete();

        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(0), Court.Controller));
        Assert.All(
            court.Judge.Edges(HostAddress.Parse(Court.Controller)).Where(edge => edge.Server == HostAddress.Parse(Court.Controller)),
            edge => Assert.True(edge.IsLearned));
    }

    [Fact]
    public void Malicious_verdict_takes_a_learned_role_away()
    {
        var court = new Court();
        for (var day = 0; day < 6; day++) court.SimulateDay(day);
        court.Take(Court.Contact((24 * 5) + 18, Court.Controller, Court.ClientAt(0), 5985)).AdvanceTo((24 * 5) + 18.1);
        var finding = court.Find(FindingKind.ServerTurnsClient, Court.Controller, Court.ClientAt(0))!;
        court.Judge.Apply(new Verdict(
            finding.Kind, finding.Client, finding.Server, VerdictMeaning.Malicious, "Ada", "owned", Court.At((24 * 5) + 18.2), null));
        court.AdvanceTo((24 * 5) + 22);
        for (var day = 6; day < 8; day++) court.SimulateDay(day);
        court.Complete();

        Assert.NotEqual(HostRole.DomainController, FirstContactTests.RoleOf(court, Court.Controller));
        Assert.NotNull(court.Find(FindingKind.ServerTurnsClient, Court.Controller, Court.ClientAt(0)));
    }

    /// <summary>A day of three hundred clients, who log on between eight and nine and come back at noon.</summary>
    internal static void SimulateLargeDay(Court court, int day)
    {
        foreach (var hour in (int[])[8, 12])
        {
            for (var i = 0; i < 300; i++)
            {
                var (at, client) = ((24 * day) + hour + (i / 400.0), $"10.1.{i / 200}.{1 + (i % 200)}");
                court.Take(Court.Contact(at, client, Court.Controller, 88));
                court.Take(Court.Contact(at + 0.0001, client, Court.Controller, 389));
                court.Take(Court.Contact(at + 0.0002, client, Court.FileServer, 445));
            }
        }
    }

    private static double SettledDay(Court court, string host, HostRole role) =>
        (court.Judge.RoleChanges.First(change => change.Host == HostAddress.Parse(host) && change.To == role).SettledUnixMilliseconds
            - Court.Start) / 86_400_000.0;
}
