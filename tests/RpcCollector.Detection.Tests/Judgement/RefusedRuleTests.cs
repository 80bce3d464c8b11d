using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What a firewall refused tells of who tries, and nothing of who serves.</summary>
public class RefusedRuleTests
{
    private const int Learned = 15;
    private const double Morning = (24 * Learned) + 9.5;

    private static readonly FlowTraffic Refused = new(60, 0, 0x02, 0, FlowHalf.None, DirectionConfidence.Stated);
    private static readonly string Attacker = Court.ClientAt(3);

    [Fact]
    public void Sweep_that_a_firewall_stops_is_a_sweep_and_its_reason_says_so()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 9; i++)
            court.Take(Court.Contact(Morning + (i * 0.01), Attacker, $"10.0.9.{i}", 445) with { Traffic = Refused });
        court.Complete();

        var sweep = court.Find(FindingKind.RpcSweep, Attacker, null);
        Assert.Equal((FindingSeverity.High, 9), (sweep?.Severity, sweep?.Count));
        Assert.Contains("9 of 9 unanswered, 9 refused by a firewall", sweep?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapper_flows_to_new_hosts_that_are_all_refused_are_a_sweep_too()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 9; i++)
            court.Take(Court.Rpc(Morning + (i * 0.01), Attacker, $"10.0.9.{i}", JoinBasis.MapperOnly, traffic: Refused));
        court.Complete();

        Assert.Equal(9, court.Find(FindingKind.RpcSweep, Attacker, null)?.Count);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Burst_of_mapper_flows_is_one_of_those_that_got_through(bool isRefused, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 60; i++)
            court.Take(Court.Rpc(Morning + (i * 0.5 / 3600), Attacker, Court.Controller, JoinBasis.MapperOnly,
                traffic: isRefused ? Refused : Court.Answered));
        court.Complete();

        Assert.Equal(isFound, court.Find(FindingKind.MapperBurst, Attacker, Court.Controller) is not null);
    }

    [Fact]
    public void Host_that_firewalls_keep_everybody_from_earns_no_role_of_a_server()
    {
        var (carried, refused) = (FirstContactTests.Lived(Learned), FirstContactTests.Lived(Learned));
        const string Server = "10.0.9.1";
        for (var day = Learned; day < Learned + 10; day++)
        {
            for (var client = 0; client < 30; client++)
            {
                var contact = Court.Contact((24 * day) + 9 + (client * 0.01), Court.ClientAt(client), Server, 445);
                carried.Take(contact);
                refused.Take(contact with { Traffic = Refused });
            }
        }

        Assert.Equal(HostRole.Server, carried.Complete().Judge.Host(HostAddress.Parse(Server))?.Role);
        Assert.NotEqual(HostRole.Server, refused.Complete().Judge.Host(HostAddress.Parse(Server))?.Role);
    }
}
