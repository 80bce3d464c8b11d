using System.Text.Json;
using RpcCollector.Flows.Tests;
using RpcCollector.Options;

namespace RpcCollector.Tests.Reports;

/// <summary>What is everyday work in a network whose roles somebody told: synthetic logs of 20 days, made after reports.</summary>
public sealed class ToldRolesTests
{
    private const string Controllers = "10.20.0.10/31=domain-controller";
    private const string Synchronizer = "10.20.0.60";

    // As the logs show them: scanner, monitoring by WMI, software deployment.
    private static readonly string[] DrivingMany =
        ["10.20.0.70=scanner", "10.20.0.80=management-server", "10.20.0.90=management-server"];

    [Theory]
    [InlineData("all-from-start")]
    [InlineData("all-from-day-16")]
    public void Scanner_monitoring_and_deployment_give_no_finding_of_medium_severity_once_they_are_told(string folder)
    {
        var looked = LookedAt(folder, [Controllers, $"{Synchronizer}=directory-synchronizer", .. DrivingMany]);
        Assert.DoesNotContain(looked, client => DrivingMany.Any(entry => entry.StartsWith($"{client}=", StringComparison.Ordinal)));
        Assert.DoesNotContain(Synchronizer, looked);
    }

    [Theory]
    [InlineData("entra-from-start")]
    [InlineData("entra-from-day-16")]
    public void A_directory_synchronizer_need_not_be_called_a_domain_controller(string folder)
    {
        Assert.Contains(Synchronizer, LookedAt(folder, [Controllers]));
        Assert.Contains(Synchronizer, LookedAt(folder, [Controllers, $"{Synchronizer}=server"]));
        Assert.DoesNotContain(Synchronizer, LookedAt(folder, [Controllers, $"{Synchronizer}=directory-synchronizer"]));
    }

    [Fact]
    public void One_netlogon_authentication_of_a_workstation_to_a_domain_controller_is_no_finding()
    {
        var options = new CollectorOptions();
        options.Judgement.Roles = ["10.20.0.10=domain-controller", "10.20.1.0/24=workstation"];
        var replay = ReportReplay.Of(options, SharedData.PathOf("reports", "17-one-netlogon-authentication"));
        Assert.Equal((0, 1), (replay.Findings.Count(), replay.Count("rpc_operations")));
    }

    /// <summary>The clients of findings that a person looks at.</summary>
    private static HashSet<string> LookedAt(string folder, string[] roles)
    {
        var options = new CollectorOptions();
        options.Judgement.Roles = roles;
        var replay = ReportReplay.Of(options, SharedData.PathOf("reports", "13-judge-false-positives", folder));
        return [.. replay.Findings.Where(IsLookedAt).Select(finding => finding.GetProperty("client").GetString()!)];
    }

    private static bool IsLookedAt(JsonElement finding) => finding.GetProperty("severity").GetString() != "low";
}
