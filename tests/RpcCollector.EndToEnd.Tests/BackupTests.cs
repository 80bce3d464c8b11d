using System.Globalization;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string Users = "ada:$2y$05$HiJ3tSTrybmYqzl7mFd6FeZfFCHxRbu.X864E1jp3UWYBziDFsETa:admin\n";

    [Fact]
    public async Task Backup_of_a_running_collector_is_restored_and_gives_the_same_answers()
    {
        Dictionary<string, string> shown;
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");
            await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count == 2);

            // All that there will be: what is not judged yet is judged after the restore.
            await collector.UntilAsync(() => collector.ListedFindingsAsync(), found => found.Count == 5);
            var page = await collector.JsonAsync("/api/v1/findings");
            var finding = page.GetProperty("items")[0].GetProperty("id").GetString()!;
            await collector.GiveVerdictAsync(finding, "malicious");
            await File.WriteAllTextAsync(Path.Combine(Data, "users"), Users, TestContext.Current.CancellationToken);
            shown = await AnswersAsync(collector);

            var made = await RunAsync("backup", Archive);
            Assert.True(made.ExitCode == 0, made.Errors);

            // What comes later is not in it.
            await collector.GiveVerdictAsync(finding, "benign");
            await collector.StopAsync();
        }

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        var restored = await RunAsync("restore", Archive);
        Assert.True(restored.ExitCode == 0, restored.Errors);
        Assert.Contains("before-restore-", restored.Output, StringComparison.Ordinal);

        await using var again = await LiveCollector.StartAsync(_folder);
        Assert.Equal(shown, await AnswersAsync(again));
        Assert.Equal(Users, await File.ReadAllTextAsync(Path.Combine(Data, "users"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Backup_under_load_is_whole_each_time()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        using var exporter = new LoopbackExporter("127.0.0.1");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Task.Run(
            async () =>
            {
                for (var i = 0; !ending.IsCancellationRequested; i++)
                {
                    var (client, start) =
                        ($"10.{i >> 16 & 0xFF}.{i >> 8 & 0xFF}.{i & 0xFF}", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 100);
                    await exporter.SendMapperFlowAsync(collector.UdpPort, client, "10.200.1.1", start);
                    await exporter.SendEndpointFlowAsync(collector.UdpPort, client, "10.200.1.1", start + 5);

                    // As much as a machine that has other things to do, too, keeps up with.
                    if (i % 8 == 7) await Task.Delay(4, ending.Token);
                }
            }, ending.Token);
        await collector.UntilAsync(() => collector.ActivitiesAsync(), found => found.Count > 50);

        for (var round = 0; round < 3; round++)
        {
            var made = await RunAsync("backup", Archive, "--force");
            Assert.True(made.ExitCode == 0, made.Errors);
        }

        await ending.CancelAsync();
        await load.WaitAsync(TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(0, await collector.StopAsync());
        Assert.Equal(0, (await RunAsync("restore", Archive)).ExitCode);
        await using var again = await LiveCollector.StartAsync(_folder);
        Assert.True((await again.ActivitiesAsync()).Count > 50);
        Assert.DoesNotContain("damaged", again.Transcript, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Restore_while_the_collector_runs_is_refused_in_one_line()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        Assert.Equal(0, (await RunAsync("backup", Archive)).ExitCode);

        var refused = await RunAsync("restore", Archive);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("in use by another process", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Contains(collector.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_replaces_no_file_unless_it_is_told_to_and_leaves_nothing_half_made()
    {
        await File.WriteAllTextAsync(Archive, "mine", TestContext.Current.CancellationToken);
        await using (await LiveCollector.StartAsync(_folder))
        {
            var refused = await RunAsync("backup", Archive);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("--force", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
            Assert.Equal("mine", await File.ReadAllTextAsync(Archive, TestContext.Current.CancellationToken));
            Assert.Equal(0, (await RunAsync("backup", Archive, "--force")).ExitCode);
        }

        Assert.Equal(
            ["backup.tar.gz", "data"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("backup", "no store")]
    [InlineData("restore", "does not exist")]
    public async Task Where_there_is_nothing_one_line_says_so(string command, string why)
    {
        var refused = await RunAsync(command, Archive);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(why, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    private string Archive => _folder.PathOf("backup.tar.gz");

    private string Data => _folder.PathOf("data");

    private Task<ProgramResult> RunAsync(string command, params string[] words) =>
        CollectorProgram.RunAsync([command, .. words, $"--Store:Folder={Data}"]);

    private static async Task<Dictionary<string, string>> AnswersAsync(LiveCollector collector)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in (string[])[
            "/api/v1/activities?limit=1000", "/api/v1/findings?limit=1000&state=all", "/api/v1/incidents?limit=100",
            "/api/v1/suppressions"])
            answers[path] = JsonSerializer.Serialize(JsonElement.Parse(await collector.TextAsync(path)));
        return answers;
    }
}
