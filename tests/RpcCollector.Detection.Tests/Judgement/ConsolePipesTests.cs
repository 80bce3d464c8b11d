using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A program that is copied by SMB and driven through a console whose pipes have a connection each.</summary>
public sealed class ConsolePipesTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 10.5;
    private const double Second = 1 / 3600.0;

    private static readonly string Intruder = Court.ClientAt(9);

    [Fact]
    public void Console_after_a_copy_is_told_on_a_server_that_others_write_to_and_the_copy_alone_is_not()
    {
        foreach (var pipes in (int[])[0, 3])
        {
            var court = Console(WrittenTo(), Morning, pipes).Complete();

            var finding = court.Find(FindingKind.LargeUpload, Intruder, Court.FileServer);
            Assert.Equal(pipes > 0 ? FindingSeverity.Medium : null, finding?.Severity);
            if (finding is null) continue;
            Assert.Contains("3 more connections at once that carried little", finding.Reason, StringComparison.Ordinal);
            Assert.Contains("T1569.002", finding.Techniques);
            Assert.Equal(4, finding.Count);
        }
    }

    [Theory]
    [InlineData(3, 1.5, 0.2, 2_600, true)]
    [InlineData(2, 1.5, 0.2, 2_600, false)] // A program with two pipes may be anything.
    [InlineData(3, 0.1, 0.1, 2_600, false)] // Channels of one session are opened at once,
    [InlineData(4, 1.5, 0.2, 60_000, false)] // and share what is written.
    [InlineData(3, 1.5, 5, 2_600, false)] // Files that are opened one after the other.
    [InlineData(3, 90, 0.2, 2_600, false)]
    public void Pipes_of_a_console_come_later_than_channels_do_all_at_once_and_carry_little(
        int pipes, double after, double apart, uint octets, bool isFound)
    {
        var court = Console(WrittenTo(), Morning, pipes, after, apart, octets).Complete();

        Assert.Equal(isFound, court.Find(FindingKind.LargeUpload, Intruder, Court.FileServer) is not null);
    }

    [Theory]
    [InlineData(15_000, true)]
    [InlineData(17_000, false)] // Who reads over the same connection copied nothing, as far as its octets tell.
    public void Copy_before_a_console_sent_five_times_what_came_back(uint got, bool isFound)
    {
        var court = WrittenTo();
        foreach (var part in Parts(Morning, 3, 1.5, 0.2, 2_600, 40, Court.FileServer))
            court.Take(part.Traffic.ClientOctets < 50_000 ? part : part with { Traffic = part.Traffic with { ServerOctets = got } });

        Assert.Equal(isFound, court.Complete().Find(FindingKind.LargeUpload, Intruder, Court.FileServer) is not null);
    }

    [Fact]
    public void Pipes_that_come_when_the_connection_of_the_copy_is_over_are_none()
    {
        var court = Console(WrittenTo(), Morning, copyLasts: 1).Complete();

        Assert.Null(court.Find(FindingKind.LargeUpload, Intruder, Court.FileServer));
    }

    [Fact]
    public void Sampled_connections_are_no_pipes()
    {
        var court = WrittenTo();
        court.Take(Smb(Morning, 78_000, 14_000, 40));
        for (var i = 0; i < 3; i++)
            court.Take(Smb(Morning + ((2 + (0.1 * i)) * Second), 2_600, 2_400, 30) with { SamplingInterval = 100 });

        Assert.Null(court.Complete().Find(FindingKind.LargeUpload, Intruder, Court.FileServer));
    }

    [Fact]
    public void Where_nobody_else_writes_a_console_makes_of_the_copy_one_that_was_started_but_no_more_than_medium()
    {
        // It rests on descriptions: nothing of it was recorded.
        var court = FirstContactTests.Lived(Learned);
        Console(court, Morning, server: Court.ClientAt(7)).Complete();

        var finding = court.Find(FindingKind.LargeUpload, Intruder, Court.ClientAt(7));
        Assert.Equal(FindingSeverity.Medium, finding?.Severity);
        Assert.Contains("T1569.002", finding!.Techniques);
    }

    [Fact]
    public void Same_console_is_told_for_every_order_and_after_a_restart_in_the_middle()
    {
        var runs = new List<string>();
        foreach (var (isTurned, isRestarted) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            var court = WrittenTo();
            var parts = Parts(Morning, 3, 1.5, 0.2, 2_600, 40, Court.FileServer);
            if (isTurned) parts.Reverse();
            for (var i = 0; i < parts.Count; i++)
            {
                if (isRestarted && i == 2) court.Restart();
                court.Take(parts[i]).AdvanceTo(Morning + (0.01 * i));
            }

            runs.Add(TwoDays.Describe(court.Complete().Find(FindingKind.LargeUpload, Intruder, Court.FileServer)!));
        }

        Assert.Single(runs.Distinct());
    }

    /// <summary>A file server that everybody writes to in the evening.</summary>
    private static Court WrittenTo()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 4; i++)
                court.Take(Smb((24 * day) + 18 + (i * 0.01), 80_000, 9_000, 10, Court.ClientAt(i), Court.FileServer));
        }

        return court;
    }

    private static Court Console(
        Court court, double at, int pipes = 3, double after = 1.5, double apart = 0.2, uint octets = 2_600, double copyLasts = 40,
        string server = Court.FileServer)
    {
        foreach (var part in Parts(at, pipes, after, apart, octets, copyLasts, server)) court.Take(part);
        return court;
    }

    private static List<AdministrationContact> Parts(
        double at, int pipes, double after, double apart, uint octets, double copyLasts, string server) =>
        [
            Smb(at, 78_000, 14_000, copyLasts, Intruder, server),
            .. Enumerable.Range(0, pipes).Select(i => Smb(at + ((after + (i * apart)) * Second), octets, 2_400, 35, Intruder, server)),
        ];

    private static AdministrationContact Smb(
        double hours, uint sent, uint got, double seconds, string? client = null, string server = Court.FileServer)
    {
        var contact = Court.Contact(hours, client ?? Intruder, server, 445);
        return contact with
        {
            Flow = contact.Flow with { EndUnixMilliseconds = contact.Flow.StartUnixMilliseconds + (long)(seconds * 1_000) },
            Traffic = Court.Answered with { ClientOctets = sent, ServerOctets = got },
        };
    }
}
