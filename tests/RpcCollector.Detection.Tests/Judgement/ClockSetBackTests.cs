using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A clock that was ahead ends no judging, and what was learned meanwhile is not forgotten.</summary>
public sealed class ClockSetBackTests
{
    // Two days have been lived, and it is ten o'clock of the third.
    private const double Now = 58;
    private const string Attacker = "10.0.1.12";
    private const string Victim = "10.0.1.13";

    public static TheoryData<double, bool, bool> Leaps() =>
    [
        .. from hours in (double[])[2, 24, 9_600]
           from withFacts in (bool[])[false, true]
           from overRestart in (bool[])[false, true]
           select (hours, withFacts, overRestart),
    ];

    [Theory]
    [MemberData(nameof(Leaps))]
    public void Attack_after_the_clock_was_set_right_is_found(double ahead, bool withFacts, bool overRestart)
    {
        var court = SetRight(Leapt(ahead, withFacts), overRestart);
        Assert.Null(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim));

        court.Take(Court.Rpc(Now + 0.2, Attacker, Victim)).AdvanceTo(Now + 0.21);

        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim));
        Assert.Equal(0, court.Judge.Counts.Late);
    }

    [Theory]
    [MemberData(nameof(Leaps))]
    public void What_was_learned_before_and_meanwhile_is_there(double ahead, bool withFacts, bool overRestart)
    {
        var before = Lived();
        var (hosts, edges) = (before.Judge.Hosts(), before.Judge.Edges(HostAddress.Parse(Court.FileServer)));
        var court = SetRight(Leapt(ahead, withFacts), overRestart);

        // The facts of the leap are of hosts that were known, and of one that was not.
        var known = court.Judge.Hosts();
        Assert.Equal(hosts.Select(host => host.Address), known.Select(host => host.Address)
            .Where(address => address != HostAddress.Parse("10.0.1.99")));
        Assert.Equal(withFacts, court.Judge.Host(HostAddress.Parse("10.0.1.99")) is not null);
        Assert.All(known, host => Assert.InRange(host.LastSeenUnixMilliseconds, Court.At(8), Court.At(Now)));
        foreach (var edge in edges)
        {
            var now = court.Judge.Edges(HostAddress.Parse(Court.FileServer))
                .Single(other => (other.Client, other.Service) == (edge.Client, edge.Service));
            Assert.Equal((edge.FirstSeenUnixMilliseconds, edge.IsLearned), (now.FirstSeenUnixMilliseconds, now.IsLearned));
        }

        // Neither does a later day forget it.
        for (var day = 3; day < 6; day++) court.SimulateDay(day);
        Assert.Equal(known.Count, court.Judge.Hosts().Count);
    }

    [Fact]
    public void Leap_of_400_days_with_facts_decays_no_habits()
    {
        // A client whose habit it is to make no new contacts is called high for one; of one whose habit is forgotten nobody knows.
        var (without, with) = (Lived(), Lived().AdvanceTo(Now + 9_600));
        with.Take(Court.Contact(Now + 9_600.1, Attacker, Court.FileServer, 445)).AdvanceTo(Now + 9_603).SetBackTo(Now + 0.1);
        foreach (var court in (Court[])[with, without]) court.Take(Court.Rpc(Now + 0.2, Attacker, Victim)).AdvanceTo(Now + 0.21);

        Assert.Equal(FindingSeverity.High, without.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
        Assert.Equal(FindingSeverity.High, with.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finding_of_an_hour_that_lay_ahead_stands_as_it_was_shown(bool overRestart)
    {
        var court = Lived().AdvanceTo(Now + 24).Take(Court.Rpc(Now + 24, Attacker, Victim)).AdvanceTo(Now + 24.01);
        var (shown, changes) = (court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim), court.NumChanges);
        Assert.NotNull(shown);

        SetRight(court, overRestart);
        Assert.Equal((TwoDays.Describe(shown), changes),
            (TwoDays.Describe(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)!), court.NumChanges));

        // It is seen again, and last seen then.
        court.Take(Court.Rpc(Now + 0.5, Attacker, Victim)).AdvanceTo(Now + 0.51);
        var again = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim);
        Assert.Equal(shown.Count + 1, again!.Count);
        Assert.InRange(again.LastSeenUnixMilliseconds, Court.At(Now + 0.5), Court.At(Now + 0.51));
    }

    [Fact]
    public void Facts_of_an_hour_that_is_open_again_are_not_learned_twice()
    {
        var first = Court.Rpc(Now + 0.01, Attacker, Court.FileServer);
        var court = Lived().Take(first).AdvanceTo(Now + 24).SetBackTo(Now + 0.1);
        var flows = FlowsOf(court);

        // What more is known of the first one now teaches nothing; the second one is new.
        court.Take(first with { Traffic = Court.Unanswered }, ActivityChangeKind.Revised)
            .Take(Court.Rpc(Now + 0.2, Attacker, Court.FileServer)).AdvanceTo(Now + 3);
        Assert.Equal(flows + 1, FlowsOf(court));
        Assert.Equal(0, court.Judge.Counts.Late);

        static long FlowsOf(Court court) =>
            court.Judge.Edges(HostAddress.Parse(Attacker))
                .Single(edge => edge.Service == EdgeService.Rpc && edge.Server == HostAddress.Parse(Court.FileServer)).Flows;
    }

    [Fact]
    public void What_is_revised_in_an_hour_that_was_not_lived_yet_is_judged()
    {
        // The fact as it was added was dropped on the way.
        var court = Leapt(9_600, withFacts: true).SetBackTo(Now + 0.1).AdvanceTo(Now + 30);

        court.Take(Court.Rpc(Now + 30, Attacker, Victim), ActivityChangeKind.Revised).AdvanceTo(Now + 30.01);

        Assert.NotNull(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim));
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(5, 0)]
    public void Latest_findings_are_said_again_as_they_stand(double hoursLater, int changes)
    {
        var court = Lived().Take(Court.Rpc(Now, Attacker, Victim)).AdvanceTo(Now + hoursLater).RestartAt(Now + hoursLater);
        var (said, before) = (court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)!, court.NumChanges);

        court.Judge.SayAgain();

        Assert.Equal(before + changes, court.NumChanges);
        Assert.Equal(TwoDays.Describe(said), TwoDays.Describe(court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)!));
    }

    [Fact]
    public void Hours_that_are_not_over_go_on_as_they_were()
    {
        // Ten minutes back, within the hours that are open.
        var court = Lived().Take(Court.Rpc(Now - 0.5, Attacker, Victim)).AdvanceTo(Now + 0.1).SetBackTo(Now - 0.06);
        var found = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim);

        court.AdvanceTo(Now + 3);

        Assert.Equal(1, court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Count);
        Assert.Equal(found?.Severity, court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)?.Severity);
    }

    [Fact]
    public void Verdict_that_expires_is_not_forgotten_because_the_clock_was_ahead()
    {
        var court = Lived().Take(Court.Rpc(Now, Attacker, Victim)).AdvanceTo(Now + 0.01);
        var finding = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim)!;
        court.Judge.Apply(new Verdict(
            finding.Kind, finding.Client, finding.Server, VerdictMeaning.Malicious, "ann", "seen", Court.At(Now), Court.At(Now + 240)));

        court.AdvanceTo(Now + 9_600).Take(Court.Rpc(Now + 9_600, Attacker, Court.FileServer)).AdvanceTo(Now + 9_603).SetBackTo(Now + 0.1);
        court.Take(Court.Rpc(Now + 0.2, Attacker, Victim)).AdvanceTo(Now + 30);

        // Malicious is what blocks learning, and it still does.
        Assert.False(court.Judge.Edges(HostAddress.Parse(Victim)).Single(edge => edge.Client == HostAddress.Parse(Attacker)).IsLearned);
    }

    [Fact]
    public void Clock_that_goes_back_and_forth_for_ever_costs_no_more()
    {
        var court = Lived();
        for (var i = 0; i < 200; i++)
        {
            court.AdvanceTo(Now + 24 + (i / 100.0)).Take(Court.Rpc(Now + 24 + (i / 100.0), Attacker, Court.FileServer))
                .SetBackTo(Now + (i / 100.0));
            court.Take(Court.Rpc(Now + (i / 100.0), Attacker, Court.FileServer, id: 1_000 + i));
        }

        Assert.InRange(court.Judge.Counts.OpenFacts, 0, 400);
        Assert.Equal(Lived().Judge.Hosts().Count, court.Judge.Hosts().Count);
    }

    [Fact]
    public void Uploads_of_hours_that_lay_ahead_count_as_of_the_day_on_which_the_clock_was_set()
    {
        var court = Lived(new JudgementOptions
        {
            LearningPeriod = TimeSpan.FromDays(1),
            YoungHost = TimeSpan.FromHours(1),
            RoleWitnesses = 3,
            Roles = [$"{Court.Controller}=domain-controller", $"{Court.FileServer}=server"],
        });
        court.AdvanceTo(Now + 9_600);
        for (var i = 0; i < 3; i++) court.Take(Upload(Now + 9_600.1 + (i * 0.01), Court.ClientAt(i)));
        court.AdvanceTo(Now + 9_603).SetBackTo(Now + 0.1).AdvanceTo(Now + 48);

        // Three clients that were known before write to the server, reported or not.
        court.Take(Upload(Now + 48.1, Court.ClientAt(8))).Complete();

        Assert.Null(court.Find(FindingKind.LargeUpload, Court.ClientAt(8), Court.FileServer));

        static AdministrationContact Upload(double hours, string client) =>
            Court.Contact(hours, client, Court.FileServer, 445) with
            {
                Traffic = Court.Answered with { ClientOctets = 80_000, ServerOctets = 9_000 },
            };
    }

    private static Court Leapt(double ahead, bool withFacts)
    {
        var court = Lived().AdvanceTo(Now + ahead);
        if (withFacts)
        {
            court.Take(Court.Rpc(Now + ahead + 0.1, "10.0.1.99", Court.FileServer)).AdvanceTo(Now + ahead + 2.5);
            court.Take(Court.Rpc(Now + ahead + 2.4, "10.0.1.99", Court.FileServer));
        }

        return court;
    }

    private static Court SetRight(Court court, bool overRestart) => overRestart ? court.RestartAt(Now + 0.1) : court.SetBackTo(Now + 0.1);

    private static Court Lived(JudgementOptions? options = null)
    {
        var court = new Court(options ?? new JudgementOptions
        {
            LearningPeriod = TimeSpan.FromDays(1),
            YoungHost = TimeSpan.FromHours(1),
            Roles = [$"{Court.Controller}=domain-controller", $"{Court.FileServer}=server"],
        });
        for (var day = 0; day < 2; day++) court.SimulateDay(day);
        return court.AdvanceTo(Now);
    }
}
