using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// A file server that everybody opens, and a client of it that calls through pipes with an SMB of its own: sessions of Windows go on for
/// ten seconds or more, those of tools end at once.
/// </summary>
public sealed class BriefPipeCallsTests
{
    private const int Learned = 16;
    private const int Clients = 25;
    private const double Morning = (24 * Learned) + 10;
    private const string Server = Court.FileServer;
    private const byte Unfinished = 0x1A;

    private static readonly string Attacker = Court.ClientAt(3);

    // impacket's atexec, about; nothing of it is recorded.
    private static readonly FlowTraffic Calls = Court.Answered with { ClientOctets = 14_000, ServerOctets = 9_000 };

    [Theory]
    [InlineData(6_000, 14_000, 9_000, true)]
    [InlineData(1_684, 15_330, 4_714, true)] // The recorded smbexec.
    [InlineData(9_999, 14_000, 9_000, true)]
    [InlineData(10_000, 14_000, 9_000, false)] // Windows' own may be over by then.
    [InlineData(6_000, 9_000, 14_000, false)] // He reads.
    [InlineData(6_000, 90_000, 9_000, false)] // He writes; of that another rule tells where it is more.
    [InlineData(6_000, 4_000, 3_000, false)]
    public void Brief_session_that_sends_more_than_it_gets_is_told_of_a_server_that_the_client_uses_anyway(
        int lasts, uint sent, uint got, bool isTold)
    {
        var court = Lived();
        court.Take(Session(Morning, Attacker, lasts, Calls with { ClientOctets = sent, ServerOctets = got })).Complete();

        Assert.Equal(isTold ? FindingSeverity.Medium : null, SeverityOf(court, Attacker));
    }

    [Fact]
    public void Session_that_was_not_seen_to_end_is_nothing_since_a_record_ends_sooner_than_what_it_is_of()
    {
        var court = Lived();
        court.Take(Session(Morning, Attacker, 6_000, Calls with { ClientTcpFlags = Unfinished, ServerTcpFlags = Unfinished })).Complete();

        Assert.Null(SeverityOf(court, Attacker));
    }

    [Theory]
    [InlineData(FlowHalf.FromClient, 1)]
    [InlineData(FlowHalf.Both, 100)]
    public void What_was_seen_in_part_is_nothing(FlowHalf half, uint sampling)
    {
        var court = Lived();
        var traffic = Calls with { Half = half, ServerOctets = half == FlowHalf.Both ? 9_000u : 0 };
        court.Take(Session(Morning, Attacker, 6_000, traffic) with { SamplingInterval = sampling }).Complete();

        Assert.Null(SeverityOf(court, Attacker));
    }

