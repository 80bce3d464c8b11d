using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Many findings at once hide none that is real.</summary>
public sealed class FindingFloodTests
{
    private const int Learned = 15;
    private const double Morning = (24 * Learned) + 9;

    private static readonly string Attacker = Court.ClientAt(3);

    [Fact]
    public void Real_findings_made_before_during_and_after_fifty_thousand_forged_pairs_stand_and_are_remembered()
    {
        var court = Lived(new JudgementOptions { MaxFindings = 1_000 });
        string[] victims = [Court.ClientAt(4), Court.ClientAt(6), Court.ClientAt(8)];
        string[] clients = [Court.ClientAt(3), Court.ClientAt(5), Court.ClientAt(7)];
        var at = Morning;
        for (var part = 0; part < 3; part++)
        {
            court.Take(Court.Rpc(at, clients[part], victims[part]));
            for (var i = 0; i < 25_000 && part < 2; i++)
                court.Take(Court.Rpc(at += 0.000_01, Forged(1, i + (part * 25_000)), Forged(2, i)));
            at += 0.01;
        }

        Assert.InRange(court.Judge.Counts.Findings, 1, 2_000);
        court.AdvanceTo(at + 3);
        Assert.Equal(1_000, court.Judge.Counts.Findings);

        // What was forgotten would be found anew, and counted from one.
        for (var part = 0; part < 3; part++) court.Take(Court.Rpc(at + 4, clients[part], victims[part]));
        court.AdvanceTo(at + 7);
        for (var part = 0; part < 3; part++)
        {
            var finding = court.Find(FindingKind.PeerToPeerRpc, clients[part], victims[part]);
            Assert.Equal((FindingSeverity.High, 2, 2), (finding!.Severity, finding.Count, finding.KnownHosts));
        }
    }

    [Fact]
    public void Malicious_finding_between_unknown_hosts_outlives_every_flood()
    {
        var court = new Court(new JudgementOptions { MaxFindings = 100 }).Take(Court.Contact(0.5, "10.0.1.5", Court.FileServer, 445))
            .AdvanceTo(4);
        for (var i = 0; i < 2_000; i++)
        {
            court.Take(Court.Contact(4 + (i / 2_500.0), Forged(1, i), Forged(2, i), 445));
            if (i != 1_000) continue;
            court.AdvanceTo(4.401);
            court.Judge.Apply(
                new Verdict(
                    FindingKind.FirstAdministration, HostAddress.Parse(Forged(1, i)), HostAddress.Parse(Forged(2, i)),
                    VerdictMeaning.Malicious, "Ada", "it was", Court.At(4.4), null));
        }

        court.AdvanceTo(8).Restart().Take(Court.Contact(9, Forged(1, 1_000), Forged(2, 1_000), 445)).AdvanceTo(12);

        Assert.Equal(2, court.Find(FindingKind.FirstAdministration, Forged(1, 1_000), Forged(2, 1_000))!.Count);
    }

