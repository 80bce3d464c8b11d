using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Tests.Evaluation.Library;

public class PlacedAttacksTests
{
    // One network of a thousand hosts, lived once for all tests.
    private static readonly Lazy<SimulatedEnterprise> Lived = new(() =>
    {
        var enterprise = new SimulatedEnterprise(new EnterpriseShape(1_000, Days: 6, LearningDays: 1), 5, [], campaigns: 30);
        while (enterprise.SimulateDay()) { }
        return enterprise;
    });

    private static IReadOnlyList<PlacedAttack> Placed => Lived.Value.Attacks.Placed;

    [Fact]
    public void Every_tool_and_every_kind_of_target_is_placed_among_a_thousand_hosts()
    {
        Assert.Subset(
            Placed.Select(attack => attack.Name).ToHashSet(StringComparer.Ordinal),
            AttackLibrary.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal));
        Assert.Equal(Enum.GetValues<TargetKind>(), Placed.Select(attack => attack.Target).Distinct().Order());
    }

    [Fact]
    public void Controllers_and_servers_are_attacked_about_as_often_as_workstations_and_many_are_used_before()
    {
        Assert.InRange(Placed.Count(attack => attack.IsOnServer) / (double)Placed.Count, 0.4, 0.65);
        Assert.InRange(
            Placed.Count(attack => attack.IsUsedBefore) / (double)Placed.Count(attack => attack.IsOnServer), 0.3, 0.9);
        Assert.All(Placed.Where(attack => attack.IsUsedBefore), attack => Assert.True(attack.IsOnServer));
    }

    [Fact]
    public void Tool_is_used_against_nothing_but_its_targets()
    {
        foreach (var attack in Placed.Where(attack => !attack.Name.EndsWith("-sweep", StringComparison.Ordinal)))
            Assert.Contains(attack.Target, AttackLibrary.Tools.Single(tool => tool.Name == attack.Name).Targets);
    }

    [Fact]
    public void Coercion_knows_whom_its_victim_contacted()
    {
        var coerced = Placed.Where(attack => attack.Technique == "T1187").ToList();

        Assert.NotEmpty(coerced);
        Assert.All(coerced, attack => Assert.Equal(attack.Victims[0], Assert.Single(attack.Returns).From));
        Assert.All(coerced, attack => Assert.NotEqual(attack.Victims[0], attack.Returns[0].To));
    }

    [Theory]
    [InlineData("dcsync-covenant", "T1003.006", nameof(RpcService.SecurityAuthority))]
    [InlineData("schtasks-create", "T1053.005", nameof(RpcService.Tasks))]
    [InlineData("not-known", "T1047", nameof(RpcService.Wmi))]
    public void Recorded_attack_is_placed_on_the_port_that_its_victim_has_for_the_process(
        string scenario, string technique, string process)
    {
        var (day, network) = (Day(), Lived.Value.Network);
        var (attacker, victim, flows) = (day.WorkstationsOn[0], network.Of(MachineKind.DomainController)[0], new PlacedFlows());
        var service = Enum.Parse<RpcService>(process);
        const int At = 10 * 3_600_000;

        day.Begin(0, new SeededRandom(1));
        flows.Place(day, Recorded(scenario, technique), attacker, victim, At);

        Assert.Equal(day.PortOf(victim, service, At), flows.Of(1)?.ToActivity(1).Endpoint?.ServerPort);
        Assert.Equal(day.AddressOf(attacker), flows.Of(1)?.Client);
    }

    [Fact]
    public void Flow_of_the_library_is_placed_between_its_parties_and_on_the_port_of_the_process()
    {
        var (day, network) = (Day(), Lived.Value.Network);
        var parties = new AttackParties(day.WorkstationsOn[0], network.Of(MachineKind.PrintServer)[0], day.WorkstationsOn[1]);
        var (flows, script) = (new PlacedFlows(), new FlowScript(new SeededRandom(1), TargetKind.PrintServer));
        script.Rpc(RpcService.Spooler, 2_000, 1_000, 1);
        script.InReturn(Party.Relay, WellKnownPort.Smb, 2_000, 1_000, 1);
        script.InReturn(Party.Relay, 80, 2_000, 1_000, 1);

        day.Begin(0, new SeededRandom(1));
        var end = flows.Place(day, script.Flows, parties, 1_000);

        var call = flows.Of(1)!.ToActivity(1);
        var back = flows.Of(2)!.ToContact(2);
        Assert.Equal((day.AddressOf(parties.Attacker), day.AddressOf(parties.Victim)), (call.Client, call.Server));
        Assert.Equal(day.PortOf(parties.Victim, RpcService.Spooler, 1_000), call.Endpoint?.ServerPort);
        Assert.Equal((day.AddressOf(parties.Victim), day.AddressOf(parties.Relay)), (back.Client, back.Server));
        Assert.Equal(WellKnownPort.Smb, back.Flow.ServerPort);
        Assert.Equal(Math.Max(flows.Of(1)!.End, flows.Of(2)!.End), end);
        Assert.Throws<ArgumentOutOfRangeException>(() => flows.Of(3)); // no flow of port 80 is seen
    }

    [Fact]
    public void Server_counts_as_used_before_from_the_day_after_it_was_used()
    {
        var network = Lived.Value.Network;
        var (client, server) = (network.Of(MachineKind.Desktop)[0], network.Of(MachineKind.FileServer)[0]);
        var use = new ServerUse(network);

        use.Note(client.Number, server.Number);
        use.Note(server.Number, client.Number);
        Assert.False(use.IsKnown(client, server));
        use.EndDay();
        Assert.True(use.IsKnown(client, server));
        Assert.False(use.IsKnown(server, client)); // the client is no server
    }

    private static SimulatedDay Day()
    {
        var network = Lived.Value.Network;
        return new SimulatedDay(network, new AddressLeases(network), 1, []);
    }

    private static RecordedAttack Recorded(string name, string technique)
    {
        var (client, server) = (HostAddress.Parse("192.0.2.1"), HostAddress.Parse("192.0.2.2"));
        const long Start = 1_600_000_000_000;
        var activity = new RpcActivity
        {
            Basis = JoinBasis.Car,
            Client = client,
            Server = server,
            Mapper = new FlowSpan(50_001, 135, Start, Start + 12_000),
            Endpoint = new FlowSpan(50_002, 60_123, Start + 5, Start + 30_000),
            SamplingInterval = 1,
            Traffic = new FlowTraffic(4_000, 6_000, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
        };
        return new RecordedAttack(
            new Scenario(name, technique, client, server, ScenarioTarget.DomainController, []), "ipfix", [activity], []);
    }
}
