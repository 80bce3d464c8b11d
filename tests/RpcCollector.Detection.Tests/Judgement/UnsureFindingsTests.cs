using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>While a network is unknown that is so large that everything in it is new, what is unsure waits until it is told.</summary>
public sealed class UnsureFindingsTests
{
    // Ten unsure ones are told at once, and what is low is kept while less than a hundred wait.
    private const int Room = 200;
    private const int ToldAtOnce = 10;
    private const int KeptWaiting = 100;

    private const double Second = 1 / 3_600.0;

    // The hour closes when the next one is over, too.
    private const double Closed = 3.001;

    [Fact]
    public void First_ones_are_told_at_once_and_low_ones_beyond_them_when_their_hour_closes()
    {
        var court = Crowd(Small(), 60).AdvanceTo(1.02);
        Assert.Equal((ToldAtOnce, 60 - ToldAtOnce), (court.Findings.Count, court.Judge.Counts.WaitingFindings));

        court.AdvanceTo(2.99);
        Assert.Equal(ToldAtOnce, court.Findings.Count);

        court.AdvanceTo(Closed);
        Assert.Equal((60, 0), (court.Findings.Count, court.Judge.Counts.WaitingFindings));
        Assert.All(court.Findings.Values, finding => Assert.Equal(FindingSeverity.Low, finding.Severity));
    }

    [Fact]
    public void Medium_ones_beyond_them_are_told_when_they_are_medium_two_minutes_after_they_began()
    {
        var court = Pairs(Small(), 40).AdvanceTo(1 + (8 * Second)).AdvanceTo(1 + (118 * Second));
        Assert.Equal((ToldAtOnce, 40 - ToldAtOnce), (court.Findings.Count, court.Judge.Counts.WaitingFindings));

        court.AdvanceTo(1 + (121 * Second));
        Assert.Equal((40, 0), (court.Findings.Count, court.Judge.Counts.WaitingFindings));
        Assert.All(court.Findings.Values, finding => Assert.Equal(FindingSeverity.Medium, finding.Severity));
    }

