namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A program that calls a told domain controller from a told workstation and ends at once.</summary>
public sealed class BriefCallTests
{
    private const double Noon = 12;
    private const string Workstation = "10.0.1.99";

    private static readonly string[] Told = [$"{Court.Controller}=domain-controller", "10.0.1.0/24=workstation"];

    [Fact]
    public void It_is_medium_with_low_confidence_in_the_first_days_and_says_why()
    {
        var finding = Find(new Court(new JudgementOptions { Roles = Told }).Take(Call(Noon)))!;

        Assert.Equal((FindingSeverity.Medium, FindingConfidence.Low), (finding.Severity, finding.Confidence));
        Assert.StartsWith(
            $"A program on workstation {Workstation} called domain controller {Court.Controller} and ended within 2 s", finding.Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, 250)]
    [InlineData(250, 30_000)]
    [InlineData(2_001, 250)]
    public void Service_that_lives_on_is_none(int mapperLasts, int endpointLasts)
    {
        Assert.Null(Find(new Court(new JudgementOptions { Roles = Told }).Take(Call(Noon, mapperLasts, endpointLasts))));
    }

    [Fact]
    public void It_rests_on_both_roles_being_told()
    {
        Assert.All(Told, told => Assert.Null(Find(new Court(new JudgementOptions { Roles = [told] }).Take(Call(Noon)))));
        Assert.Null(Find(new Court(new JudgementOptions { Roles = [$"{Court.Controller}=server", Told[1]] }).Take(Call(Noon))));
    }

    [Fact]
    public void Only_the_first_RPC_of_the_two_is_told()
    {
        var court = new Court(new JudgementOptions { Roles = Told });
        court.Take(Call(Noon - 2, mapperLasts: 12_000)).Take(Call(Noon));

        Assert.Null(Find(court));
    }

    [Fact]
    public void Once_a_common_port_of_the_controller_is_known_the_port_says_it()
    {
        var court = UnusualEndpointTests.Lived(6, new JudgementOptions { Roles = Told });

        Assert.Null(Find(court.Take(Call((24 * 6) + Noon))));
    }

    [Fact]
    public void Neither_what_came_first_nor_a_restart_changes_it()
    {
        foreach (var isRestarted in (bool[])[false, true])
        {
            foreach (var calls in (RpcActivity[][])[[Call(Noon), Call(Noon + 0.3, 20_000)], [Call(Noon + 0.3, 20_000), Call(Noon)]])
            {
                var court = new Court(new JudgementOptions { Roles = Told }).Take(calls[0]).AdvanceTo(Noon + 0.4);
                if (isRestarted) court.Restart();

                Assert.Equal(
                    (FindingSeverity.Medium, 1), Find(court.Take(calls[1])) is { } finding ? (finding.Severity, finding.Count) : default);
            }
        }
    }

    private static RpcActivity Call(double hours, int mapperLasts = 260, int endpointLasts = 250)
    {
        var call = Court.Rpc(hours, Workstation, Court.Controller, endpointPort: 49_677);
        var (mapper, endpoint) = (call.Mapper!.Value, call.Endpoint!.Value);
        return call with
        {
            Mapper = mapper with { EndUnixMilliseconds = mapper.StartUnixMilliseconds + mapperLasts },
            Endpoint = endpoint with { EndUnixMilliseconds = endpoint.StartUnixMilliseconds + endpointLasts },
        };
    }

    private static Finding? Find(Court court) => court.Complete().Find(FindingKind.NewRpcClient, Workstation, Court.Controller);
}
