using System.Globalization;
using System.Net;
using System.Text;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What happens to the data folder in real life, one fault after the other.</summary>
public sealed class StoreFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.PathOf("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Second_process_on_the_same_folder_is_refused_on_one_line_that_names_the_folder_and_its_holder()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);

        var second = await CollectorProgram.RunAsync(["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp())]);

        Assert.Equal(2, second.ExitCode);
        var line = Assert.Single(second.ErrorLines);
        Assert.Contains(Data, line, StringComparison.Ordinal);
        Assert.Contains($"pid {collector.ProcessId}", line, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await collector.StatusAsync("/readyz"));
        Assert.Equal(0, await collector.StopAsync());
    }

    [Theory]
    [InlineData("state.db")]
    [InlineData("activities.db")]
    [InlineData("exporters.json")]
    [InlineData("zeek.json")]
    public async Task File_that_cannot_be_read_is_named_on_one_line_with_exit_code_2_and_stays_as_it_is(string name)
    {
        // A folder in its place: permissions do not keep root from reading.
        var path = Path.Combine(Data, name);
        Directory.CreateDirectory(path);

        var result = await CollectorProgram.RunAsync(["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp())]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(path, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public async Task Folder_deleted_under_the_process_fails_readiness_with_the_reason_and_is_said_once()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);

        Directory.Delete(Data, recursive: true);

        await collector.UntilAsync(() => collector.StatusAsync("/readyz"), status => status == HttpStatusCode.ServiceUnavailable);
        Assert.Contains(Data, await collector.BodyAsync("/readyz"), StringComparison.Ordinal);
        Assert.Equal(1, (await collector.MetricsAsync()).Sum("rpc_collector_store_folder_lost"));
        Assert.Equal(HttpStatusCode.OK, await collector.StatusAsync("/healthz"));
        Assert.Equal(
            1, collector.Transcript.Split('\n').Count(line => line.Contains("The folder of the store is lost", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task State_file_replaced_under_the_process_fails_readiness_until_it_is_back()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        var state = Path.Combine(Data, "state.db");

        File.Move(state, state + ".away");
        await File.WriteAllTextAsync(state, "another", TestContext.Current.CancellationToken);
        await collector.UntilAsync(() => collector.StatusAsync("/readyz"), status => status == HttpStatusCode.ServiceUnavailable);
        File.Move(state + ".away", state, overwrite: true);

        await collector.UntilAsync(() => collector.StatusAsync("/readyz"), status => status == HttpStatusCode.OK);
        Assert.Equal(0, (await collector.MetricsAsync()).Sum("rpc_collector_store_folder_lost"));
    }

    [Fact]
    public async Task Damaged_row_among_the_findings_is_counted_and_named_and_the_judge_says_its_finding_again()
    {
        var findings = await FillAsync();
        Flip(Path.Combine(Data, "state.db"), "First RPC from host of unknown role");

        await using var again = await LiveCollector.StartAsync(_folder);

        await again.UntilAsync(() => again.ListedFindingsAsync(), listed => listed.Count == findings);
        Assert.Equal(HttpStatusCode.OK, await again.StatusAsync("/metrics/findings"));
        Assert.Equal(1, (await again.MetricsAsync()).Sum("rpc_collector_state_rows_damaged_total"));
        Assert.Single(again.Transcript.Split('\n'), line => line.Contains("of findings is damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_bits_flip_in_both_files_while_it_is_down_it_starts_and_answers(int seed)
    {
        await FillAsync();
        var random = new Random(seed);
        foreach (var name in (string[])["state.db", "activities.db"])
        {
            var path = Path.Combine(Data, name);
            var octets = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            for (var flip = 0; flip < 3; flip++) octets[random.Next(octets.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, octets, TestContext.Current.CancellationToken);
        }

        await using var again = await LiveCollector.StartAsync(_folder);

        foreach (var path in (string[])[
            "/api/v1/findings", "/api/v1/activities", "/api/v1/suppressions", "/api/v1/exporters", "/metrics/findings", "/metrics",
            "/readyz"])
            Assert.Equal((path, HttpStatusCode.OK), (path, await again.StatusAsync(path)));
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Kill_between_the_two_steps_of_the_takeover_is_finished_by_the_next_start()
    {
        Tool.Require("python3");
        Directory.CreateDirectory(Data);
        var former = Path.Combine(SharedData.RepositoryRoot(), "tests", "RpcCollector.Tests", "Store", "former", "activities.db");
        var activities = Path.Combine(Data, "activities.db");
        File.Copy(former, activities);

        // Who holds the file lets it be read, and not be changed: the findings are copied, and not dropped.
        const string Hold =
            "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); " +
            "print('held', flush=True); time.sleep(60)";
        await using (var holder = Tool.Start("python3", _folder.FullName, "-c", Hold, activities))
        {
            await Eventually.Async(
                () => Task.FromResult(holder.Output), output => output.Contains("held", StringComparison.Ordinal), () => holder.Transcript);
            await using var starting =
                CollectorProgram.Start(["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp())], _folder.FullName);
            await Eventually.Async(
                () => Task.FromResult(StateFile.Contains(Data, "taken over from activities.db")), isTaken =>
                    isTaken, () => starting.Transcript);
            await starting.KillAsync();
        }

        await using var collector = await LiveCollector.StartAsync(_folder);

        Assert.Equal(11, (await collector.JsonAsync("/api/v1/findings?suppressed=true&limit=100")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await collector.JsonAsync("/api/v1/suppressions")).GetProperty("items").GetArrayLength());
        Assert.Equal(10, (await collector.ActivitiesAsync()).Count);
        Assert.Empty(Directory.GetFiles(Data, "*.damaged-*"));
    }

    /// <summary>Lets a collector find something, and ends it.</summary>
    /// <returns>How many findings.</returns>
    private async Task<int> FillAsync()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");
        var found = await collector.UntilAsync(() => collector.ListedFindingsAsync(), findings => findings.Count >= 4);
        Assert.Equal(0, await collector.StopAsync());

        // What it judged at its end is there too.
        await using var again = await LiveCollector.StartAsync(_folder);
        found = await again.ListedFindingsAsync();
        Assert.Equal(0, await again.StopAsync());
        return found.Count;
    }

    /// <summary>Flips a bit of the first place where a text lies in a file.</summary>
    private static void Flip(string path, string text)
    {
        var octets = File.ReadAllBytes(path);
        var place = octets.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(place >= 0, $"'{text}' is not in {path} of {octets.Length.ToString(CultureInfo.InvariantCulture)} bytes");
        octets[place + 3] ^= 1;
        File.WriteAllBytes(path, octets);
    }
}
