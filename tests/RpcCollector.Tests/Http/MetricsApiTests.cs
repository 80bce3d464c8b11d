using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Metrics;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Transport;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Http;

public sealed class MetricsApiTests : IAsyncLifetime
{
    private const string FromPrometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(options => options.MaxPairs = 2);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_series_that_rules_and_dashboards_name_is_there()
    {
        _host.Gauges.Listeners =
            [new ListenerGauges(2055, () => 1_000, () => 2_000, () => 1), new ListenerGauges(2055, () => 500, () => 2_000, () => 2)];
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
            "rpc_collector_sets_rejected_total{reason=\"missing_template\"} 0",
            "rpc_collector_flow_records_rejected_total{reason=\"irrelevant_ports\"} 0",
            "rpc_collector_options_records_total ", "rpc_collector_received_bytes_total ", "rpc_collector_exporters ",
            "rpc_collector_templates ",
            "rpc_collector_activities_total{basis=\"car\"} 1", "rpc_collector_activities_total{basis=\"extended\"} 0",
            "rpc_collector_activities_total{basis=\"known-endpoint\"} 0", "rpc_collector_activities_total{basis=\"mapper-only\"} 0",
            "rpc_collector_activities_revised_total 0", "rpc_collector_activities_withdrawn_total 0",
            "rpc_collector_activities_dropped_total 0",
            "rpc_collector_mapper_flows_open ", "rpc_collector_endpoint_flows_waiting ",
            "rpc_collector_flows_evicted_total{kind=\"mapper\"} 0",
            "rpc_collector_flows_evicted_total{kind=\"endpoint\"} 0", "rpc_collector_flow_starts_late_total ",
            "rpc_collector_shard_queue_flow_starts ",
            "rpc_collector_store_activities 1", "rpc_collector_store_bytes ", "rpc_collector_store_trimmed_total 0",
            "rpc_collector_store_failures_total 0",
            "rpc_collector_store_batch_duration_seconds_bucket{le=\"1\"} ",
            "rpc_collector_store_batch_duration_seconds_bucket{le=\"+Inf\"} ",
            "rpc_collector_store_batch_duration_seconds_sum ", "rpc_collector_store_batch_duration_seconds_count ",
            "rpc_collector_store_backlog 0",
            "rpc_collector_socket_receive_buffer_bytes{port=\"2055\"} 1500", "rpc_collector_kernel_drops_total{port=\"2055\"} 3",
            $"rpc_collector_build_info{{version=\"{ProductVersion.Text}\"}} 1",
            "rpc_collector_pairs_hidden 0", "rpc_collector_store_damaged_total 0",
            "rpc_collector_irregularities_total{kind=\"template_changed\"} 0",
            "rpc_collector_findings_total{kind=\"peer-to-peer-rpc\",severity=\"high\"} 0",
            "rpc_collector_findings_total{kind=\"dc-sync\",severity=\"critical\"} 0",
            "rpc_collector_findings_revised_total 0", "rpc_collector_findings_withdrawn_total 0", "rpc_collector_findings_dropped_total 0",
            "rpc_collector_findings_hidden 0",
            "rpc_collector_findings_backlog 0", "rpc_collector_store_findings 0", "rpc_collector_store_findings_trimmed_total 0",
            "rpc_collector_judge_queue_facts{kind=\"activity\"} 0",
            "rpc_collector_judge_facts_dropped_total{kind=\"contact\"} 0", "rpc_collector_judge_facts_dropped_total{kind=\"operation\"} 0",
            "rpc_collector_judge_facts_late_total 5",
            "rpc_collector_judge_edges 11", "rpc_collector_judge_learning 1", "rpc_collector_judge_hosts 3",
            "rpc_collector_judge_edges_evicted_total 7", "rpc_collector_judge_state_failures_total 0",
            "rpc_collector_judge_state_damaged_total 0", "rpc_collector_finding_listeners 0",
            "rpc_collector_finding_listeners_dropped_total 0",
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
        first.Use(Hop.Datagram, 5);
        second.Receive(Hop.Datagram, 7);
        second.Use(Hop.Datagram, 4);
        second.Reject(Hop.Datagram, Rejection.UnknownVersion, 2);
        second.Receive(Hop.Set);
        second.Reject(Hop.Set, Rejection.UnknownVersion);

        var lines = (await _host.Client.GetStringAsync("/metrics", Stop)).Split('\n');

        Assert.Contains("rpc_collector_datagrams_received_total 11", lines);
        Assert.Contains("rpc_collector_in_progress{hop=\"datagrams\"} 1", lines);
        Assert.Contains("rpc_collector_datagrams_rejected_total{reason=\"unknown_version\"} 2", lines);
        Assert.Contains("rpc_collector_sets_rejected_total{reason=\"unknown_version\"} 1", lines);
        Assert.DoesNotContain("rpc_collector_flow_records_rejected_total{reason=\"unknown_version\"} 0", lines);
    }

