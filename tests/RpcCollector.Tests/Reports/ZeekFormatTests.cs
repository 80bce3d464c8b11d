using RpcCollector.Flows;
using RpcCollector.Flows.Tests;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Commands;
using RpcCollector.Tests.ZeekLogs;

namespace RpcCollector.Tests.Reports;

/// <summary>The same two connections, as Zeek and many forwarders write them.</summary>
public class ZeekFormatTests
{
    private const string Kind = "11-zeek-formats";

    private static readonly Dictionary<string, string> Stories = new(StringComparer.Ordinal)
    {
        ["json-ipv6-brackets"] = "car 2001:db8::15:49732 -> 2001:db8::10:49667, 09:15:01.000 then 09:15:01.005",
        ["json-ipv6-scope"] = "car fe80::15:49732 -> fe80::10:49667, 09:15:01.000 then 09:15:01.005",
    };

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["json-array"] = "one JSON array",
        ["json-bz2"] = "bzip2",
        ["json-xz"] = "xz",
        ["json-syslog-prefix"] = "syslog",
        ["json-two-on-a-line"] = "several JSON objects on a line",
        ["tsv-headerless-after-rotation"] = "columns without the lines that name them",
    };

    // The NaN of one line makes that line no JSON, and only that.
    private const string NotANumber = "json-nan";

    public static IEnumerable<TheoryDataRow<string>> Read() => Folders(folder => folder != NotANumber && !Refused.ContainsKey(folder));

    public static IEnumerable<TheoryDataRow<string>> NotRead() => Folders(Refused.ContainsKey);

    [Theory]
    [MemberData(nameof(Read))]
    public void What_a_forwarder_makes_of_a_log_tells_the_same_story_and_nothing_is_rejected(string folder)
    {
        var replay = ReportReplay.Of(Kind, folder);

        Assert.Equal([Stories.GetValueOrDefault(folder, ReportReplay.BaseStory)], replay.Stories);
        Assert.Equal(2, replay.Summary.GetProperty("zeek_lines").GetInt32());
        Assert.Empty(replay.Summary.GetProperty("rejected").EnumerateObject());
        Assert.False(replay.Summary.TryGetProperty("not_read", out _));
    }

    [Theory]
    [MemberData(nameof(NotRead))]
    public async Task What_is_not_read_is_refused_in_one_line_that_says_what_to_do(string folder)
    {
        var file = Assert.Single(Directory.GetFiles(SharedData.PathOf("reports", Kind, folder)));

        var outcome = await CollectorProgram.RunAsync("replay", "--format", "json", file);

        Assert.Equal(2, outcome.ExitCode);
        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith($"{file}: ", line, StringComparison.Ordinal);
        Assert.Contains(Refused[folder], line, StringComparison.Ordinal);
        Assert.Equal(1, ReportReplay.Of(Kind, folder).Summary.GetProperty("not_read").GetProperty("not_a_capture").GetInt32());
    }

    [Fact]
    public void A_line_with_a_value_that_is_no_number_is_rejected_alone()
    {
        var replay = ReportReplay.Of(Kind, NotANumber);

        Assert.StartsWith("mapper-only 10.20.1.15", Assert.Single(replay.Stories), StringComparison.Ordinal);
        Assert.Equal((2, 1), (replay.Summary.GetProperty("zeek_lines").GetInt32(), replay.Rejected("malformed_line")));
    }

    [Fact]
    public void No_damage_to_any_of_them_throws_and_every_line_is_accounted_for()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(11);
        foreach (var file in Directory.GetFiles(SharedData.PathOf("reports", Kind), "*", SearchOption.AllDirectories))
        {
            var octets = File.ReadAllBytes(file);
            for (var round = 0; round < 20; round++)
            {
                var damaged = octets.ToArray();
                for (var change = random.Next(1, 8); change > 0; change--)
                    damaged[random.Next(damaged.Length)] =
                        (byte)(random.Next(2) == 0 ? "\"{}[]:,\n\t #"[random.Next(11)] : random.Next(256));
                var path =
                    folder.Write(Path.GetFileName(file), damaged[..(random.Next(4) == 0 ? random.Next(damaged.Length) : damaged.Length)]);

                var counters = new ZeekCollected().Read(Path.GetDirectoryName(path)!).Counters;

                foreach (var hop in (Hop[])[Hop.ZeekLine, Hop.SuricataLine, Hop.FlowRecord])
                    Assert.Equal(counters.Received(hop), counters.Used(hop) + counters.Rejected(hop));
                File.Delete(path);
            }
        }
    }

    private static IEnumerable<TheoryDataRow<string>> Folders(Func<string, bool> condition)
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string>("absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];
        return Directory.GetDirectories(SharedData.PathOf("reports", Kind)).Select(folder => Path.GetFileName(folder)).Where(condition)
            .Order(StringComparer.Ordinal).Select(folder => new TheoryDataRow<string>(folder));
    }
}
