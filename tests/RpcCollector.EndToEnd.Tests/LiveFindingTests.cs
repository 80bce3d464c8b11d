using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>From an exporter to a finding, in a running collector.</summary>
public sealed class LiveFindingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("netflow5")]
    [InlineData("netflow9")]
    [InlineData("ipfix")]
    public async Task Attack_that_is_sent_as_of_now_is_found_in_the_API_the_metrics_and_the_stream(string format)
    {
        var attack = Attack("sharpsc-start");
        await using var collector = await LiveCollector.StartAsync(_folder);

        var told = await collector.StreamedAsync(
            async () =>
            {
                foreach (var file in attack.FilesOf(format)) await SendNowAsync(file, collector.UdpPort);
            },
            line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("peer-to-peer-rpc", StringComparison.Ordinal)
                && line.Contains($"\"{attack.Client}\"", StringComparison.Ordinal)
                    && line.Contains($"\"{attack.Server}\"", StringComparison.Ordinal));

        Assert.DoesNotContain("\\u002B", told, StringComparison.Ordinal);
        await collector.UntilAsync(
            () => collector.ListedFindingsAsync($"&client={attack.Client}&server={attack.Server}&kind=peer-to-peer-rpc"), found =>
            found.Count == 1);
        await collector.UntilAsync(
            collector.FindingsAsync,
            now => now.Samples("rpc_collector_finding_active")
                .Any(sample => sample.Labels["kind"] == "peer-to-peer-rpc" && sample.IsOfPair(attack.Client, attack.Server)));
    }

    [Theory]
    [InlineData("find-local-admin")]
    [InlineData("sharpsc-create")]
    public async Task Running_collector_finds_what_replay_finds(string name)
    {
        var attack = Attack(name);
        var replayed =
            (await ReplayOutput.OfAsync(attack.FilesOf("ipfix"))).Findings.Select(finding => (finding.Key, finding.Severity, finding.Count))
                .Order().ToList();
        await using var collector = await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02");

        foreach (var file in attack.FilesOf("ipfix")) await SendNowAsync(file, collector.UdpPort);

        Assert.NotEmpty(replayed);
        await collector.UntilAsync(
            () => collector.ListedFindingsAsync(), found =>
            replayed.SequenceEqual(found.Select(finding => (finding.Key, finding.Severity, finding.Count)).Order()));
    }

    [Theory]
    [InlineData("find-local-admin")]
    [InlineData("sharpsc-create")]
    public async Task Running_collector_makes_the_incidents_that_replay_makes_and_has_them_after_kill_9(string name)
    {
        var attack = Attack(name);
        var replayed = (await ReplayOutput.OfAsync(attack.FilesOf("ipfix"))).Incidents.ConvertAll(Incident);
        Assert.NotEmpty(replayed);
        string[] settings = ["--Detection:Join:MapperOnlyAfter=00:00:02"];
        var path = "";
        await using (var collector = await LiveCollector.StartAsync(_folder, settings))
        {
            foreach (var file in attack.FilesOf("ipfix")) await SendNowAsync(file, collector.UdpPort);
            await collector.UntilAsync(() => IncidentsAsync(collector), shown => replayed.Order().SequenceEqual(shown.Order()));
            path = $"/api/v1/incidents/{replayed[0].Id}";
            var (status, _) = await collector.PostAsync(path + "/notes", """{"note":"who is that?","who":"Ada"}""");
            Assert.Equal(HttpStatusCode.OK, status);
            await collector.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder, settings);

        Assert.Equal(replayed.Order(), (await IncidentsAsync(again)).Order());
        var line = Assert.Single(
            (await again.JsonAsync(path)).GetProperty("history").EnumerateArray(), line => line.TryGetProperty("who", out _));
        Assert.Equal(
            ("noted", "who is that?", "Ada", "127.0.0.1"),
            (line.GetProperty("what").GetString(), line.GetProperty("text").GetString(), line.GetProperty("who").GetString(),
                line.GetProperty("from").GetString()));
    }

    [Fact]
    public async Task Findings_that_the_API_has_shown_survive_kill_9()
    {
        var attack = Attack("sharpsc-start");
        IReadOnlyList<Finding> shown;
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await SendNowAsync(attack.FilesOf("ipfix")[0], collector.UdpPort);
            await collector.UntilAsync(
                () => collector.ListedFindingsAsync(), found => found.Any(finding => finding.Kind == "firewalled-service-control"));
            shown = await collector.ListedFindingsAsync();
            await collector.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder);

        Assert.Subset(
            (await again.ListedFindingsAsync()).Select(finding => finding.Key).ToHashSet(), shown.Select(finding => finding.Key)
                .ToHashSet());
    }

    [Fact]
    public async Task Restart_in_the_middle_of_an_attack_changes_no_finding()
    {
        var attack = Attack("zerologon-burst");
        var export = await RecordedAsync(attack.FilesOf("ipfix")[0]);
        Assert.True(export.Count > 1);
        using var exporter = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        IReadOnlyList<Finding> without;
        using (var other = new TemporaryFolder())
        {
            await using var collector = await LiveCollector.StartAsync(other);
            await DeliverAsync(export, exporter, collector);
            without = await StandingAsync(collector);
            Assert.Equal(0, await collector.StopAsync());
        }

        await using (var before = await LiveCollector.StartAsync(_folder))
        {
            await DeliverAsync(export[..(export.Count / 2)], exporter, before);
            Assert.Equal(0, await before.StopAsync());
        }

        await using var after = await LiveCollector.StartAsync(_folder);
        await DeliverAsync(export[(export.Count / 2)..], exporter, after);

        await after.UntilAsync(
            () => after.ListedFindingsAsync(), found =>
            without.Select(finding => (finding.Key, finding.Count)).Order()
                .SequenceEqual(found.Select(finding => (finding.Key, finding.Count)).Order()));

        async Task<IReadOnlyList<Finding>> StandingAsync(LiveCollector collector)
        {
            // Both kinds of this attack, and all of its 21 activities.
            await collector.UntilAsync(
                () => collector.ListedFindingsAsync(), found =>
                found.Any(finding => finding.Kind == "peer-to-peer-rpc" && finding.Count >= attack.DynamicFlows));
            return await collector.UntilAsync(() => collector.ListedFindingsAsync(), found => found.Count > 1);
        }
    }

    /// <summary>The datagrams that <c>send --now</c> sends.</summary>
    private static async Task<List<byte[]>> RecordedAsync(string file)
    {
        using var collector = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        collector.Client.ReceiveBufferSize = 1 << 20;
        await SendNowAsync(file, ((IPEndPoint)collector.Client.LocalEndPoint!).Port);
        var datagrams = new List<byte[]>();
        while (collector.Available > 0) datagrams.Add((await collector.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);
        return datagrams;
    }

    private static async Task DeliverAsync(List<byte[]> export, UdpClient exporter, LiveCollector collector)
    {
        var before = (await collector.MetricsAsync()).Sum("rpc_collector_datagrams_received_total");
        foreach (var datagram in export)
            await exporter.SendAsync(
                datagram, new IPEndPoint(IPAddress.Loopback, collector.UdpPort), TestContext.Current.CancellationToken);
        await collector.UntilAsync(
            collector.MetricsAsync, now => now.Sum("rpc_collector_datagrams_received_total") - before >= export.Count);
    }

    private static async Task<List<(string Id, string Severity, int Findings)>> IncidentsAsync(LiveCollector collector) =>
    [
        .. (await collector.JsonAsync("/api/v1/incidents?limit=500&suppressed=true")).GetProperty("items").EnumerateArray()
            .Select(Incident),
    ];

    private static (string Id, string Severity, int Findings) Incident(JsonElement item) => (
        item.GetProperty("id").GetString()!, item.GetProperty("severity").GetString()!, item.GetProperty("num_findings").GetInt32());

    private static Scenario Attack(string name)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        return Scenario.Named(name);
    }

    private static async Task SendNowAsync(string capture, int port)
    {
        var sent = await CollectorProgram.RunAsync("send", "--now", "--to", $"127.0.0.1:{port}", "--rate", "1000", capture);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
    }
}