    [Fact]
    public void Controller_is_asked_for_names_that_way_all_day()
    {
        var court = Lived(roles: $"{Court.Controller}=domain-controller");
        court.Take(Session(Morning, Attacker, 6_000, Calls, Court.Controller)).Complete();

        Assert.Null(court.Find(FindingKind.PipeOpened, Attacker, Court.Controller));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(Learned, false)]
    public void What_the_two_did_on_three_days_while_the_network_was_learned_is_silent(int days, bool isTold)
    {
        var caller = Court.ClientAt(10);
        var court = Lived(callers: 1, calls: (day, _) => day < days);
        court.Take(Session(Morning, caller, 6_000, Calls)).Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Equal(isTold ? FindingSeverity.Medium : null, SeverityOf(court, caller));
        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Attacker));
    }

    [Theory]
    [InlineData(Clients, 2, true)]
    [InlineData(Clients, 3, false)]
    [InlineData(45, 3, true)] // A tenth of its clients by SMB.
    [InlineData(45, 5, false)]
    public void Server_that_three_clients_and_a_tenth_call_so_by_habit_is_one_that_is_called_so(int clients, int callers, bool isTold)
    {
        var court = Lived(callers, clients);
        court.Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Equal(isTold, SeverityOf(court, Attacker) is not null);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Three_clients_make_a_server_one_that_is_called_so_on_three_days(int days, bool isTold)
    {
        var court = Lived(callers: 3, calls: (day, caller) => day == 4 + Math.Min(caller, days - 1));
        court.Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Equal(isTold, SeverityOf(court, Attacker) is not null);
    }

    [Fact]
    public void Who_asks_is_none_of_the_three()
    {
        var court = Lived(callers: 3, calls: (day, caller) => day == 4 + caller);
        court.Take(Session(Morning, Court.ClientAt(12), 6_000, Calls)).Complete();

        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Court.ClientAt(12)));
    }

    [Fact]
    public void Scanner_that_calls_all_servers_so_is_no_sign_of_what_one_of_them_is_called_for()
    {
        var court = Lived(callers: 3, roles: [$"{Server}=server", $"{Court.ClientAt(11)}=scanner"]);
        court.Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Attacker));
    }

    [Fact]
    public void What_was_reported_is_no_habit_on_the_days_after()
    {
        var court = Lived();
        for (var day = 0; day < 4; day++) court.Take(Session(Morning + (24 * day), Attacker, 6_000, Calls));
        court.Complete();

        Assert.Equal(4, court.Find(FindingKind.PipeOpened, Attacker, Server)!.Count);
    }

    [Fact]
    public void What_a_person_called_benign_is_silent_from_then_on_for_these_two()
    {
        var court = Lived();
        court.Take(Session(Morning, Attacker, 6_000, Calls)).AdvanceTo(Morning + 30);
        var told = court.Find(FindingKind.PipeOpened, Attacker, Server)!;
        court.Judge.Apply(new Verdict(
            told.Kind, told.Client, told.Server, VerdictMeaning.Benign, "Ada", "her backup", Court.At(Morning + 30), null));
        court.Take(Session(Morning + 48, Attacker, 6_000, Calls)).Take(Session(Morning + 48, Court.ClientAt(4), 6_000, Calls)).Complete();

        Assert.Equal(1, court.Find(FindingKind.PipeOpened, Attacker, Server)!.Count);
        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Court.ClientAt(4)));
    }

    [Fact]
    public void Judge_that_did_not_learn_it_before_its_upgrade_learns_it_first()
    {
        using var saved = new MemoryStream();

        // With no hour open: that form knew of no contacts that are only counted.
        Lived().AdvanceTo(Morning - 1).Judge.Save(saved, offset: 0);
        var court = new Court(new JudgementOptions { Roles = [$"{Server}=server"] });
        court.Judge.Load(new MemoryStream(SavedJudgementTests.Former(saved.ToArray(), version: 10, without: 2 * sizeof(int))));
        court.Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Null(SeverityOf(court, Attacker));
    }

    [Fact]
    public void Judge_that_goes_on_from_what_it_saved_knows_it_still()
    {
        using var saved = new MemoryStream();
        Lived(callers: 1).Judge.Save(saved, offset: 0);
        var court = new Court(new JudgementOptions { Roles = [$"{Server}=server"] });
        court.Judge.Load(new MemoryStream(saved.ToArray()));
        court.Take(Session(Morning, Court.ClientAt(10), 6_000, Calls)).Take(Session(Morning, Attacker, 6_000, Calls)).Complete();

        Assert.Null(SeverityOf(court, Court.ClientAt(10)));
        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Attacker));
    }

    private static FindingSeverity? SeverityOf(Court court, string client) => court.Find(FindingKind.PipeOpened, client, Server)?.Severity;

    private static AdministrationContact Session(double hours, string client, int lasts, FlowTraffic traffic, string server = Server)
    {
        var contact = Court.Contact(hours, client, server, 445) with { Traffic = traffic };
        return contact with { Flow = contact.Flow with { EndUnixMilliseconds = contact.Flow.StartUnixMilliseconds + lasts } };
    }

    /// <summary>Days on which everybody opens the file server, and some call it through pipes.</summary>
    /// <param name="calls">Whether on a day a caller, by number, does so; all of them every day when null.</param>
    private static Court Lived(int callers = 0, int clients = Clients, Func<int, int, bool>? calls = null, params string[] roles)
    {
        var court = new Court(new JudgementOptions { Roles = roles.Length > 0 ? roles : [$"{Server}=server"] });
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day, clients);
            for (var i = 0; i < callers; i++)
            {
                if (calls?.Invoke(day, i) == false) continue;
                court.Take(Session((24 * day) + 19 + (0.1 * i), Court.ClientAt(10 + i), 6_000, Calls));
            }
        }

        return court;
    }
}