    [Fact]
    public void Medium_ones_whose_servers_turn_out_to_have_many_clients_are_never_told_as_medium()
    {
        var court = Pairs(Small(), ToldAtOnce).Take(Court.Contact(1.001, Client(0), Court.FileServer, 445)).AdvanceTo(1.002);
        Crowd(court, 30).AdvanceTo(1.1);

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Server == HostAddress.Parse(Court.FileServer));
        court.AdvanceTo(Closed);
        var told = court.Findings.Values.Where(finding => finding.Server == HostAddress.Parse(Court.FileServer)).ToList();
        Assert.Equal(30, told.Count);
        Assert.All(told, finding => Assert.Equal(FindingSeverity.Low, finding.Severity));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void What_is_sure_is_told_at_once_and_with_it_what_else_is_said_of_its_client(int crowd)
    {
        var court = Crowd(Small(), crowd).AdvanceTo(1.1);
        var attacker = Client(crowd - 1);
        var others = court.Findings.Count;
        Assert.Null(court.Find(FindingKind.FirstAdministration, attacker, Court.FileServer));

        court.Take(Court.Rpc(1.1, attacker, "10.0.9.9", traffic: Court.Unanswered));
        court.Take(Court.Contact(1.1 + (21.02 * Second), attacker, "10.0.9.9", 445));

        // Before all that is open is looked at again.
        court.AdvanceTo(1.1 + (28 * Second)).AdvanceTo(1.1 + (29.5 * Second));

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.FirewalledServiceControl, attacker, "10.0.9.9")?.Severity);
        Assert.NotNull(court.Find(FindingKind.FirstAdministration, attacker, Court.FileServer));
        Assert.Equal(others, court.Findings.Values.Count(finding => finding.Client != HostAddress.Parse(attacker)));
    }

    [Fact]
    public void Crowd_of_any_size_takes_no_more_room_than_is_meant_for_what_waits()
    {
        var court = Crowd(Small(), 2_000).AdvanceTo(1.9);

        Assert.InRange(court.Judge.Counts.WaitingFindings, 1, KeptWaiting);
        Assert.Equal((ToldAtOnce + KeptWaiting, 0), (court.Judge.Counts.Findings, (int)court.Judge.Counts.EvictedFindings));
        Assert.Equal(ToldAtOnce, court.Findings.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Once_the_hours_are_closed_the_same_is_told_for_every_order_of_arrival_as_where_nothing_waited(int seed)
    {
        var random = new Random(seed);
        var contacts = Contacts(random);
        var unbounded = new Court().AdvanceTo(0.9);
        foreach (var contact in contacts.OrderBy(contact => contact.Flow.StartUnixMilliseconds)) unbounded.Take(contact);
        unbounded.AdvanceTo(Closed);
        Assert.Equal(0, unbounded.Judge.Counts.WaitingFindings);

        var (court, clock, waited) = (Small(), 1.9, 0);
        foreach (var contact in contacts)
        {
            court.Take(contact).AdvanceTo(clock += 0.003 * random.NextDouble());
            waited = Math.Max(waited, court.Judge.Counts.WaitingFindings);
            if (random.Next(40) == 0) court.Restart();
        }

        court.AdvanceTo(Closed);
        Assert.NotEqual(0, waited);
        Assert.Equal(Described(unbounded), Described(court));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void Who_loads_tells_what_who_saved_tells_and_nothing_twice(int crowd)
    {
        var (saved, loaded) = (Both(Small()), Both(Small()));
        var (ofSaved, ofLoaded) = (saved.NumChanges, loaded.NumChanges);
        saved.Judge.Save(new MemoryStream());
        loaded.Restart();

        foreach (var hours in (double[])[1.013, 1.02, 1.03, 1.04, Closed])
        {
            saved.AdvanceTo(hours);
            loaded.AdvanceTo(hours);
            Assert.Equal((saved.NumChanges - ofSaved, saved.Findings.Count), (loaded.NumChanges - ofLoaded, loaded.Findings.Count));
            Assert.Equal(Described(saved), Described(loaded));
        }

        Court Both(Court court)
        {
            Crowd(Pairs(court, 30), crowd).AdvanceTo(1.011).AdvanceTo(1.012);
            Take(court, court.Findings.Values.First(finding => finding.Server != HostAddress.Parse(Court.FileServer)));
            return court.AdvanceTo(1.0125);
        }
    }

    [Fact]
    public void What_is_withdrawn_while_it_waits_was_never_there()
    {
        var court = Pairs(Small(), 40).AdvanceTo(1 + (20 * Second));
        var told = court.Findings.Values.Select(finding => finding.Client).ToHashSet();
        foreach (var contact in Enumerable.Range(0, 40).Select(Pair).Where(contact => !told.Contains(contact.Client)))
            court.Take(contact, ActivityChangeKind.Withdrawn);
        court.AdvanceTo(Closed);

        Assert.Empty(court.Withdrawn);
        Assert.Equal(told.Order(), court.Findings.Values.Select(finding => finding.Client).Order());
    }

    [Fact]
    public void Snapshots_one_after_the_other_keep_nobody_waiting()
    {
        var court = Crowd(Pairs(Small(), 40), 300);
        for (var second = 45; second <= 150; second += 5)
        {
            court.AdvanceTo(1 + (second * Second)).Judge.Save(new MemoryStream());
            if (second % 30 == 0) court.Restart();
        }

        Assert.Equal(40, court.Findings.Values.Count(finding => finding.Severity == FindingSeverity.Medium));
    }

    [Fact]
    public void Clock_that_was_ahead_keeps_nothing_waiting()
    {
        var court = Pairs(Small(), 40).AdvanceTo(1 + (20 * Second));
        Assert.NotEqual(0, court.Judge.Counts.WaitingFindings);

        court.SetBackTo(0.5).AdvanceTo(0.5 + (2 * Second));
        Assert.Equal((40, 0), (court.Findings.Count, court.Judge.Counts.WaitingFindings));
        Assert.Equal(40, court.Judge.Counts.Findings);
    }

    [Fact]
    public void Server_of_many_of_which_something_sure_is_told_sets_no_flood_free()
    {
        var court = Crowd(Small(), 300).AdvanceTo(1.1);
        var before = court.Findings.Count;
        court.Take(Court.Call(1.2, Court.FileServer, "10.0.9.9", "drsuapi", "DRSGetNCChanges")).AdvanceTo(1.21).AdvanceTo(1.3);

        Assert.Contains(court.Findings.Values, finding => finding.Client == HostAddress.Parse(Court.FileServer)
            && finding.Severity.IsAtLeast(FindingSeverity.High));
        Assert.InRange(court.Findings.Count, before + 1, before + 70);
    }

    [Fact]
    public void Medium_ones_for_which_there_is_no_room_are_told_when_their_hour_closes()
    {
        var court = Small();
        for (var i = 0; i < 1_000; i++) court.Take(Court.Contact(1.01, Client(i), Elsewhere(i), 445));
        court.AdvanceTo(1.02).AdvanceTo(1.5).AdvanceTo(Closed);

        Assert.Equal((1_000, Room), (court.Findings.Count, court.Judge.Counts.Findings));
        Assert.Empty(court.Withdrawn);
    }

    [Fact]
    public void Low_ones_for_which_there_is_no_room_when_their_hour_closes_are_counted()
    {
        var court = Crowd(Small(), 1_000).AdvanceTo(1.02).AdvanceTo(1.5).AdvanceTo(Closed);

        Assert.Equal((Room, 1_000 - Room), (court.Judge.Counts.Findings, (int)court.Judge.Counts.EvictedFindings));
        Assert.InRange(court.Findings.Count, Room, (2 * Room) + ToldAtOnce);
        Assert.Empty(court.Withdrawn);
    }

    [Fact]
    public void Told_and_given_way_it_is_taken_back_when_its_flow_goes()
    {
        var court = Small();
        foreach (var contact in Told()) court.Take(contact);
        court.AdvanceTo(1.022);
        Assert.Equal(5, court.Findings.Count);

        // They lie amid the flood: so they are the first to give way.
        for (var i = 0; i < 1_000; i++) court.Take(Court.Contact(i % 2 == 0 ? 1.01 : 1.022, Client(i), Elsewhere(i), 445));
        court.AdvanceTo(1.024).AdvanceTo(1.025);
        Assert.NotEqual(0, court.Judge.Counts.EvictedFindings);
        foreach (var contact in Told()) court.Take(contact, ActivityChangeKind.Revised);
        court.AdvanceTo(1.026).AdvanceTo(1.027);
        foreach (var contact in Told()) court.Take(contact, ActivityChangeKind.Withdrawn);
        court.AdvanceTo(1.03).AdvanceTo(Closed);

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Client.ToString().StartsWith("10.0.3.", StringComparison.Ordinal));

        static IEnumerable<AdministrationContact> Told() =>
            Enumerable.Range(0, 5).Select(i => Court.Contact(1.02, $"10.0.3.{1 + i}", Server(i), 445));
    }

    [Fact]
    public void Medium_one_that_gives_way_while_it_waits_is_told()
    {
        var court = Pairs(Small(), 30);
        for (var i = 0; i < 350; i++) court.Take(Court.Contact(i % 2 == 0 ? 1.001 : 0.98, Client(i), Elsewhere(i), 445));
        court.AdvanceTo(1 + (8 * Second)).AdvanceTo(1 + (10 * Second));
        Assert.Equal((0, 370), (court.Judge.Counts.EvictedFindings, court.Judge.Counts.WaitingFindings));

        var told = court.Findings.Count;
        for (var i = 350; i < 380; i++) court.Take(Court.Contact(i % 2 == 0 ? 1.001 : 0.98, Client(i), Elsewhere(i), 445));
        court.AdvanceTo(1 + (12 * Second)).AdvanceTo(1 + (14 * Second));

        Assert.InRange(court.Judge.Counts.EvictedFindings, 50, 120);
        Assert.InRange(court.Findings.Count, told + 50, told + 120);
    }

    [Fact]
    public void What_is_low_and_waits_makes_room_for_what_is_medium()
    {
        var court = Crowd(Small(), 300).AdvanceTo(1.02);
        Assert.Equal(KeptWaiting, court.Judge.Counts.WaitingFindings);
        for (var i = 0; i < 300; i++) court.Take(Court.Contact(1.03, Client(i), Elsewhere(i), 445));
        court.AdvanceTo(1.04);

        Assert.Equal(0, court.Judge.Counts.EvictedFindings);
        Assert.InRange(court.Judge.Counts.Findings, 300, 2 * Room);
    }

    [Fact]
    public void Room_that_one_leaves_is_for_nobody_who_waits()
    {
        var court = Crowd(Small(), 60).AdvanceTo(1.011).AdvanceTo(1.012);
        Take(court, court.Findings.Values.First());
        court.AdvanceTo(1.02).AdvanceTo(1.5);

        Assert.Equal(ToldAtOnce - 1, court.Findings.Count);
    }

    [Fact]
    public void Last_hour_of_learning_and_the_next_are_told_as_one_whatever_was_left_out()
    {
        var options = new JudgementOptions { MaxFindings = Room, LearningPeriod = TimeSpan.FromHours(3) };
        var court = new Court(options).Take(Court.Contact(0.5, "10.0.5.5", "10.0.5.6", 445)).AdvanceTo(2.4);
        for (var i = 0; i < 300; i++) court.Take(Court.Contact(2.5, Client(i), Court.FileServer, 445));
        court.AdvanceTo(2.6).AdvanceTo(2.7);
        Assert.Equal(KeptWaiting, court.Judge.Counts.WaitingFindings);
        for (var i = 290; i < 300; i++) court.Take(Court.Contact(3.1, Client(i), Court.FileServer, 445));
        court.AdvanceTo(3.11).AdvanceTo(3.12);
        for (var i = 290; i < 300; i++) Assert.Null(court.Find(FindingKind.FirstAdministration, Client(i), Court.FileServer));

        court.AdvanceTo(5.001);
        for (var i = 290; i < 300; i++)
            Assert.Equal(2, court.Find(FindingKind.FirstAdministration, Client(i), Court.FileServer)?.Count);
    }

    [Fact]
    public void Role_that_is_told_while_something_waits_makes_it_nothing_to_tell()
    {
        var court = Pairs(Small(), 40).AdvanceTo(1 + (20 * Second));
        var told = court.Findings.Values.Select(finding => finding.Server).ToHashSet();
        court.Tell("10.2.0.0/16", HostRole.Server).AdvanceTo(Closed);

        Assert.Equal(told.Order(), court.Findings.Values.Select(finding => finding.Server).Order());
    }

    [Fact]
    public void After_the_learning_period_nothing_waits()
    {
        var court = Small();
        for (var day = 0; day < 15; day++) court.SimulateDay(day);
        const double morning = (24 * 15) + 9;
        court.AdvanceTo(morning).Findings.Clear();
        for (var i = 0; i < 40; i++) court.Take(Court.Contact(morning + 0.01, Client(i), Server(i), 445));
        court.AdvanceTo(morning + 0.02);

        Assert.Equal((40, 0), (court.Findings.Count, court.Judge.Counts.WaitingFindings));
    }

    private static Court Small() => new Court(new JudgementOptions { MaxFindings = Room }).AdvanceTo(0.9);

    /// <summary>Clients of one file server, all at once.</summary>
    private static Court Crowd(Court court, int number)
    {
        for (var i = 0; i < number; i++) court.Take(Court.Contact(1.01, Client(i), Court.FileServer, 445));
        return court;
    }

    private static Court Pairs(Court court, int number)
    {
        for (var i = 0; i < number; i++) court.Take(Pair(i));
        return court;
    }

    private static AdministrationContact Pair(int index) => Court.Contact(1, $"10.0.3.{1 + index}", Server(index), 445);

    /// <summary>Clients of a few servers that everybody uses, and pairs that nobody else has to do with; in any order.</summary>
    private static AdministrationContact[] Contacts(Random random)
    {
        var contacts = Enumerable.Range(0, 150)
            .Select(i => Court.Contact(1 + (0.9 * random.NextDouble()), Client(i % 50), $"10.0.0.{20 + (i / 50)}", 445))
            .Concat(Enumerable.Range(0, 25).Select(i => Court.Contact(1 + (0.9 * random.NextDouble()), Client(i), Server(i), 445)))
            .ToArray();
        random.Shuffle(contacts);
        return contacts;
    }

    /// <summary>Takes the flow of a finding back.</summary>
    private static void Take(Court court, Finding finding)
    {
        var at = finding.Server == HostAddress.Parse(Court.FileServer) ? 1.01 : 1.0;
        var contact = Court.Contact(at, finding.Client.ToString(), finding.Server.ToString()!, 445);
        court.Take(contact, ActivityChangeKind.Withdrawn);
    }

    private static List<string> Described(Court court) => [.. court.Findings.Values.Select(TwoDays.Describe).Order(StringComparer.Ordinal)];

    private static string Client(int index) => Court.HostIn(1, index);

    private static string Elsewhere(int index) => Court.HostIn(3, index);

    private static string Server(int index) => $"10.2.0.{1 + index}";
}
