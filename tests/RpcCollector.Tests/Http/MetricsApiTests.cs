using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judgement;
using RpcCollector.Metrics;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Http;

public sealed class MetricsApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(options => options.MaxPairs = 2);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_series_that_rules_and_dashboards_name_is_there()
    {
        _host.Gauges.Listeners = [new ListenerGauges(2055, () => 1_000, () => 2_000, () => 1), new ListenerGauges(2055, () => 500, () => 2_000, () => 2)];
        await _host.PublishAsync(Added(Car(1)));
        _host.Services.GetRequiredService<JudgeGauges>().Counts = new JudgeCounts
        {
            Late = 5,
            EvictedEdges = 7,
            Hosts = 3,
            Edges = 11,
            IsLearning = true
        };

        var text = await _host.Client.GetStringAsync("/metrics", Stop);

        string[] series =
        [
            .. from noun in (string[])["datagrams", "sets", "data_records", "flow_records", "flow_starts"]
               from verb in (string[])["received_total ", "used_total ", "rejected_total{reason=\""]
               select $"rpc_collector_{noun}_{verb}",
            "rpc_collector_sets_rejected_total{reason=\"missing_template\"} 0", "rpc_collector_flow_records_rejected_total{reason=\"irrelevant_ports\"} 0",
            "rpc_collector_options_records_total ", "rpc_collector_received_bytes_total ", "rpc_collector_exporters ", "rpc_collector_templates ",
            "rpc_collector_activities_total{basis=\"car\"} 1", "rpc_collector_activities_total{basis=\"extended\"} 0",
            "rpc_collector_activities_total{basis=\"known-endpoint\"} 0", "rpc_collector_activities_total{basis=\"mapper-only\"} 0",
            "rpc_collector_activities_revised_total 0", "rpc_collector_activities_withdrawn_total 0", "rpc_collector_activities_dropped_total 0",
            "rpc_collector_mapper_flows_open ", "rpc_collector_endpoint_flows_waiting ", "rpc_collector_flows_evicted_total{kind=\"mapper\"} 0",
            "rpc_collector_flows_evicted_total{kind=\"endpoint\"} 0", "rpc_collector_flow_starts_late_total ", "rpc_collector_shard_queue_flow_starts ",
            "rpc_collector_store_activities 1", "rpc_collector_store_bytes ", "rpc_collector_store_trimmed_total 0", "rpc_collector_store_failures_total 0",
            "rpc_collector_store_batch_duration_seconds_bucket{le=\"1.0\"} ", "rpc_collector_store_batch_duration_seconds_bucket{le=\"+Inf\"} ",
            "rpc_collector_store_batch_duration_seconds_sum ", "rpc_collector_store_batch_duration_seconds_count ", "rpc_collector_store_backlog 0",
            "rpc_collector_socket_receive_buffer_bytes{port=\"2055\"} 1500", "rpc_collector_kernel_drops_total{port=\"2055\"} 3",
            $"rpc_collector_build_info{{version=\"{Instruments.Version}\"}} 1", "rpc_collector_pairs_hidden 0", "rpc_collector_store_damaged_total 0",
            "rpc_collector_irregularities_total{kind=\"template_changed\"} 0",
            "rpc_collector_findings_total{kind=\"peer-to-peer-rpc\",severity=\"high\"} 0", "rpc_collector_findings_total{kind=\"dc-sync\",severity=\"critical\"} 0",
            "rpc_collector_findings_revised_total 0", "rpc_collector_findings_withdrawn_total 0", "rpc_collector_findings_dropped_total 0", "rpc_collector_findings_hidden 0",
            "rpc_collector_findings_backlog 0", "rpc_collector_store_findings 0", "rpc_collector_store_findings_trimmed_total 0", "rpc_collector_judge_queue_facts{kind=\"activity\"} 0",
            "rpc_collector_judge_facts_dropped_total{kind=\"contact\"} 0", "rpc_collector_judge_facts_dropped_total{kind=\"operation\"} 0", "rpc_collector_judge_facts_late_total 5",
            "rpc_collector_judge_edges 11", "rpc_collector_judge_learning 1", "rpc_collector_judge_hosts 3", "rpc_collector_judge_edges_evicted_total 7", "rpc_collector_judge_state_failures_total 0",
            "rpc_collector_judge_state_damaged_total 0", "rpc_collector_finding_listeners 0", "rpc_collector_finding_listeners_dropped_total 0",
            "process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_start_time_seconds ",
            "dotnet_gc_collections_total{generation=\"0\"} ", "dotnet_gc_heap_bytes ", "dotnet_gc_pause_seconds_total ",
        ];
        Assert.All(series, start => Assert.Contains('\n' + start, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counters_of_all_threads_are_summed_and_every_rejection_is_shown_where_it_happened()
    {
        var (first, second) = (new HopCounters(), new HopCounters());
        _host.Gauges.Counters = [first, second];
        first.Receive(Hop.Datagram, 5);
        second.Receive(Hop.Datagram, 7);
        second.Reject(Hop.Datagram, Rejection.UnknownVersion, 2);
        second.Reject(Hop.Set, Rejection.UnknownVersion);

        var lines = (await _host.Client.GetStringAsync("/metrics", Stop)).Split('\n');

        Assert.Contains("rpc_collector_datagrams_received_total 12", lines);
        Assert.Contains("rpc_collector_datagrams_rejected_total{reason=\"unknown_version\"} 2", lines);
        Assert.Contains("rpc_collector_sets_rejected_total{reason=\"unknown_version\"} 1", lines);
        Assert.DoesNotContain("rpc_collector_flow_records_rejected_total{reason=\"unknown_version\"} 0", lines);
    }

    [Fact]
    public void Every_reason_belongs_to_a_hop_that_shows_it_from_the_start()
    {
        var reasons = SnakeCase<Rejection>.All.Where(reason => reason != Rejection.None).ToLookup(RejectionReasons.HopOf);

        Assert.All(SnakeCase<Hop>.All, hop => Assert.NotEmpty(reasons[hop]));
        Assert.Equal(Rejection.MissingTemplate, reasons[Hop.Set].First());
        Assert.Equal(Rejection.MalformedTemplate, reasons[Hop.TemplateRecord].First());
        Assert.Equal(Rejection.NotTcp, reasons[Hop.FlowRecord].First());
        Assert.Equal(Rejection.AlreadyKnown, reasons[Hop.FlowStart].First());
    }

    [Fact]
    public async Task Active_pairs_are_named_within_their_bound_the_most_recent_first()
    {
        await _host.PublishAsync(Added(Car(1, "10.0.0.1")), Added(Car(2, "10.0.0.2")), Added(Car(3, "2001:db8::3")), Added(Car(4, "2001:db8::3")));

        var text = await _host.Client.GetStringAsync("/metrics/findings", Stop);

        Assert.Equal(
            """
            # HELP rpc_collector_finding_active Always 1: a finding that stands, neither suppressed nor called benign, the most severe first. No server: it is about the client alone.
            # TYPE rpc_collector_finding_active gauge
            # HELP rpc_collector_finding_last_seen_timestamp_seconds When the latest flow or operation behind a finding began, by the exporter's clock.
            # TYPE rpc_collector_finding_last_seen_timestamp_seconds gauge
            # HELP rpc_collector_pair_activities RPC activities of a client with a server recorded within the expiry, the most recent pair first.
            # TYPE rpc_collector_pair_activities gauge
            rpc_collector_pair_activities{client="2001:db8::3",server="192.0.2.20",basis="car"} 2
            rpc_collector_pair_activities{client="10.0.0.2",server="192.0.2.20",basis="car"} 1
            # HELP rpc_collector_pair_last_activity_timestamp_seconds When the latest RPC activity of a client with a server began, by the exporter's clock.
            # TYPE rpc_collector_pair_last_activity_timestamp_seconds gauge
            rpc_collector_pair_last_activity_timestamp_seconds{client="2001:db8::3",server="192.0.2.20",basis="car"} 1767225604
            rpc_collector_pair_last_activity_timestamp_seconds{client="10.0.0.2",server="192.0.2.20",basis="car"} 1767225602

            """,
            text);
        Assert.Contains("\nrpc_collector_pairs_hidden 1\n", await _host.Client.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_are_each_whole()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => ScrapeAsync("/metrics", openMetrics: true), Stop)));

        Assert.All(texts, text =>
        {
            Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
            var families = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
            Assert.Equal(families.Count, families.Distinct(StringComparer.Ordinal).Count());
            Assert.True(families.Count > 40, $"{families.Count} families");
        });
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/findings")]
    public async Task Promtool_is_content(string path)
    {
        await _host.PublishAsync(Added(Car(1)), Added(MapperOnly(2)));
        using var promtool = Promtool();
        await promtool.StandardInput.WriteAsync(await ScrapeAsync(path, openMetrics: false));
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync(Stop) + await promtool.StandardError.ReadToEndAsync(Stop);
        await promtool.WaitForExitAsync(Stop);

        Assert.Equal("", output);
        Assert.Equal(0, promtool.ExitCode);
    }

    [Fact]
    public async Task Openmetrics_has_its_content_type_units_and_end()
    {
        await _host.PublishAsync(Added(Car(1)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await _host.Client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);

        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("\n# TYPE rpc_collector_store_batch_duration_seconds histogram\n# UNIT rpc_collector_store_batch_duration_seconds seconds\n", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE rpc_collector_datagrams_received counter\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_datagrams_received_total 0\n", text, StringComparison.Ordinal);
    }

    private static Process Promtool()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not installed (Debian package prometheus)");
            throw;
        }
    }

    private async Task<string> ScrapeAsync(string path, bool openMetrics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (openMetrics) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await _host.Client.SendAsync(request, Stop);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(Stop);
    }
}
