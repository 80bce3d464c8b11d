using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class TruthTests
{
    private const long Minute = 60_000;
    private const long Start = 1_700_000_000_000;

    private static readonly HostAddress Attacker = HostAddress.Parse("192.0.2.1");
    private static readonly HostAddress Victim = HostAddress.Parse("192.0.2.2");
    private static readonly HostAddress Bystander = HostAddress.Parse("192.0.2.3");

    private static readonly PlacedAttack Attack =
        new("wmi-invoke", "T1047", MachineKind.Desktop, MachineKind.Laptop, Attacker, [Victim], Start, Start + (5 * Minute), Campaign: 1);

    [Fact]
    public void Finding_about_attacker_and_victim_at_the_time_of_the_attack_is_right() =>
        Assert.Equal([Attack], Behind(Attacker, Victim, Start, Start + Minute));

    [Fact]
    public void Finding_about_the_attacker_alone_is_right() =>
        Assert.Equal([Attack], Behind(Attacker, server: null, Start, Start + Minute));

    [Fact]
    public void Finding_about_another_pair_or_the_way_back_is_wrong()
    {
        Assert.Empty(Behind(Attacker, Bystander, Start, Start + Minute));
        Assert.Empty(Behind(Bystander, Victim, Start, Start + Minute));
        Assert.Empty(Behind(Victim, Attacker, Start, Start + Minute));
    }

    [Fact]
    public void Finding_that_began_hours_before_or_after_the_attack_is_wrong()
    {
        Assert.Empty(Behind(Attacker, Victim, Start - (181 * Minute), Start + Minute));
        Assert.Empty(Behind(Attacker, Victim, Start - (30 * Minute), Start - Minute));
        Assert.Empty(Behind(Attacker, Victim, Start + (66 * Minute), Start + (70 * Minute)));
    }

    [Fact]
    public void Pivot_may_begin_with_the_contact_of_the_day_before() =>
        Assert.Equal([Attack], Behind(Attacker, Victim, Start - (1_000 * Minute), Start + Minute, FindingKind.Pivot));

    [Fact]
    public void Finding_about_either_end_of_what_the_victim_contacted_in_return_is_right()
    {
        var coercion = Attack with { Returns = [(Victim, Bystander)] };

        Assert.Equal([coercion], BehindOf(coercion, Victim, Bystander));
        Assert.Equal([coercion], BehindOf(coercion, Bystander, Victim));
        Assert.Equal([coercion], BehindOf(coercion, Victim, server: null));
        Assert.Empty(BehindOf(coercion, Victim, Attacker));
        Assert.Empty(BehindOf(coercion, Attacker, Bystander));
    }

    [Fact]
    public void Finding_of_another_client_that_names_the_attacker_by_a_flow_to_the_victim_is_right()
    {
        var told = About(Bystander, Victim, Start, Start + Minute, FindingKind.PeerToPeerRpc);

        Assert.Equal([Attack], new Truth([Attack]).Behind(told with { Flows = [Flow(Bystander, Victim), Flow(Attacker, Victim)] }));
        Assert.Empty(new Truth([Attack]).Behind(told with { Flows = [Flow(Bystander, Victim), Flow(Attacker, Bystander)] }));
        Assert.Empty(new Truth([Attack]).Behind(told with { Kind = FindingKind.Pivot, Flows = [Flow(Attacker, Victim)] }));
    }

    private static ContributingFlow Flow(HostAddress client, HostAddress server) =>
        new(client, 50_000, server, 49_700, Start, Start + Minute, "", default, 1);

    private static List<PlacedAttack> BehindOf(PlacedAttack attack, HostAddress client, HostAddress? server) =>
        [.. new Truth([attack]).Behind(About(client, server, Start, Start + Minute, FindingKind.PeerToPeerRpc))];

    private static List<PlacedAttack> Behind(
        HostAddress client, HostAddress? server, long first, long last, FindingKind kind = FindingKind.PeerToPeerRpc) =>
        [.. new Truth([Attack]).Behind(About(client, server, first, last, kind))];

    private static Finding About(HostAddress client, HostAddress? server, long first, long last, FindingKind kind) => new()
    {
        Id = 1,
        Kind = kind,
        Severity = FindingSeverity.High,
        Confidence = FindingConfidence.Medium,
        Client = client,
        Server = server,
        Count = 1,
        FirstSeenUnixMilliseconds = first,
        LastSeenUnixMilliseconds = last,
        Techniques = [],
        Analytics = [],
        Reason = "",
        Flows = [],
    };
}
