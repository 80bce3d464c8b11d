using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Tests.ZeekLogs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What <c>replay</c> finds in the Zeek logs of a recorded intrusion, as six sensors wrote them.</summary>
public sealed class ZeekFindingTests : IDisposable
{
    private const string Utica = "10.0.1.5";
    private const string Scranton = "10.0.1.4";
    private const string Controller = "10.0.0.4";

    // A day of six hosts is too little to earn a role.
    private const string ToldController = $"--Judgement:Roles:0={Controller}=domain-controller";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Scranton)]
    [InlineData(Controller)]
    public async Task WinRM_moves_are_found_and_count_each_connection_once_however_many_sensors_saw_it(string server)
    {
        var found =
            (await ReplayOutput.OfAsync(ToldController, ZeekShared.Apt29())).Findings.Where(
                finding => finding.Client == Utica && finding.Server == server && finding.Kind == "first-administration");

        Assert.Equal(("medium", 9), Assert.Single(found.Select(finding => (finding.Severity, finding.Count))));
    }

    [Fact]
    public async Task Ordinary_clients_of_the_domain_controller_raise_nothing_above_low_by_flows()
    {
        foreach (var log in ZeekShared.Logs(ZeekShared.Apt29(), "conn.log"))
        {
            var sensor = Directory.CreateDirectory(_folder.PathOf(Path.GetFileName(Path.GetDirectoryName(log)!)));
            File.Copy(log, Path.Combine(sensor.FullName, "conn.log"));
        }

        var findings = (await ReplayOutput.OfAsync(ToldController, _folder.FullName)).Findings;

        Assert.Contains(findings, finding => finding.Client == Utica && finding.Server == Controller);
        Assert.DoesNotContain(findings, finding => finding.Client == Controller);
        Assert.All(
            findings.Where(finding => finding.Client != Utica && finding.Server == Controller), finding =>
            Assert.Equal("low", finding.Severity));
    }

    [Fact]
    public async Task Columns_and_gzip_give_the_findings_of_json()
    {
        var json = (await ReplayOutput.OfAsync(ZeekShared.Apt29())).Findings;
        var columns = ZeekShared.Render(ZeekShared.Apt29(), _folder.PathOf("columns"), ZeekShared.AsColumns);
        var gzip = ZeekShared.Render(ZeekShared.Apt29(), _folder.PathOf("gzip"), ZeekShared.AsGzip);

        Assert.NotEmpty(json);
        Assert.Equal(json, (await ReplayOutput.OfAsync(columns)).Findings);
        Assert.Equal(json, (await ReplayOutput.OfAsync(gzip)).Findings);
    }
}
