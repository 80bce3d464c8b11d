using System.Text;
using System.Text.Json;
using RpcCollector.Backtest;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Store.Inputs;
using Spectre.Console;

namespace RpcCollector.Tests.Backtest;

/// <summary>The same past judged again gives the same, and judged otherwise what other settings would have found.</summary>
public sealed class BacktestRunTests : IDisposable
{
    private readonly JudgedNetwork _network = new();
    private readonly CollectorOptions _options = new();

    private string FolderPath => Path.Combine(_network.Temporary.Options.Folder, KeptInputs.FolderName);

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Judged_again_by_the_same_settings_everything_is_found_again_with_the_same_severity_over_kills_and_planned_ends(int seed)
    {
        var random = new Random(seed);
        Live(random, days: 18, () =>
        {
            if (random.Next(12) > 0) return;
            _network.Keep();
            _network.Restart(isPlanned: random.Next(2) == 0);
        });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        foreach (var isExact in (bool[])[true, false])
        {
            var result = Compare(BacktestMoment.Parse("--since", "20d"), [], isExact);

            Assert.NotEmpty(result.Findings);
            Assert.Empty(result.NotAgain);
            Assert.Equal(result.Found.Count, result.Present.Count);
            Assert.Equal((0, 0, 0), (result.Judged.Missing, result.Judged.WentBack, _network.Dropped));
            Assert.Empty(result.Past.Inputs.Damage);
        }
    }