    [Fact]
    public void Many_findings_of_one_kind_and_client_within_an_hour_become_one_that_says_how_many_servers()
    {
        var court = Lived();
        for (var i = 0; i < 60; i++) court.Take(Court.Rpc(Morning + (i * 0.005), Attacker, Forged(1, i)));
        court.Complete();

        var one = court.Find(FindingKind.PeerToPeerRpc, Attacker, null);
        Assert.NotNull(one);
        var own = court.Findings.Values.Where(
            finding => finding is { Kind: FindingKind.PeerToPeerRpc, Server: not null }
                && finding.FirstSeenUnixMilliseconds >= Court.At(Morning)).ToList();
        Assert.Equal((60, 60, Finding.MaxFlows), (one.NumServers, one.Count, one.Flows.Count));
        Assert.StartsWith("60 servers within an hour", one.Reason, StringComparison.Ordinal);
        Assert.Equal(own.Max(finding => finding.Severity), one.Severity);
        Assert.Equal(
            Enumerable.Range(0, 16).Select(i => HostAddress.Parse(Forged(1, i))).Order(),
            own.Select(finding => finding.Server!.Value).Order());
        Assert.DoesNotContain(court.Judge.Edges(HostAddress.Parse(Attacker)), edge => IsForged(edge) && edge.IsLearned);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_one_is_the_same_for_every_order_of_arrival_and_nothing_shown_goes(int seed)
    {
        var random = new Random(seed);
        var contacts = Enumerable.Range(0, 120).Select(i => (At: Morning + (random.NextDouble() * 0.9), Server: Forged(1, i))).ToArray();
        var inOrder = Lived();
        foreach (var (at, server) in contacts.OrderBy(contact => contact.At)) inOrder.Take(Court.Rpc(at, Attacker, server));
        inOrder.AdvanceTo(Morning + 4);

        var shuffled = Lived();
        foreach (var (at, server) in contacts)
            shuffled.Take(Court.Rpc(at, Attacker, server)).AdvanceTo(Math.Max(Morning + 0.9, at) + random.NextDouble());
        shuffled.AdvanceTo(Morning + 4);

        Assert.Equal(
            TwoDays.Describe(inOrder.Find(FindingKind.PeerToPeerRpc, Attacker, null)!),
            TwoDays.Describe(shuffled.Find(FindingKind.PeerToPeerRpc, Attacker, null)!));
        Assert.Empty(shuffled.Withdrawals);
        Assert.Empty(inOrder.Findings.Keys.Except(shuffled.Findings.Keys));
        Assert.InRange(shuffled.Findings.Values.Count(finding => finding.Kind == FindingKind.PeerToPeerRpc), 17, 65);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_the_first_hours_the_same_findings_stand_for_every_order_of_arrival(int seed)
    {
        var random = new Random(seed);
        var contacts = Enumerable.Range(0, 120).Select(i => (At: 0.1 + (random.NextDouble() * 0.8), Server: Forged(1, i))).ToArray();
        var inOrder = new Court().AdvanceTo(0.05);
        foreach (var (at, server) in contacts.OrderBy(contact => contact.At)) inOrder.Take(Court.Rpc(at, Attacker, server));
        inOrder.AdvanceTo(4);

        var shuffled = new Court().AdvanceTo(0.05);
        var clock = 0.9;
        foreach (var (at, server) in contacts) shuffled.Take(Court.Rpc(at, Attacker, server)).AdvanceTo(clock += 0.001);
        shuffled.AdvanceTo(4);

        Assert.Equal(
            inOrder.Findings.Values.Select(TwoDays.Describe).Order(), shuffled.Findings.Values.Select(TwoDays.Describe).Order());
        Assert.Equal(64, shuffled.Findings.Values.Count(finding => finding is { Kind: FindingKind.PeerToPeerRpc, Server: not null }));
    }

    [Fact]
    public void Benign_verdict_on_the_one_covers_no_finding_that_stands_on_its_own()
    {
        var court = Lived();
        for (var i = 0; i < 20; i++) court.Take(Court.Rpc(Morning + (i * 0.005), Attacker, Forged(1, i)));
        court.Take(Court.Rpc(Morning, Attacker, Court.ClientAt(4))).AdvanceTo(Morning + 4);
        foreach (var kind in (FindingKind[])[FindingKind.PeerToPeerRpc, FindingKind.RpcSweep])
            court.Judge.Apply(
                new Verdict(kind, HostAddress.Parse(Attacker), null, VerdictMeaning.Benign, "Ada", "backup", Court.At(Morning + 4), null));

        var edges = court.Judge.Edges(HostAddress.Parse(Attacker)).Where(edge => edge.Client == HostAddress.Parse(Attacker)).ToList();
        Assert.False(edges.Single(edge => edge.Server == HostAddress.Parse(Court.ClientAt(4))).IsLearned);
        Assert.Equal(4, edges.Count(edge => IsForged(edge) && edge.IsLearned));
    }

    private static Court Lived(JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var day = 0; day < Learned; day++) court.SimulateDay(day);
        court.AdvanceTo(Morning).Withdrawals.Clear();
        return court;
    }

    private static bool IsForged(EdgeProfile edge) => edge.Server.ToString().StartsWith("10.201.", StringComparison.Ordinal);

    private static string Forged(int side, int index) => Court.HostIn(200 + side, index);
}
