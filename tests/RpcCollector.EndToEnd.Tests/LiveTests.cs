using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class LiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-v", "10", "-A", "milli")]
    [InlineData("-v", "10")]
    [InlineData("-v", "9")]
    [InlineData("-v", "5")]
    public async Task RPC_activity_that_softflowd_exports_is_seen_in_the_API_and_in_the_findings(params string[] versionOptions)
    {
        await using var collector = await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02");

        await ExportTraffic.ToAsync(collector, _folder, versionOptions);

        var expected = ExportTraffic.Expected(hasIPv6: !versionOptions.Contains("5")).ToArray();
        var activities =
            await collector.UntilAsync(
                () => collector.ActivitiesAsync(), found => expected.SequenceEqual(found.Select(activity => activity.Pair).Order()));
        Assert.All(activities, activity => Assert.Equal(["127.0.0.1"], activity.Exporters));
        var pairs = (await collector.FindingsAsync()).Samples("rpc_collector_pair_activities")
            .Select(pair => (pair.Labels["basis"], pair.Labels["client"], pair.Labels["server"]));
        Assert.Equal(expected, pairs.Order());

        // Nothing is known of anybody yet: each pair is a first contact.
        var findings = await collector.UntilAsync(
            () => collector.ListedFindingsAsync("&kind=peer-to-peer-rpc"), found =>
                expected.Select(pair => (pair.Client, pair.Server)).ToHashSet()
                    .SetEquals(found.Select(finding => (finding.Client, finding.Server!))));
        Assert.All(findings, finding => Assert.Equal("medium", finding.Severity));
    }

    [Fact]
    public async Task RPC_activity_that_softflowd_exports_over_tcp_is_seen_in_the_API()
    {
        var port = FreePort.Tcp();
        await using var collector =
            await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02", $"--Tcp:Listen:0=127.0.0.1:{port}");

        await ExportTraffic.ToAsync(port, _folder, "-v", "10", "-A", "milli", "-P", "tcp");

        var expected = ExportTraffic.Expected(hasIPv6: true).ToArray();
        await collector.UntilAsync(
            () => collector.ActivitiesAsync(), found => expected.SequenceEqual(found.Select(activity => activity.Pair).Order()));
        var metrics = await collector.MetricsAsync();
        Assert.Equal(
            1, metrics.Samples("rpc_collector_tcp_connections_ended_total")
                .Single(sample => sample.Labels["reason"] == "closed_by_exporter").Value);
        Assert.Equal(0, metrics.Sum("rpc_collector_datagrams_rejected_total"));
    }

    [Fact]
    public async Task Scenario_that_send_replays_is_seen_in_the_API_and_by_a_real_Prometheus()
    {
        var scenario = SharedScenario("wmi-wbemcomn");
        Tool.Require("prometheus");
        await using var collector = await LiveCollector.StartAsync(_folder);
        await using var prometheus = PrometheusServer.Start(_folder, collector);

        await SendAsync(scenario.PathOf("ipfix-sensor-a"), collector);

        await collector.UntilAsync(
            () => collector.ActivitiesAsync($"&client={scenario.Client}&server={scenario.Server}&basis=car"), found => found.Count == 1);
        var pair = $$"""rpc_collector_pair_activities{client="{{scenario.Client}}",server="{{scenario.Server}}",basis="car"}""";
        Assert.Equal(1, Assert.Single(await prometheus.QueryUntilThereAsync($"{pair} > 0")));
        Assert.Equal(1, Assert.Single(await prometheus.QueryUntilThereAsync("""rpc_collector_activities_total{basis="car"} > 0""")));
        Assert.Equal(2, Assert.Single(await prometheus.QueryUntilThereAsync("""sum(up{job=~"rpc-collector.*"}) == 2""")));

        // The alert of docker/prometheus names both hosts.
        var alert = $$"""ALERTS{alertname="RpcActivity",alertstate="firing",client="{{scenario.Client}}",server="{{scenario.Server}}"}""";
        Assert.Equal(1, Assert.Single(await prometheus.QueryUntilThereAsync(alert)));
    }

    [Fact]
    public async Task Every_panel_of_the_dashboard_shows_something()
    {
        Tool.Require("prometheus", "jq", "curl");
        await using var collector = await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02");
        await using var prometheus = PrometheusServer.Start(_folder, collector);
        await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");
        await prometheus.QueryUntilThereAsync("""count_over_time(rpc_collector_pair_activities{basis="mapper-only"}[1m]) >= 4""");

        var script = Path.Combine(SharedData.RepositoryRoot(), "docker", "check-dashboard.sh");
        await using var check = Tool.Start("bash", _folder.FullName, script, "--require-data", prometheus.Address.ToString());

        Assert.True(await check.WaitForExitAsync() == 0, check.Transcript);
    }

    [Fact]
    public async Task Metrics_of_both_endpoints_please_promtool()
    {
        Tool.Require("promtool");
        await using var collector = await LiveCollector.StartAsync(_folder);
        await ExportTraffic.ToAsync(collector, _folder, "-v", "9");
        await collector.UntilAsync(() => collector.ActivitiesAsync(), found => found.Count > 0);

        foreach (var exposition in new[] { await collector.MetricsAsync(), await collector.FindingsAsync() })
        {
            await using var promtool = Tool.StartWithInput("promtool", _folder.FullName, exposition.Text, "check", "metrics");
            Assert.Equal(0, await promtool.WaitForExitAsync());
            Assert.Equal("", promtool.Output + promtool.Errors);
        }
    }

    [Fact]
    public async Task Everything_received_is_used_rejected_or_waiting_at_every_hop()
    {
        var scenario = SharedScenario("zerologon-burst");
        await using var collector = await LiveCollector.StartAsync(_folder);

        // Its Template never came: this exporter is heard for the first time, so that no other session can lend one.
        await SendAsync(SharedData.PathOf("captures", "softflowd-packets-v9-0.pcap"), collector);
        await SendAsync(SharedData.PathOf("captures", "netflow-9-cisco-nbar-flowset-262.pcap"), collector);
        await SendAsync(scenario.PathOf("netflow9"), collector);
        await collector.UntilAsync(() => collector.ActivitiesAsync("&basis=car"), found => found.Count > 0);

        var metrics = await collector.UntilAsync(collector.MetricsAsync, Accounts.AreSettled);

        Accounts.AssertBalanced(metrics);
        Assert.Equal(0, metrics.Sum("rpc_collector_kernel_drops_total"));

        // They wait until a later session's Template fits, and are given up if none does; in any case they are counted.
        var waited = metrics.Samples("rpc_collector_irregularities_total")
            .Single(sample => sample.Labels["kind"] == "decoded_after_waiting").Value;
        var givenUp = metrics.Samples("rpc_collector_sets_rejected_total")
            .Single(sample => sample.Labels["reason"] == "missing_template").Value;
        Assert.True(waited + givenUp + metrics.Sum("rpc_collector_waiting_sets") > 0);
    }

    [Fact]
    public async Task API_lists_what_each_exporter_sends()
    {
        await using var collector = await LiveCollector.StartAsync(_folder);
        await ExportTraffic.ToAsync(collector, _folder, "-v", "10", "-A", "milli");

        var exporters =
            await collector.UntilAsync(
                () => collector.JsonAsync("/api/v1/exporters"), page => page.GetProperty("items").GetArrayLength() == 1);
        var exporter = exporters.GetProperty("items")[0];
        Assert.Equal("127.0.0.1", exporter.GetProperty("address").GetString());
        Assert.Equal(10, exporter.GetProperty("domains")[0].GetProperty("version").GetInt32());
        var templates = await collector.TextAsync("/api/v1/templates");
        Assert.Contains("sourceTransportPort", templates, StringComparison.Ordinal);
        Assert.Contains("flowStartMilliseconds", templates, StringComparison.Ordinal);
    }

    private static Scenario SharedScenario(string name)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        return Scenario.Named(name);
    }

    private static async Task SendAsync(string capture, LiveCollector collector)
    {
        var sent = await CollectorProgram.RunAsync("send", "--to", $"127.0.0.1:{collector.UdpPort}", "--rate", "1000", capture);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
    }
}
