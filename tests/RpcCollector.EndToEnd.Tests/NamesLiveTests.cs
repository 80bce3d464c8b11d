using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// Names of hosts and users in a running collector: from a file and from Zeek's logs, after an attack and after a restart.
/// </summary>
public sealed class NamesLiveTests : IDisposable
{
    private const string Client = "10.20.1.15";
    private const string Controller = "10.20.0.10";

    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\\u001b[31mPC", "PC\\nfatal: forged", "PC\\\" onload=\\\"x", "\\u202eCP", new string('a', 10_240),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly ZeekAttack _attack = new(Client, Controller);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_attack_is_told_by_name_and_user_and_still_is_after_kill_9()
    {
        var names = _folder.PathOf("names.csv");
        File.WriteAllText(names, $"address,name,kind,owner,site,tags\n{Controller},DC-01,domain-controller,IT,Berlin,tier0\nbad,row\n");
        string[] settings = [$"--Zeek:Folders:0={Zeek}", $"--Names:File={names}"];
        JsonElement shown;
        await using (var collector = await LiveCollector.StartAsync(_folder, settings))
        {
            shown = await AttackedAsync(collector, "PC-0412", finding => finding.TryGetProperty("users", out _));
            Assert.Contains("line 3: neither an address", collector.Transcript, StringComparison.Ordinal);
            var saved = await collector.UntilAsync(collector.MetricsAsync, metrics => metrics.Sum("rpc_collector_in_progress") == 0);
            Accounts.AssertEachHopAddsUp(saved);
            Assert.Equal(1, saved.Sum("rpc_collector_names_file_rows_refused_total"));

            // Names are written a second after they were told.
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            await collector.KillAsync();
        }

        Assert.Equal(("PC-0412", "dhcp", "DC-01", "file"), NamesOf(shown));
        Assert.Equal("CORP\\alice", shown.GetProperty("users")[0].GetProperty("user").GetString());

        await using var again = await LiveCollector.StartAsync(_folder, settings);
        var after = await FindingAsync(again);
        Assert.Equal(NamesOf(shown), NamesOf(after));
        Assert.Equal("CORP\\alice", after.GetProperty("users")[0].GetProperty("user").GetString());
        var host = (await again.JsonAsync($"/api/v1/hosts/{Client}"));
        Assert.Equal("PC-0412", host.GetProperty("host").GetProperty("name").GetString());
        Assert.Equal("PC-0412", host.GetProperty("names")[0].GetProperty("name").GetString());

        // A changed file is read without a restart.
        File.WriteAllText(names, $"address,name\n{Controller},DC-MAIN\n");
        await again.UntilAsync(() => FindingAsync(again), finding => finding.GetProperty("server_name").GetString() == "DC-MAIN");
    }

    [Fact]
    public async Task Hostile_names_reach_no_output()
    {
        await using var collector = await LiveCollector.StartAsync(_folder, $"--Zeek:Folders:0={Zeek}");
        var round = 0;
        var finding = await AttackedAsync(collector, () => Hostile[round++ % Hostile.Length], _ => round > Hostile.Length * 2);
        await collector.UntilAsync(
            collector.MetricsAsync, metrics => metrics.Sum("rpc_collector_names_refused_total") >= Hostile.Length);

        Assert.False(finding.TryGetProperty("client_name", out _));
        string[] paths =
            ["/", "/api/v1/findings", "/api/v1/hosts", $"/api/v1/hosts/{Client}", "/api/v1/activities", "/metrics", "/metrics/findings"];
        var outputs = new List<string> { collector.Transcript };
        foreach (var path in paths) outputs.Add(await collector.TextAsync(path));
        Assert.All(outputs, output =>
        {
            Assert.DoesNotContain("alert(1)", output, StringComparison.Ordinal);
            Assert.DoesNotContain("fatal: forged", output, StringComparison.Ordinal);
            Assert.DoesNotContain("onload", output, StringComparison.Ordinal);
            Assert.DoesNotContain('\u202E', output);
            Assert.DoesNotContain("[31mPC", output, StringComparison.Ordinal);
            Assert.DoesNotContain(new string('a', 200), output, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("name,owner\nPC,x\n")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_names_file_that_is_wrong_at_the_start_ends_it_with_code_2(string? text)
    {
        var file = _folder.PathOf("names.csv");
        if (text is not null) File.WriteAllText(file, text);

        var started = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), $"--Names:File={file}"]);
        var checkedOnly = await CollectorProgram.RunAsync("check", $"--Names:File={file}");

        Assert.Equal((2, 2), (started.ExitCode, checkedOnly.ExitCode));
        Assert.Contains("RpcCollector:Names:File: ", Assert.Single(started.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_names_the_hosts_of_its_findings()
    {
        WriteAttack("PC-0412");

        var json = await CollectorProgram.RunAsync("replay", "--format", "json", Zeek);
        var text = await CollectorProgram.RunAsync("replay", Zeek);

        var finding = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .First(line => line.GetProperty("type").GetString() == "finding" && line.GetProperty("client").GetString() == Client);
        Assert.Equal(
            ("PC-0412", "dhcp", "dc-01.corp.example", "ntlm", "CORP\\alice"),
            (finding.GetProperty("client_name").GetString(), finding.GetProperty("client_name_source").GetString(),
                finding.GetProperty("server_name").GetString(), finding.GetProperty("server_name_source").GetString(),
                finding.GetProperty("users")[0].GetProperty("user").GetString()));
        Assert.Equal((0, 0), (json.ExitCode, text.ExitCode));
        Assert.Contains("\"hosts_named\":2", json.Output, StringComparison.Ordinal);
        Assert.Contains("PC-0412", text.Output, StringComparison.Ordinal);
    }

    private string Zeek => Directory.CreateDirectory(_folder.PathOf("zeek")).FullName;

    private static (string?, string?, string?, string?) NamesOf(JsonElement finding)
    {
        string? Text(string name) => finding.TryGetProperty(name, out var value) ? value.GetString() : null;
        return (Text("client_name"), Text("client_name_source"), Text("server_name"), Text("server_name_source"));
    }

    private static async Task<JsonElement> FindingAsync(LiveCollector collector) =>
        (await collector.JsonAsync($"/api/v1/findings?kind=dc-sync&client={Client}")).GetProperty("items") is var items
            && items.GetArrayLength() > 0 ? items[0] : default;

    private Task<JsonElement> AttackedAsync(LiveCollector collector, string name, Func<JsonElement, bool> isExpected) =>
        AttackedAsync(collector, () => name, isExpected);

    /// <summary>What is in a log when it is first looked at is old, so that the sensor writes on until it has been heard.</summary>
    private Task<JsonElement> AttackedAsync(LiveCollector collector, Func<string> name, Func<JsonElement, bool> isExpected) =>
        collector.UntilAsync(
            () =>
            {
                WriteAttack(name());
                return FindingAsync(collector);
            },
            finding => finding.ValueKind == JsonValueKind.Object && isExpected(finding));

    private void WriteAttack(string name) => _attack.Write(Zeek, name);
}
