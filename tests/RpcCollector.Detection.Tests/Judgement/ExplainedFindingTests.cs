using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A role that becomes known explains findings of the first days: they stand as they were shown, and say so.</summary>
public sealed class ExplainedFindingTests
{
    private const string Manager = "10.0.1.5";
    private const string Driven = "10.0.2.1";

    [Fact]
    public void Role_that_is_told_later_explains_an_early_finding_which_keeps_its_severity()
    {
        var court = Early();
        var shown = court.Find(FindingKind.PeerToPeerRpc, Manager, Driven)!;
        Assert.False(shown.IsExplained);

        Tell(court, HostRole.ManagementServer);

        var finding = court.Find(FindingKind.PeerToPeerRpc, Manager, Driven)!;
        Assert.True(finding.IsExplained);
        Assert.Equal((shown.Severity, shown.Count, shown.Reason), (finding.Severity, finding.Count, finding.Reason));
        Assert.Contains(finding.Notes, note => note.Explains == true && note.Text.Contains("explains this", StringComparison.Ordinal));
    }

    [Fact]
    public void It_stays_explained_over_a_restart_and_no_longer_when_the_role_is_taken_back()
    {
        var court = Early();
        Tell(court, HostRole.ManagementServer);
        court.Restart().Take(Court.Contact(20.5, Manager, Driven, 445)).AdvanceTo(23);
        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Manager, Driven)!.IsExplained);

        Tell(court, null, 30);

        Assert.False(court.Find(FindingKind.PeerToPeerRpc, Manager, Driven)!.IsExplained);
    }

    [Fact]
    public void What_a_person_called_malicious_is_explained_by_no_role()
    {
        var court = Early();
        Tell(court, HostRole.ManagementServer);
        court.Judge.Apply(new Verdict(
            FindingKind.PeerToPeerRpc, HostAddress.Parse(Manager), HostAddress.Parse(Driven), VerdictMeaning.Malicious, "Ada", "it was",
            Court.At(20), null));
        court.Take(Court.Contact(20.5, Manager, Driven, 445)).AdvanceTo(24);

        Assert.False(court.Find(FindingKind.PeerToPeerRpc, Manager, Driven)!.IsExplained);
    }

    [Fact]
    public void What_named_operations_say_is_explained_by_no_role()
    {
        var court = Early();
        court.Take(Court.Call(5, Manager, Driven, "svcctl", "CreateServiceW")).AdvanceTo(8);
        Tell(court, HostRole.ManagementServer);

        Assert.False(court.Find(FindingKind.RemoteService, Manager, Driven)!.IsExplained);
    }

    [Theory]
    [InlineData("replicates-directory")]
    [InlineData("Directory-Synchronizer")]
    public void A_synchronizer_may_be_told_by_what_it_does(string name)
    {
        Assert.True(RoleName.TryParse(name, out var role));
        Assert.Equal(HostRole.DirectorySynchronizer, role);
        Assert.True(RoleTable.TryParse([$"10.0.0.60={name}"], out var table, out _));
        Assert.Equal(HostRole.DirectorySynchronizer, table.Of(HostAddress.Parse("10.0.0.60")));
    }

    [Theory]
    [InlineData("scanner")]
    [InlineData("management-server")]
    public void Told_scanner_or_manager_raises_no_sweep(string role)
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Manager}={role}"] });
        for (var i = 0; i < 30; i++) court.Take(Court.Rpc(5 + (i * 0.001), Manager, $"10.0.3.{i}"));
        court.Complete();

        Assert.Null(court.Find(FindingKind.RpcSweep, Manager, null));
        Assert.All(court.Findings.Values, finding => Assert.Equal(FindingSeverity.Low, finding.Severity));
    }

    private static Court Early() => new Court().Take(Court.Rpc(1, Manager, Driven)).AdvanceTo(4);

    private static void Tell(Court court, HostRole? role, double hours = 10)
    {
        court.AdvanceTo(hours);
        court.Judge.Tell(new ToldRole(AddressPrefix.Of(HostAddress.Parse(Manager)), role, "Ada", "it is", Court.At(hours)));
        court.Take(Court.Contact(hours + 0.5, "10.0.9.1", "10.0.9.2", 445)).AdvanceTo(hours + 3);
    }
}