    [Fact]
    public void A_lower_bound_finds_more_sweeps_and_a_role_that_is_told_fewer_findings_and_what_was_said_of_them_is_counted()
    {
        Live(new Random(4), days: 16, static () => { });
        string[] swept = ["10.0.2.1", "10.0.2.2", "10.0.2.3", "10.0.2.4"];
        foreach (var server in swept) _network.Take(("10.0.1.1", server, 445), ("10.0.1.1", server, 135));
        _network.Pass(TimeSpan.FromSeconds(2));
        _network.Take();
        foreach (var finding in _network.Stored().Where(finding => finding.Client.ToString() == "10.0.1.1").Take(2))
            _network.Say(finding, VerdictMeaning.Benign);
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        var swept3 = Compare(BacktestMoment.Parse("--since", "1d"), ["Judgement:SweepServers=3"]);
        var sweep = Assert.Single(swept3.New, finding => finding.Kind == FindingKind.RpcSweep);
        Assert.Equal("10.0.1.1", sweep.Client.ToString());
        Assert.Equal(new TriedSetting("Judgement:SweepServers", "5", "3"), Assert.Single(swept3.Settings));
        Assert.Empty(swept3.NotAgain);

        var without = Compare(BacktestMoment.Parse("--since", "1d"), ["Judgement:LeaveOut=first-administration"]);
        Assert.Contains(without.Gone, finding => finding.Kind == FindingKind.FirstAdministration);
        Assert.DoesNotContain(without.Findings, finding => finding is { Kind: FindingKind.FirstAdministration, Tried: not null });

        var told = Compare(BacktestMoment.Parse("--since", "1d"), ["Judgement:Roles:0=10.0.1.1=scanner", "Judgement:NoveltyBits=60",
            "Judgement:HighNoveltyBits=60"]);
        Assert.True(told.Gone.Any() || told.Changed.Any());
        var text = Text(told);
        Assert.Contains("of the 2 that were called benign are gone", text, StringComparison.Ordinal);
        Assert.Contains("Judgement:Roles=10.0.1.1=scanner (now '')", text, StringComparison.Ordinal);
        Assert.Contains("days were learned from before.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void With_less_than_the_learning_period_before_it_says_so()
    {
        Live(new Random(5), days: 3, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        var result = Compare(BacktestMoment.Parse("--since", "14d"), ["Judgement:LearningPeriod=10.00:00:00"]);

        Assert.False(result.IsLearnedEnough);
        Assert.Equal(result.Past.FirstArrival, result.Since);
        Assert.Contains("less than Judgement:LearningPeriod (10 days)", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_blocks_are_left_out_and_named_and_what_was_not_kept_is_counted()
    {
        Live(new Random(6), days: 6, () =>
        {
            _network.Keep();
            _network.Restart(isPlanned: true);
        });
        var path = Directory.GetFiles(FolderPath).Order(StringComparer.Ordinal).ElementAt(2);
        var octets = File.ReadAllBytes(path);
        octets[InputForm.SegmentHeaderOctets + InputForm.BlockHeaderOctets + 3] ^= 1;
        File.WriteAllBytes(path, octets);

        var result = Compare(BacktestMoment.Parse("--since", "20d"), []);

        Assert.Contains(
            $"{Path.GetFileName(path)} at octet {InputForm.SegmentHeaderOctets}: its checksum differs",
            Assert.Single(result.Past.Inputs.Damage),
            StringComparison.Ordinal);
        Assert.True(result.Judged.Missing > 0);
        var text = Text(result);
        Assert.Contains("Skipped:", text, StringComparison.Ordinal);
        Assert.Contains("inputs that could not be kept", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_compare_at_once_while_the_judge_goes_on_and_each_sees_one_moment()
    {
        Live(new Random(7), days: 4, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();
        using var first = Read();
        using var second = Read();
        Live(new Random(8), days: 2, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        var all = BacktestMoment.Parse("--since", "20d");
        var one =
            BacktestRun.Run(_options, first, all, until: null, tried: null, isExact: false, static (_, _) => { }, CancellationToken.None)!;
        var other =
            BacktestRun.Run(_options, second, all, until: null, tried: null, isExact: false, static (_, _) => { }, CancellationToken.None)!;

        Assert.NotEmpty(one.Findings);
        Assert.Equal(one.Findings, other.Findings);
        Assert.Empty(one.NotAgain);
    }

    [Fact]
    public void Verdicts_and_roles_from_before_what_is_kept_count_from_its_beginning()
    {
        Live(new Random(9), days: 5, static () => { });
        var known = _network.Stored()[0];
        _network.Say(known, VerdictMeaning.Malicious);
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();
        _network.Restart(isPlanned: true);
        foreach (var path in Directory.GetFiles(FolderPath)) File.Delete(path);
        Live(new Random(10), days: 1, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        using var past = Read();

        Assert.True(past.Inputs.Offset > 0);
        Assert.Equal(known.Id, Assert.Single(past.VerdictsBefore).FindingId);
        var result = BacktestRun.Run(
            _options, past, BacktestMoment.Parse("--since", "20d"), until: null, tried: null, isExact: false, static (_, _) =>
                { }, CancellationToken.None)!;
        Assert.Contains("The appliance had learned before what is kept begins", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_every_finding_with_its_three_severities_and_the_sums_agree()
    {
        Live(new Random(11), days: 4, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();
        var result = Compare(BacktestMoment.Parse("--since", "2d"), ["Judgement:SweepServers=2"]);
        using var output = new MemoryStream();

        BacktestJson.From(result).Write(output);

        var json = JsonElement.Parse(output.ToArray());
        var findings = json.GetProperty("findings").EnumerateArray().ToList();
        foreach (var way in (string[])["found", "present", "tried"])
        {
            var sums = json.GetProperty(way);
            Assert.Equal(sums.GetProperty("findings").GetInt32(), findings.Count(finding => finding.TryGetProperty(way, out _)));
            Assert.Equal(
                sums.GetProperty("findings").GetInt32(),
                sums.GetProperty("findings_by_severity").EnumerateObject().Sum(severity => severity.Value.GetInt32()));
        }

        Assert.True(json.GetProperty("complete").GetBoolean());
        Assert.Equal(0, json.GetProperty("went_back").GetInt32());
        Assert.Equal("2", json.GetProperty("settings")[0].GetProperty("tried").GetString());
    }

    [Fact]
    public void As_many_findings_are_kept_as_the_larger_of_the_two_settings_wants()
    {
        Live(new Random(13), days: 16, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();
        (_options.Store.MaxFindings, _options.Judgement.MaxFindings) = (1, 1);

        var result = Compare(BacktestMoment.Parse("--since", "20d"), ["Judgement:MaxFindings=30000"]);

        Assert.True(result.Tried!.Count > 1);
        Assert.Equal(0, result.Beyond);
    }

    [Fact]
    public void Where_what_is_tried_changes_no_finding_one_line_says_so()
    {
        Live(new Random(14), days: 3, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();

        var text = Text(Compare(BacktestMoment.Parse("--since", "1d"), ["Judgement:Operations:NetlogonBurst=31"]));

        Assert.Contains("No finding differs", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gone:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_kept_and_cannot_be_read_is_not_nothing()
    {
        Live(new Random(15), days: 2, static () => { });
        _network.Restart(isPlanned: true);
        foreach (var path in Directory.GetFiles(FolderPath)) File.WriteAllBytes(path, []);

        var refusal = Assert.Throws<StartupException>(() => Read());

        Assert.Contains("nothing that was kept can be read", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("it is empty", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_said_to_be_that_and_not_to_be_empty()
    {
        // Who may read everything is refused nothing, and there is nothing to be said.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;

        Live(new Random(16), days: 1, static () => { });
        var folder = _network.Temporary.Options.Folder;
        var mode = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            Assert.Contains("may not be read", Assert.Throws<StartupException>(() => Read()).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    [Fact]
    public void One_that_is_stopped_ends_without_a_result()
    {
        Live(new Random(12), days: 2, static () => { });
        _network.Temporary.Time.Now += TimeSpan.FromSeconds(2);
        _network.Keep();
        using var past = Read();

        Assert.Null(BacktestRun.Run(
            _options, past, BacktestMoment.Parse("--since", "1d"), until: null, tried: null, isExact: false, static (_, _) => { },
            new CancellationToken(canceled: true)));
    }

    /// <summary>Ten clients of two servers by day; now and then somebody contacts one that he never did.</summary>
    private void Live(Random random, int days, Action betweenHours)
    {
        for (var hour = 0; hour < days * 24; hour += 2)
        {
            if (hour % 24 is >= 8 and < 18)
            {
                for (var client = 1; client <= 10; client++)
                {
                    _network.Take(
                        ($"10.0.1.{client}", "10.0.0.1", 88), ($"10.0.1.{client}", "10.0.0.1", 135),
                        ($"10.0.1.{client}", "10.0.0.2", 445));
                    _network.Temporary.Time.Now += TimeSpan.FromSeconds(random.Next(1, 200));
                }

                if (random.Next(4) == 0)
                {
                    var (from, to) = (random.Next(1, 11), random.Next(1, 11));
                    if (from != to) _network.Take(($"10.0.1.{from}", $"10.0.1.{to}", (ushort)(random.Next(2) == 0 ? 445 : 135)));
                }
            }

            _network.Pass(TimeSpan.FromHours(2));
            _network.Keep();
            betweenHours();
        }
    }

    private StoredPast Read() => StoredPast.Read(_network.Temporary.Options, _network.Now)!;

    private BacktestResult Compare(BacktestMoment since, string[] tried, bool isExact = false)
    {
        var past = Read();
        return BacktestRun.Run(
            _options, past, since, until: null, tried.Length == 0 ? null : TriedSettings.Read([], tried), isExact, static (_, _) => { },
            CancellationToken.None)!;
    }

    private static string Text(BacktestResult result)
    {
        var text = new StringBuilder();
        using var writer = new StringWriter(text);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 10_000;
        new BacktestText(console, result, most: 20).Write();
        return text.ToString();
    }
}
