using System.Globalization;
using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Tests.ZeekLogs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>Two sensors that follow the logs of a recorded intrusion, as six sensors of Zeek wrote them.</summary>
public sealed partial class FollowedLogsTests : IDisposable
{
    private const string Controller = "--Judgement:Roles:0=10.0.0.4=domain-controller";

    private static readonly string[] Soon = ["--Detection:Join:MapperOnlyAfter=00:00:02", "--Judgement:ReviewEvery=00:00:01"];

    private static readonly string[] OfFirst = ["NEWYORK", "UTICA-C", "UTICA-D"];
    private static readonly string[] OfSecond = ["SCRANTON", "UTICA-A", "UTICA-ONE-DRIVE"];

    private static readonly string[] All = [.. OfFirst, .. OfSecond];

    // The recording ends at 1588318370; what took half an hour then was over a second ago.
    private readonly long _later = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1 - 1_588_318_371;

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder[] _folders = [.. Enumerable.Range(0, 5).Select(_ => new TemporaryFolder())];

    public void Dispose()
    {
        _folder.Dispose();
        foreach (var folder in _folders) folder.Dispose();
    }

    [Fact]
    public async Task Sensors_that_are_killed_while_they_read_and_a_judge_find_what_one_process_finds()
    {
        var source = ZeekShared.Apt29();
        await using var broker = await NatsServer.StartAsync(_folder);
        string[] common = [$"--Scale:Nats:Urls:0={broker.Url}", .. Soon];
        await using var single = await LiveCollector.StartAsync(
            _folders[0], [.. Soon, Controller, "--Detection:Shards=16", .. Following(All)]);
        await using var judge = await LiveCollector.StartAsync(
            _folders[1], ["--Scale:Role=judge", "--Scale:Correlates=false", Controller, .. common]);
        await using var correlator = await LiveCollector.StartAsync(_folders[2], ["--Scale:Role=correlator", "--Scale:Name=c", .. common]);
        string[] first = ["--Scale:Role=sensor", "--Scale:Name=a", .. common, .. Following(OfFirst)];
        string[] second = ["--Scale:Role=sensor", "--Scale:Name=b", .. common, .. Following(OfSecond)];
        await using var killed = await LiveCollector.StartAsync(_folders[3], first);
        await using var other = await LiveCollector.StartAsync(_folders[4], second);

        // Logs that come from here on are new to all.
        (LiveCollector, TemporaryFolder)[] followers = [(single, _folders[0]), (killed, _folders[3]), (other, _folders[4])];
        foreach (var (process, folder) in followers)
            await process.UntilAsync(
                () => Task.FromResult(StateFile.Contains(folder.PathOf("data"), "dce_rpc.log")), static isKept => isKept);
        var half = await WriteAsync(source, part: 0);
        await killed.UntilAsync(killed.MetricsAsync, metrics => Accounts.Received(metrics, "zeek_lines") == half);
        await killed.KillAsync();
        await WriteAsync(source, part: 1);
        await using var again = await LiveCollector.StartAsync(_folders[3], first);

        // Before the first is judged both have the same activities, and nothing else.
        await judge.UntilAsync(
            async () => (await ScaledCollector.StandingAsync(single), await ScaledCollector.StandingAsync(judge)),
            both => both.Item1.Exists(IsNamed) && both.Item1.SequenceEqual(both.Item2));
        var metrics = await judge.MetricsAsync();
        Assert.Equal(0, metrics.Sum("rpc_collector_log_judge_lost_messages_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_log_judge_refused_messages_total"));
    }

    /// <summary>A finding that names operations.</summary>
    private static bool IsNamed(string text) => text.Contains("\"operations\":[\"", StringComparison.Ordinal);

    [GeneratedRegex("(?<=\"ts\":)[0-9.]+")]
    private static partial Regex Time();

    private string[] Following(string[] names) =>
    [
        .. names.Select((name, index) => $"--Zeek:Folders:{index}=192.0.2.{Array.IndexOf(All, name) + 1}={_folder.PathOf(name)}"),
    ];

    /// <summary>Appends a half of each log, as if it had been written now; how many lines are the first sensor's.</summary>
    private async Task<long> WriteAsync(string source, int part)
    {
        var ofFirst = 0L;
        foreach (var log in ZeekShared.Logs(source))
        {
            var name = Path.GetFileName(Path.GetDirectoryName(log)!);
            var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
            var half = lines[(lines.Length * part / 2)..(lines.Length * (part + 1) / 2)];
            string[] share = [.. half.Select(line => Time().Replace(line, Later))];
            Directory.CreateDirectory(_folder.PathOf(name));
            await File.AppendAllLinesAsync(
                Path.Combine(_folder.PathOf(name), Path.GetFileName(log)), share, TestContext.Current.CancellationToken);
            if (OfFirst.Contains(name)) ofFirst += share.Length;
        }

        return ofFirst;
    }

    private string Later(Match time) =>
        (decimal.Parse(time.ValueSpan, CultureInfo.InvariantCulture) + _later).ToString(CultureInfo.InvariantCulture);
}
