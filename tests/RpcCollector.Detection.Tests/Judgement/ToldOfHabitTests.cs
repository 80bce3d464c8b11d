using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Who looks into one desktop after another, week after week, is told once in two weeks.</summary>
public sealed class ToldOfHabitTests
{
    private const int Learned = 16;

    private static readonly string HelpDesk = Court.ClientAt(11);

    [Fact]
    public void The_first_after_the_network_was_learned_is_told_and_the_next_is_low_and_says_why()
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal(FindingSeverity.Medium, Of(court, 3).Severity);
        Assert.Equal(FindingSeverity.Low, Of(court, 4).Severity);
        Assert.Contains("within two weeks, that this client drove another host", Of(court, 4).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13, 14, 15)]
    public void Without_three_days_over_a_week_each_is_told(params int[] days)
    {
        var court = Lived(days);
        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal((FindingSeverity.Medium, FindingSeverity.Medium), (Of(court, 3).Severity, Of(court, 4).Severity));
    }

    [Fact]
    public void Two_days_of_learning_and_the_one_that_was_told_are_a_habit_too()
    {
        var court = Lived(2, 12);
        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal((FindingSeverity.Medium, FindingSeverity.Low), (Of(court, 3).Severity, Of(court, 4).Severity));
    }

    [Fact]
    public void More_on_a_day_than_on_any_before_are_told()
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        Look(court, Learned + 1, 5, hours: 3);
        court.Complete();

        Assert.Equal((FindingSeverity.Low, FindingSeverity.Medium), (Of(court, 4).Severity, Of(court, 5).Severity));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void Who_began_to_drive_more_than_eight_on_a_day_is_no_help_desk(int hosts, bool isLow)
    {
        var court = new Court();
        for (var day = 0; day <= Learned; day++)
        {
            court.SimulateDay(day);
            if (day is 2 or 6) Look(court, day, day);
            for (var i = 0; i < hosts && day == 12; i++) court.Take(Court.Rpc((24 * day) + 18 + (i / 2.0), HelpDesk, $"10.0.5.{i}"));
        }

        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal(isLow, Of(court, 4).Reason.Contains("it is told already, within two weeks", StringComparison.Ordinal));
    }

    [Fact]
    public void After_two_weeks_it_is_told_again()
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        for (var day = Learned + 1; day < Learned + 16; day++) court.SimulateDay(day);
        Look(court, Learned + 15, 4);
        court.Complete();

        Assert.Equal(FindingSeverity.Medium, Of(court, 4).Severity);
    }

    [Fact]
    public void A_host_that_three_others_use_is_told()
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        for (var i = 0; i < 3; i++) court.Take(Court.Contact((24 * Learned) + 19, Court.ClientAt(i), Court.ClientAt(4), 445));
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal(FindingSeverity.Medium, Of(court, 4).Severity);
    }

    [Theory]
    [InlineData(false, FindingSeverity.Medium)]
    [InlineData(true, FindingSeverity.High)]
    public void What_it_copies_is_told_and_is_as_bad_as_ever_where_it_is_started(bool isStarted, FindingSeverity severity)
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Take(Court.Contact((24 * (Learned + 1)) + 18.002, HelpDesk, Court.ClientAt(4), 445) with
        {
            Traffic = Court.Answered with { ClientOctets = 220_000, ServerOctets = 5_000 },
        });
        if (isStarted) court.Take(Court.Rpc((24 * (Learned + 1)) + 18.005, HelpDesk, Court.ClientAt(4)));
        court.Complete();

        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.PeerToPeerRpc, HelpDesk, Court.ClientAt(4))?.Severity);
        Assert.Equal(severity, court.Find(FindingKind.LargeUpload, HelpDesk, Court.ClientAt(4))?.Severity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Once_something_more_than_new_stands_or_a_person_calls_it_malicious_the_next_is_told(bool byPerson)
    {
        var court = Lived(2, 6, 12);
        Look(court, Learned, 3);
        if (!byPerson) court.Take(Court.Contact((24 * Learned) + 20, HelpDesk, Court.ClientAt(6), 5985));
        court.AdvanceTo((24 * Learned) + 30);
        if (byPerson)
            court.Judge.Apply(new Verdict(
                FindingKind.PeerToPeerRpc, HostAddress.Parse(HelpDesk), HostAddress.Parse(Court.ClientAt(3)), VerdictMeaning.Malicious,
                "Ada", "owned", Court.At((24 * Learned) + 30), null));
        court.SimulateDay(Learned + 1);
        Look(court, Learned + 1, 4);
        court.Complete();

        Assert.Equal(FindingSeverity.Medium, Of(court, 4).Severity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_same_for_another_order_of_arrival_and_after_restarts(bool isRestarted)
    {
        var hours = new[] { 0, 0.9, 1.3, 2.4, 4.8 };
        var (expected, court) = (Lived(2, 6, 12), Lived(2, 6, 12));
        foreach (var on in (Court[])[expected, court])
        {
            Look(on, Learned, 3);
            on.SimulateDay(Learned + 1);
        }

        for (var i = 0; i < hours.Length; i++) Look(expected, Learned + 1, 4 + i, hours[i]);
        foreach (var i in new[] { 1, 0, 2, 3, 4 })
        {
            Look(court, Learned + 1, 4 + i, hours[i]);
            court.Judge.JudgeChanged();
            if (isRestarted) court.Restart();
        }

        expected.Complete();
        court.Complete();
        for (var i = 0; i < hours.Length; i++)
        {
            var (one, other) = (Of(expected, 4 + i), Of(court, 4 + i));
            Assert.Equal((one.Severity, one.Confidence, one.Reason), (other.Severity, other.Confidence, other.Reason));
        }
    }

    /// <summary>The help desk drives another desktop on each of some evenings.</summary>
    private static Court Lived(params int[] days)
    {
        var court = new Court();
        for (var day = 0; day <= Learned; day++)
        {
            court.SimulateDay(day);
            if (days.Contains(day)) court.Take(Court.Rpc((24 * day) + 18, HelpDesk, Court.ClientAt(Array.IndexOf(days, day))));
        }

        return court;
    }

    private static void Look(Court court, int day, int host, double hours = 0) =>
        court.Take(Court.Rpc((24 * day) + 18 + hours, HelpDesk, Court.ClientAt(host)));

    private static Finding Of(Court court, int host) => court.Find(FindingKind.PeerToPeerRpc, HelpDesk, Court.ClientAt(host))!;
}
