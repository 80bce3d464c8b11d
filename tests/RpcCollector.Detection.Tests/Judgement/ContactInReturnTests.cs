using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A server that comes back to its client within seconds.</summary>
public sealed class ContactInReturnTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 10.5;
    private const double Millisecond = 1 / 3_600_000.0;

    private static readonly string Intruder = Court.ClientAt(3);

    [Theory]
    [InlineData(0, false)] // Both at once: who came first is not told, and the client never used SMB of the controller.
    [InlineData(9, true)]
    [InlineData(44, true)]
    [InlineData(4_999, true)]
    [InlineData(5_001, false)]
    [InlineData(-20, false)]
    public void Controller_that_opens_smb_to_its_client_within_five_seconds_of_its_contact_was_made_to(int milliseconds, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(Morning + (milliseconds * Millisecond), Court.Controller, Intruder, 445)).Complete();

        var finding = court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller);
        Assert.Equal(isFound, finding is not null);
        if (!isFound) return;
        Assert.Equal((FindingSeverity.High, FindingConfidence.High), (finding!.Severity, finding.Confidence));
        Assert.Equal(["T1187"], finding.Techniques);
        Assert.Equal(2, finding.Flows.Count);
    }

    [Fact]
    public void Controller_that_drives_a_host_that_has_just_contacted_it_replicates_from_it()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Intruder, Court.Controller));
        court.Take(Court.Rpc(Morning + (30 * Millisecond), Court.Controller, Intruder)).Complete();

        var finding = court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller);
        Assert.Equal(FindingSeverity.High, finding?.Severity);
        Assert.Equal(["T1187", "T1207"], finding?.Techniques);
    }

    [Fact]
    public void Question_to_the_mapper_alone_is_what_identity_sensors_ask()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Intruder, Court.Controller));
        court.Take(Court.Rpc(Morning + (30 * Millisecond), Court.Controller, Intruder, JoinBasis.MapperOnly)).Complete();

        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller)?.Severity);
    }

    [Fact]
    public void Who_is_contacted_by_the_server_as_a_habit_is_not_contacted_in_return()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
            court.SimulateDay(day, atHour: at => court.Take(Court.Contact(at, Court.FileServer, Intruder, 445)));
        court.Take(Court.Contact(Morning, Intruder, Court.FileServer, 445));
        court.Take(Court.Contact(Morning + (20 * Millisecond), Court.FileServer, Intruder, 445)).Complete();

        Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.FileServer));
    }

    [Theory]
    [InlineData(41, true)]
    [InlineData(200, true)]
    [InlineData(201, false)] // It comes at any time by itself.
    public void Controller_that_looks_into_its_clients_day_by_day_does_so_at_once_after_a_call_only_when_it_is_made_to(
        int milliseconds, bool isFound)
    {
        var court = Visited(Court.Controller);
        court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(Morning + (milliseconds * Millisecond), Court.Controller, Intruder, 445)).Complete();

        var finding = court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller);
        Assert.Equal(isFound ? FindingSeverity.Medium : null, finding?.Severity);
        if (isFound) Assert.Contains("looks into such hosts by itself, but not at their call", finding!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Controller_that_looked_into_its_client_in_the_same_hour_or_by_another_clock_was_made_to_do_nothing()
    {
        foreach (var isOfOneClock in (bool[])[true, false])
        {
            var court = Visited(Court.Controller);
            Assert.True(court.Exporters.TryGetId(HostAddress.Parse("192.0.2.2"), out var other));
            var back = Court.Contact(Morning + (41 * Millisecond), Court.Controller, Intruder, 445);
            if (isOfOneClock) court.Take(Court.Contact(Morning - 0.2, Court.Controller, Intruder, 445));
            court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
            court.Take(isOfOneClock ? back : back with { Exporters = ExporterSet.Of(other) }).Complete();

            Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller));
        }
    }

    [Fact]
    public void Server_that_came_first_within_the_hour_did_not_come_in_return()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Court.FileServer, Intruder, 445));
        court.Take(Court.Contact(Morning + 0.01, Intruder, Court.FileServer, 445));
        court.Take(Court.Contact(Morning + 0.01 + (20 * Millisecond), Court.FileServer, Intruder, 445)).Complete();

        Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.FileServer));
    }

    [Fact]
    public void Flow_whose_direction_is_uncertain_or_that_was_sampled_proves_no_return()
    {
        foreach (var (direction, sampling, isFound) in ((DirectionConfidence, uint, bool)[])
            [(DirectionConfidence.Stated, 1, true), (DirectionConfidence.Uncertain, 1, false), (DirectionConfidence.Stated, 100, false)])
        {
            var court = FirstContactTests.Lived(Learned);
            court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
            var back = Court.Contact(Morning + (20 * Millisecond), Court.Controller, Intruder, 445);
            court.Take(back with { SamplingInterval = sampling, Traffic = back.Traffic with { Direction = direction } }).Complete();

            Assert.Equal(isFound, court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller) is not null);
        }
    }

    [Fact]
    public void Connection_from_445_to_445_may_go_either_way_and_proves_nothing()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
        var back = Court.Contact(Morning + (20 * Millisecond), Court.Controller, Intruder, 445);
        court.Take(back with { Flow = back.Flow with { ClientPort = 445 } }).Complete();

        Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller));
    }

    [Fact]
    public void Return_across_the_end_of_an_hour_is_found_though_the_client_did_nothing_in_the_new_one()
    {
        var end = (24 * Learned) + 11.0;
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(end - (100 * Millisecond), Intruder, Court.Controller, 445));
        court.Take(Court.Contact(end + (20 * Millisecond), Court.Controller, Intruder, 445)).Complete();

        var finding = court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller);
        Assert.Equal((FindingSeverity.High, 2), (finding?.Severity, finding?.Count));
    }

    [Fact]
    public void Return_is_found_whichever_of_the_two_arrives_first_and_goes_when_it_was_none()
    {
        var (asked, back) = (Court.Contact(Morning, Intruder, Court.Controller, 445),
            Court.Contact(Morning + (20 * Millisecond), Court.Controller, Intruder, 445));
        var court = FirstContactTests.Lived(Learned).Take(back).Take(asked).AdvanceTo(Morning + 0.1);
        Assert.NotNull(court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller));

        // The flow turns out to be another's.
        court.Take(back, ActivityChangeKind.Withdrawn).AdvanceTo(Morning + 0.2);
        Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller));
    }

    [Fact]
    public void Late_earlier_contact_of_the_server_takes_the_return_back()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Intruder, Court.FileServer, 445));
        court.Take(Court.Contact(Morning + (20 * Millisecond), Court.FileServer, Intruder, 445)).AdvanceTo(Morning + 0.1);
        Assert.NotNull(court.Find(FindingKind.ContactInReturn, Intruder, Court.FileServer));

        court.Take(Court.Contact(Morning - 0.2, Court.FileServer, Intruder, 445)).AdvanceTo(Morning + 0.2);
        Assert.Null(court.Find(FindingKind.ContactInReturn, Intruder, Court.FileServer));
    }

    [Fact]
    public void Times_of_two_exporters_are_worth_medium_at_most()
    {
        var court = FirstContactTests.Lived(Learned);
        Assert.True(court.Exporters.TryGetId(HostAddress.Parse("192.0.2.2"), out var other));
        court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(Morning + (20 * Millisecond), Court.Controller, Intruder, 445) with { Exporters = ExporterSet.Of(other) })
            .Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller)?.Severity);
    }

    [Fact]
    public void First_days_give_nothing_high_for_a_return()
    {
        var court = new Court().SimulateDay(0).SimulateDay(1);
        court.Take(Court.Contact(44, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(44 + (20 * Millisecond), Court.Controller, Intruder, 445)).Complete();

        Assert.InRange(
            court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller)!.Severity, FindingSeverity.Low, FindingSeverity.Medium);
    }

    [Fact]
    public void What_was_reported_as_a_return_does_not_become_normal_by_happening_again_next_day()
    {
        var court = FirstContactTests.Lived(Learned);
        foreach (var day in (int[])[0, 1])
        {
            court.Take(Court.Contact(Morning + (24 * day), Intruder, Court.Controller, 445));
            court.Take(Court.Contact(Morning + (24 * day) + (20 * Millisecond), Court.Controller, Intruder, 445));
        }

        Assert.Equal(4, court.Complete().Find(FindingKind.ContactInReturn, Intruder, Court.Controller)?.Count);
    }

    [Fact]
    public void Person_who_calls_a_return_benign_teaches_what_the_server_did()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(Morning + (20 * Millisecond), Court.Controller, Intruder, 445)).AdvanceTo(Morning + 3);
        foreach (var found in court.Findings.Values.ToList())
            court.Judge.Apply(new Verdict(
                found.Kind, found.Client, found.Server, VerdictMeaning.Benign, "Ada", "", Court.At(Morning + 3), null));
        court.Take(Court.Contact(Morning + 24, Intruder, Court.Controller, 445));
        court.Take(Court.Contact(Morning + 24 + (20 * Millisecond), Court.Controller, Intruder, 445)).Complete();

        Assert.Equal(2, court.Find(FindingKind.ContactInReturn, Intruder, Court.Controller)?.Count);
    }

    /// <summary>A network in which a host opens SMB to the intruder's machine, among others, every evening.</summary>
    private static Court Visited(string visitor)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Contact((24 * day) + 20.5, visitor, Intruder, 445));
        }

        return court;
    }

    [Theory]
    [InlineData(41, FindingSeverity.Medium)]
    [InlineData(900, FindingSeverity.Low)] // As its job is.
    public void Management_server_that_never_contacted_a_host_does_so_at_once_after_its_call_only_when_it_is_made_to(
        int milliseconds, FindingSeverity severity)
    {
        const string manager = "10.0.0.77";
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            for (var i = 5; i < 20; i++) court.Take(Court.Rpc((24 * day) + 19 + (0.02 * i), manager, Court.ClientAt(i)));
        }

        court.Take(Court.Contact(Morning, Intruder, manager, 445));
        court.Take(Court.Contact(Morning + (milliseconds * Millisecond), manager, Intruder, 445)).Complete();

        Assert.Equal(HostRole.ManagementServer, FirstContactTests.RoleOf(court, manager));
        Assert.Equal(severity, court.Find(FindingKind.ContactInReturn, Intruder, manager)?.Severity);
    }

    [Fact]
    public void Server_that_asks_the_same_host_in_vain_for_days_is_low()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var day = 0; day < 6; day++)
            court.Take(Court.Rpc(Morning + (24 * day), Court.FileServer, Intruder, JoinBasis.MapperOnly, traffic: Court.Unanswered));
        court.AdvanceTo(Morning + 200);

        // What was said on the first day stands; it goes on without a word.
        Assert.Equal(FindingSeverity.Medium, court.Complete().Find(FindingKind.ServerTurnsClient, Court.FileServer, Intruder)?.Severity);
        Assert.Single(court.Findings.Values, finding => finding.Client == HostAddress.Parse(Court.FileServer));
    }

    [Theory]
    [InlineData(false, FindingSeverity.Medium)]
    [InlineData(true, FindingSeverity.Low)]
    public void Server_that_asks_a_workstation_in_vain_is_worth_a_look_where_it_never_asked_one(bool askedBefore, FindingSeverity severity)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            if (askedBefore && day == 3) court.Take(Court.Rpc((24 * day) + 19, Court.FileServer, Court.ClientAt(8), JoinBasis.MapperOnly));
        }

        court.Take(Court.Rpc(Morning, Court.FileServer, Intruder, JoinBasis.MapperOnly, traffic: Court.Unanswered)).Complete();

        Assert.Equal(severity, court.Find(FindingKind.ServerTurnsClient, Court.FileServer, Intruder)?.Severity);
    }

    [Fact]
    public void First_contact_of_a_controller_to_a_member_is_worth_a_look_and_its_daily_questions_are_not()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning, Court.Controller, Intruder, JoinBasis.MapperOnly)).Complete();
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.ServerTurnsClient, Court.Controller, Intruder)?.Severity);

        var asking = new Court();
        for (var day = 0; day < Learned; day++)
        {
            asking.SimulateDay(day);
            asking.Take(Court.Rpc((24 * day) + 18, Court.Controller, Court.ClientAt(day % 3 + 5), JoinBasis.MapperOnly));
        }

        asking.Take(Court.Rpc(Morning, Court.Controller, Intruder, JoinBasis.MapperOnly)).Complete();
        Assert.Null(asking.Find(FindingKind.ServerTurnsClient, Court.Controller, Intruder));
    }
}
