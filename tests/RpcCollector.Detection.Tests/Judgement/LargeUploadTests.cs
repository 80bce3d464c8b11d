using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Much that is written by SMB where nobody writes.</summary>
public sealed class LargeUploadTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 10.5;
    private const double Second = 1 / 3600.0;

    private static readonly string Intruder = Court.ClientAt(3);
    private static readonly string Victim = Court.ClientAt(7);

    [Theory]
    [InlineData(220_000, 5_000, true)]
    [InlineData(50_000, 10_000, true)]
    [InlineData(49_999, 5_000, false)]
    [InlineData(60_000, 12_001, false)]
    public void Fifty_kilobytes_and_five_times_what_comes_back_are_an_upload(uint sent, uint got, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Upload(Morning, Intruder, Court.Controller, sent, got)).Complete();

        var finding = court.Find(FindingKind.LargeUpload, Intruder, Court.Controller);
        Assert.Equal(isFound ? FindingSeverity.Medium : null, finding?.Severity);
        if (isFound) Assert.Equal(["T1021.002", "T1570"], finding!.Techniques);
    }

    [Fact]
    public void Parts_of_an_hour_count_together()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 6; i++) court.Take(Upload(Morning + (i * 0.01), Intruder, Court.Controller, 12_000, 2_000));

        Assert.Equal(
            FindingSeverity.Medium, court.Complete().Find(FindingKind.LargeUpload, Intruder, Court.Controller)?.Severity);
    }

    [Fact]
    public void Copied_and_started_within_a_minute_is_high()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Upload(Morning, Intruder, Victim, 220_000, 5_000));
        court.Take(Court.Rpc(Morning + (31 * Second), Intruder, Victim)).Complete();

        var finding = court.Find(FindingKind.LargeUpload, Intruder, Victim);
        Assert.Equal(FindingSeverity.High, finding?.Severity);
        Assert.Contains("T1569.002", finding!.Techniques);
    }

    [Theory]
    [InlineData(-4, true)] // Two clocks.
    [InlineData(-6, false)]
    [InlineData(-30, false)]
    public void Rpc_that_came_before_what_was_copied_did_not_start_it(int seconds, bool isStarted)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Rpc(Morning + (seconds * Second), Intruder, Victim));
        court.Take(Upload(Morning, Intruder, Victim, 220_000, 5_000)).Complete();

        // The first contact is told as it is, and the upload refers to it.
        var finding = court.Find(FindingKind.LargeUpload, Intruder, Victim)!;
        Assert.Equal(isStarted ? FindingSeverity.High : FindingSeverity.Low, finding.Severity);
        Assert.Equal(isStarted, finding.Techniques.Contains("T1569.002"));
        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Intruder, Victim)!.Severity);
    }

    [Fact]
    public void Program_that_is_started_in_the_next_hour_but_within_the_minute_counts()
    {
        var end = (24 * Learned) + 11.0;
        var court = FirstContactTests.Lived(Learned);
        court.Take(Upload(end - (20 * Second), Intruder, Victim, 220_000, 5_000));
        court.Take(Court.Rpc(end + (20 * Second), Intruder, Victim)).Complete();

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.LargeUpload, Intruder, Victim)?.Severity);
    }

    [Fact]
    public void Upload_that_was_told_in_its_hour_is_not_counted_again_when_it_is_started_in_the_next()
    {
        var end = (24 * Learned) + 11.0;
        var court = FirstContactTests.Lived(Learned);
        court.Take(Upload(end - (20 * Second), Intruder, Victim, 220_000, 5_000));
        court.Take(Court.Rpc(end + (20 * Second), Intruder, Victim)).Complete();

        Assert.Equal(2, court.Find(FindingKind.LargeUpload, Intruder, Victim)?.Count);
    }

    [Fact]
    public void Another_upload_later_in_the_hour_hides_no_start_of_the_former_one()
    {
        var end = (24 * Learned) + 11.0;
        var court = FirstContactTests.Lived(Learned);
        court.Take(Upload(end - (20 * Second), Intruder, Victim, 220_000, 5_000));
        court.Take(Court.Rpc(end + (20 * Second), Intruder, Victim));
        court.Take(Upload(end + 0.6, Intruder, Victim, 60_000, 5_000)).Complete();

        var finding = court.Find(FindingKind.LargeUpload, Intruder, Victim);
        Assert.Equal((FindingSeverity.High, 3), (finding?.Severity, finding?.Count));
    }

    [Fact]
    public void Server_that_three_known_clients_write_to_is_silent_and_one_that_two_write_to_is_not()
    {
        foreach (var (writers, isFound) in ((int, bool)[])[(2, true), (3, false)])
        {
            var court = new Court();
            for (var day = 0; day < Learned; day++)
            {
                court.SimulateDay(day);
                for (var i = 0; i < writers; i++)
                    court.Take(Upload((24 * day) + 18 + (i * 0.01), Court.ClientAt(i), Court.FileServer, 80_000, 9_000));
            }

            court.Take(Upload(Morning, Court.ClientAt(9), Court.FileServer, 80_000, 9_000)).Complete();
            Assert.Equal(isFound, court.Find(FindingKind.LargeUpload, Court.ClientAt(9), Court.FileServer) is not null);
        }
    }

    [Fact]
    public void Pair_that_writes_every_day_is_silent()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Upload((24 * day) + 18, Intruder, Court.FileServer, 80_000, 9_000));
        }

        court.Take(Upload(Morning, Intruder, Court.FileServer, 800_000, 9_000)).Complete();
        Assert.DoesNotContain(
            court.Findings.Values,
            finding => finding.Kind == FindingKind.LargeUpload && finding.LastSeenUnixMilliseconds >= Court.At(Morning));
    }

    [Fact]
    public void Three_hosts_that_write_after_the_learning_period_are_reported_and_hide_no_fourth()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var day = 0; day < 4; day++)
            for (var i = 0; i < 3; i++)
                court.Take(Upload(Morning + (24 * day) + (i * 0.01), Court.ClientAt(i), Court.Controller, 80_000, 9_000));
        court.Take(Upload(Morning + 120, Intruder, Court.Controller, 80_000, 9_000)).Complete();

        for (var i = 0; i < 4; i++)
            Assert.Equal(
                FindingSeverity.Medium, court.Find(FindingKind.LargeUpload, Court.ClientAt(i), Court.Controller)?.Severity);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Where_one_writes_by_habit_three_that_began_days_ago_are_enough(int others, bool isFound)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            court.Take(Upload((24 * day) + 18, Court.ClientAt(1), Court.FileServer, 80_000, 9_000));
        }

        // Those that began afterwards are told, each.
        for (var i = 0; i < others - 1; i++)
            court.Take(Upload(Morning + (24 * i), Court.ClientAt(4 + i), Court.FileServer, 80_000, 9_000));
        court.Take(Upload(Morning + (24 * 6), Court.ClientAt(9), Court.FileServer, 80_000, 9_000)).Complete();

        for (var i = 0; i < others - 1; i++)
            Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.LargeUpload, Court.ClientAt(4 + i), Court.FileServer)?.Severity);
        Assert.Equal(isFound, court.Find(FindingKind.LargeUpload, Court.ClientAt(9), Court.FileServer) is not null);
    }

    [Fact]
    public void Sampled_flows_and_those_of_uncertain_direction_show_no_upload()
    {
        var court = FirstContactTests.Lived(Learned);
        var upload = Upload(Morning, Intruder, Court.Controller, 220_000, 5_000);
        court.Take(upload with { SamplingInterval = 100 });
        var other = Upload(Morning + 0.1, Court.ClientAt(4), Court.Controller, 220_000, 5_000);
        court.Take(other with { Traffic = other.Traffic with { Direction = DirectionConfidence.Uncertain } }).Complete();

        Assert.DoesNotContain(court.Findings.Values, finding => finding.Kind == FindingKind.LargeUpload);
    }

    [Theory]
    [InlineData(3, 2_000_000, 40_000, false)]
    [InlineData(2, 2_000_000, 40_000, true)]
    [InlineData(3, 900_000, 40_000, true)]
    [InlineData(3, 2_000_000, 0, true)]
    [InlineData(3, 2_000_000, 500_000, true)]
    public void Sampled_flows_that_show_enough_of_it_make_a_host_one_that_is_written_to(int writers, uint sent, uint got, bool isFound)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < writers; i++) Write(court, (24 * day) + 18 + (i * 0.01), i, sent, got);
        }

        court.Take(Upload(Morning, Court.ClientAt(9), Court.FileServer, 80_000, 9_000)).Complete();
        Assert.Equal(isFound, court.Find(FindingKind.LargeUpload, Court.ClientAt(9), Court.FileServer) is not null);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Those_that_began_after_the_learning_period_must_be_five_and_days_ago(int writers, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < writers; i++) Write(court, Morning + (i * 0.01), i, 2_000_000, 40_000);
        court.Take(Upload(Morning + 120, Court.ClientAt(9), Court.FileServer, 80_000, 9_000)).Complete();

        Assert.Equal(isFound, court.Find(FindingKind.LargeUpload, Court.ClientAt(9), Court.FileServer) is not null);
    }

    [Fact]
    public void Told_management_server_hands_out_files_at_low()
    {
        var court = FirstContactTests.Lived(Learned, new JudgementOptions { Roles = [$"{Intruder}=management-server"] });
        court.Take(Upload(Morning, Intruder, Victim, 220_000, 5_000));
        court.Take(Court.Rpc(Morning + (31 * Second), Intruder, Victim)).Complete();

        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.LargeUpload, Intruder, Victim)?.Severity);
    }

    [Theory]
    [InlineData(Court.FileServer, FindingSeverity.Low)]
    [InlineData("10.0.1.17", FindingSeverity.Medium)]
    public void What_an_administrator_copies_and_starts_is_low_where_others_use_the_host(string host, FindingSeverity severity)
    {
        // Of five servers by WinRM, day by day while the network is learned; a person calls that normal, one server a day.
        var administrator = Court.ClientAt(11);
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day, atHour: hours =>
            {
                for (var client = 0; client < 8; client++)
                    for (var server = 0; server < 5; server++)
                        court.Take(
                            Court.Contact(hours + (0.01 * server) + (0.001 * client), Court.ClientAt(client), $"10.0.8.{server}", 445));
            });
            for (var server = 0; server < 5; server++)
                court.Take(Court.Contact((24 * day) + 18 + (0.1 * server), administrator, $"10.0.8.{server}", 5985));
            if (day is < 5 or > 9) continue;
            var told = court.Find(FindingKind.FirstAdministration, administrator, $"10.0.8.{day - 5}")!;
            court.Judge.Apply(new Verdict(
                told.Kind, told.Client, told.Server, VerdictMeaning.Benign, "Ada", "administers it", Court.At((24 * day) + 19), null));
        }

        court.Take(Upload(Morning, administrator, host, 575_000, 20_000));
        court.Take(Court.Rpc(Morning + (31 * Second), administrator, host)).Complete();

        var finding = court.Find(FindingKind.LargeUpload, administrator, host)!;
        Assert.Equal(severity, finding.Severity);
        Assert.Contains("it administers", finding.Reason, StringComparison.Ordinal);
    }

    private static void Write(Court court, double hours, int client, uint sent, uint got) =>
        court.Take(Upload(hours, Court.ClientAt(client), Court.FileServer, sent, got) with { SamplingInterval = 100 });

    private static AdministrationContact Upload(double hours, string client, string server, uint sent, uint got) =>
        Court.Contact(hours, client, server, 445) with { Traffic = Court.Answered with { ClientOctets = sent, ServerOctets = got } };
}