    [Fact]
    public void Every_reason_belongs_to_a_hop_that_shows_it_from_the_start()
    {
        var all = SnakeCase<Rejection>.All.Where(reason => reason != Rejection.None).ToList();
        var reasons = all.ToLookup(RejectionReasons.HopOf);

        Assert.All(SnakeCase<Hop>.All, hop => Assert.Contains(all, reason => RejectionReasons.IsOf(reason, hop)));
        Assert.Equal(Rejection.MissingTemplate, reasons[Hop.Set].First());
        Assert.Equal(Rejection.MalformedTemplate, reasons[Hop.TemplateRecord].First());
        Assert.Equal(Rejection.NotTcp, reasons[Hop.FlowRecord].First());
        Assert.Equal(Rejection.AlreadyKnown, reasons[Hop.FlowStart].First());
    }

    [Fact]
    public async Task Active_pairs_are_named_within_their_bound_the_most_recent_first()
    {
        await _host.PublishAsync(
            Added(Car(1, "10.0.0.1")), Added(Car(2, "10.0.0.2")), Added(Car(3, "2001:db8::3")), Added(Car(4, "2001:db8::3")));

        var text = await _host.Client.GetStringAsync("/metrics/findings", Stop);

        string[] series =
        [
            "rpc_collector_pair_activities{client=\"10.0.0.2\",server=\"192.0.2.20\",basis=\"car\"} 1",
            "rpc_collector_pair_activities{client=\"2001:db8::3\",server=\"192.0.2.20\",basis=\"car\"} 2",
            "rpc_collector_pair_last_activity_timestamp_seconds{client=\"10.0.0.2\",server=\"192.0.2.20\",basis=\"car\"} 1767225602",
            "rpc_collector_pair_last_activity_timestamp_seconds{client=\"2001:db8::3\",server=\"192.0.2.20\",basis=\"car\"} 1767225604",
        ];
        Assert.Equal(series, text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Order(StringComparer.Ordinal));
        Assert.Contains("\nrpc_collector_pairs_hidden 1\n", await _host.Client.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_each_show_one_look_at_pairs_that_change()
    {
        using var changing = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var change = Task.Run(() => KeepChanging(_host.Pairs, changing.Token), Stop);
        var scrapes = Enumerable.Range(0, 64).Select(_ => Task.Run(() => ScrapeAsync("/metrics/findings", openMetrics: true), Stop));
        var texts = await Task.WhenAll(scrapes);
        await changing.CancelAsync();
        await change;

        Assert.All(texts, text =>
        {
            Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
            var counts = ClientsOf(text, "rpc_collector_pair_activities{");
            Assert.True(counts.Count <= 2, $"{counts.Count} pairs");
            Assert.Equal(counts, ClientsOf(text, "rpc_collector_pair_last_activity_timestamp_seconds{"));
        });

        static void KeepChanging(ActivePairs pairs, CancellationToken enough)
        {
            for (uint client = 1; !enough.IsCancellationRequested; client++)
            {
                var (from, to) = (HostAddress.FromIPv4(0x0A00_0000 + (client % 1_000)), HostAddress.FromIPv4(0xC000_0214));
                pairs.Apply([new PairStep(new PairKey(from, to, JoinBasis.Car), 1, Epoch, 1_000)]);
            }
        }

        static List<string> ClientsOf(string text, string family) =>
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith(family, StringComparison.Ordinal))
                .Select(line => line.Split('"')[1])
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Counter_that_reads_less_than_before_stays_where_it_was()
    {
        long drops = 0;
        _host.Gauges.Listeners = [new ListenerGauges(2055, () => 0, () => 0, () => drops)];
        foreach (var (read, shown) in ((long, long)[])[(3, 3), (1, 3), (4, 4)])
        {
            drops = read;
            var lines = (await ScrapeAsync("/metrics", openMetrics: false)).Split('\n');
            Assert.Contains($"rpc_collector_kernel_drops_total{{port=\"2055\"}} {shown}", lines);
        }
    }

    [Fact]
    public async Task Figure_that_cannot_be_read_keeps_none_of_the_others_from_being_shown()
    {
        (_host.Gauges.OptionsRecords, _host.Gauges.ReceivedBytes) = (() => throw new InvalidOperationException("not now"), () => 17);

        var lines = (await ScrapeAsync("/metrics", openMetrics: false)).Split('\n');

        Assert.Contains("rpc_collector_options_records_total 0", lines);
        Assert.Contains("rpc_collector_received_bytes_total 17", lines);
    }

    [Fact]
    public async Task Batches_are_counted_by_how_long_they_took_to_commit()
    {
        var durations = _host.Services.GetRequiredService<CommitDurations>();
        double[] before = [0.5, 1, 1.0001, 2, 700, 999, 20_000];
        foreach (var milliseconds in before) durations.Add(TimeSpan.FromMilliseconds(milliseconds));
        await ScrapeAsync("/metrics", openMetrics: false);
        durations.Add(TimeSpan.FromMilliseconds(3));

        var lines = (await ScrapeAsync("/metrics", openMetrics: false)).Split('\n');

        const string Family = "rpc_collector_store_batch_duration_seconds";
        (string Bound, int Count)[] buckets = [("0.001", 2), ("0.0025", 4), ("0.005", 5), ("0.5", 5), ("1", 7), ("10", 7), ("+Inf", 8)];
        Assert.All(buckets, bucket => Assert.Contains($"{Family}_bucket{{le=\"{bucket.Bound}\"}} {bucket.Count}", lines));
        Assert.Contains(Family + "_count 8", lines);
        var sum = Assert.Single(lines, line => line.StartsWith(Family + "_sum ", StringComparison.Ordinal))[(Family.Length + 5)..];
        Assert.Equal(21.7065001, double.Parse(sum, CultureInfo.InvariantCulture), 9);
    }

    [Theory]
    [InlineData(FromPrometheus, true)]
    [InlineData("application/vnd.google.protobuf;encoding=delimited;q=0.6," + FromPrometheus, true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.9", false)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    public async Task Format_is_what_the_scraper_likes_best_of_what_there_is(string accept, bool isOpenMetrics)
    {
        foreach (var path in (string[])["/metrics", "/metrics/findings"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await _host.Client.SendAsync(request, Stop);
            var text = await response.Content.ReadAsStringAsync(Stop);

            Assert.Equal(
                isOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8",
                response.Content.Headers.ContentType?.ToString());
            Assert.Equal(isOpenMetrics, text.EndsWith("\n# EOF\n", StringComparison.Ordinal));
            Assert.Equal("Accept", response.Headers.Vary.ToString());
            Assert.True(response.Headers.CacheControl?.NoStore);
        }
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/findings")]
    public async Task Metrics_are_read_and_not_written(string path)
    {
        using var response = await _host.Client.PostAsync(path, content: null, Stop);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_are_each_whole()
    {
        var texts =
            await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => ScrapeAsync("/metrics", openMetrics: true), Stop)));

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
    public async Task Openmetrics_has_its_content_type_and_names()
    {
        await _host.PublishAsync(Added(Car(1)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await _host.Client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);

        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("\n# TYPE rpc_collector_store_batch_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_store_batch_duration_seconds_bucket{le=\"1.0\"} ", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE rpc_collector_datagrams_received counter\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_datagrams_received_total 0.0\n", text, StringComparison.Ordinal);
    }

    private static Process Promtool()
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("promtool", ["check", "metrics"])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
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
