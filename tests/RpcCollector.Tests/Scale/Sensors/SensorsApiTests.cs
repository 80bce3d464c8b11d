using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Scale;
using RpcCollector.Scale.Sensors;
using RpcCollector.Tests.Http;
using static RpcCollector.Tests.Scale.Sensors.SensorSamples;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Scale.Sensors;

/// <summary>What a judge shows of its sensors.</summary>
public sealed class SensorsApiTests : IAsyncLifetime
{
    private readonly LogGauges _log = new(numPartitions: 3);

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private long Now => _host.Services.GetRequiredService<ArrivalClock>().UnixMilliseconds;

    private SensorReports Reports => _host.Services.GetRequiredService<SensorReports>();

    public SensorsApiTests() => _log.Owned = [0, 1, 2];

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(add: services =>
    {
        services.AddSingleton(_log);
        services.AddSensorReports();
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Process_that_receives_itself_has_no_sensors()
    {
        await using var alone = await CollectorHost.StartAsync();
        using var response = await alone.Client.GetAsync("/api/v1/sensors", Stop);

        Assert.Equal("""{"items":[]}""", await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Sensor_that_reports_says_how_it_is_and_the_log_what_was_lost()
    {
        Report("site-a", Now);
        ShowInLog("site-a", Now - 2_000, partition: 1, lost: 3);

        var sensor = await OnlySensorAsync();

        Assert.Equal("reporting", (string?)sensor["state"]);
        Assert.Equal((true, "1.2.3", 1, 40, 1_000), (
            (bool)sensor["ready"]!, (string?)sensor["version"], (int)sensor["exporters"]!, (int)sensor["sent_batches"]!,
            (int)sensor["sent_flow_starts"]!));
        Assert.Equal((512, 1 << 20, 2, 70), (
            (int)sensor["buffer_bytes"]!, (int)sensor["buffer_max_bytes"]!, (int)sensor["dropped_batches"]!,
            (int)sensor["dropped_flow_starts"]!));
        Assert.Equal((3, 30, 2.0), ((int)sensor["lost_batches"]!, (int)sensor["lost_flow_starts"]!, (double)sensor["lag_seconds"]!));
        Assert.Null(sensor["silent_since"]);
    }

    [Fact]
    public async Task Sensor_that_is_silent_is_named_and_the_judge_is_ready_all_the_same()
    {
        _host.Health.ListenersBound = true;
        Report("site-a", Now - 70_000);
        ShowInLog("site-a", Now - 400_000, partition: 2, lost: 0);

        var sensor = await OnlySensorAsync();
        Assert.Equal(("silent", "[2]"), ((string?)sensor["state"], sensor["left_out_of_partitions"]!.ToJsonString()));
        Assert.Equal((string?)sensor["last_report_at"], (string?)sensor["silent_since"]);

        using var response = await _host.Client.GetAsync("/readyz", Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var metrics = await TextAsync("/metrics");
        Assert.Contains("rpc_collector_sensor_left_out_partitions{sensor=\"site-a\"} 1\n", metrics);
        var complaint = Assert.Single(_host.Services.GetRequiredService<SensorView>().Complaints());
        Assert.StartsWith("sensor site-a is silent", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensor_whose_flow_starts_come_without_reports_is_shown()
    {
        ShowInLog("old", Now - 1_000, partition: 0, lost: 0);

        Assert.Equal(("old", "not_reporting"), ((string?)(await OnlySensorAsync())["name"], (string?)(await OnlySensorAsync())["state"]));
    }

    [Fact]
    public async Task Sensor_that_has_been_silent_for_a_week_is_no_longer_shown()
    {
        Report("site-a", Now - (8 * 86_400_000L));
        Assert.Empty((await JsonAsync("/api/v1/sensors"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Exporters_of_all_sensors_are_shown_with_the_sensor_in_pages()
    {
        Report("site-a", Now, "198.51.100.7", "198.51.100.9");
        Report("site_b", Now, "198.51.100.7", "2001:db8::7");
        var seen = new List<(string?, string?)>();
        string? cursor = null;
        do
        {
            var page = await JsonAsync("/api/v1/exporters?limit=1" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page["items"]!.AsArray().Select(item => ((string?)item!["address"], (string?)item["sensor"])));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);

        Assert.Equal(
            [("198.51.100.7", "site-a"), ("198.51.100.7", "site_b"), ("198.51.100.9", "site-a"), ("2001:db8::7", "site_b")], seen);
    }

    [Fact]
    public async Task Activity_is_as_complete_as_what_the_sensor_of_its_exporter_says()
    {
        var catalog = new ExporterCatalog(new ExporterDirectory());
        var activity = Car(1);
        var start = activity.Endpoint!.Value.StartUnixMilliseconds;
        foreach (var sequence in (uint[])[0, 2]) Hear(catalog, "198.51.100.1", start, sequence);
        Hear(catalog, "198.51.100.1", start + 120_000, sequence: 3);
        Deliver(Reports, new SensorReportWriter("site-a", 1, catalog).Write(Said(start + 120_000)), Now);

        await _host.PublishAsync(Added(activity));

        var shown = (await JsonAsync("/api/v1/activities"))["items"]![0]!;
        Assert.Equal(0.6667, (double)shown["completeness"]!);
    }

    [Fact]
    public async Task Metrics_name_each_sensor_and_forget_one_that_is_gone()
    {
        Report("site-a", Now);
        ShowInLog("site-a", Now, partition: 0, lost: 4);
        Reports.Take(HeaderOf("x", 1), SensorReport.Topic, Octets("{"), Now);

        var text = await TextAsync("/metrics");
        foreach (var line in (string[])[
            "rpc_collector_sensor_info{sensor=\"site-a\",version=\"1.2.3\"} 1", "rpc_collector_sensor_ready{sensor=\"site-a\"} 1",
            "rpc_collector_sensor_report_age_seconds{sensor=\"site-a\"} 0", "rpc_collector_sensor_exporters{sensor=\"site-a\"} 1",
            "rpc_collector_sensor_buffer_bytes{sensor=\"site-a\"} 512",
            "rpc_collector_sensor_buffer_max_bytes{sensor=\"site-a\"} 1048576",
            "rpc_collector_sensor_dropped_batches_total{sensor=\"site-a\"} 2",
            "rpc_collector_sensor_dropped_flow_starts_total{sensor=\"site-a\"} 70",
            "rpc_collector_sensor_lost_batches_total{sensor=\"site-a\"} 4",
            "rpc_collector_sensor_lost_flow_starts_total{sensor=\"site-a\"} 40",
            "rpc_collector_sensor_left_out_partitions{sensor=\"site-a\"} 0",
            "rpc_collector_sensor_reports_rejected_total{reason=\"malformed\"} 1"]) Assert.Contains(line + "\n", text);

        _host.Temporary.Pass(TimeSpan.FromDays(8));
        Assert.DoesNotContain("sensor=\"site-a\"", await TextAsync("/metrics"));
    }

    private void Report(string name, long at, params string[] exporters)
    {
        var catalog = new ExporterCatalog(new ExporterDirectory());
        foreach (var exporter in exporters.DefaultIfEmpty("198.51.100.7")) Hear(catalog, exporter, at);
        Deliver(Reports, new SensorReportWriter(name, epoch: 1, catalog).Write(Said(at)), at);
    }

    private void ShowInLog(string name, long watermark, int partition, long lost)
    {
        var clock = new PartitionClock();
        var sensor = clock.Of(name);
        sensor.Lose(lost, 10 * lost);
        clock.Advance(sensor, watermark, Now);
        _log.Partitions[partition].Show(clock);
    }

    private async Task<JsonNode> OnlySensorAsync() => Assert.Single((await JsonAsync("/api/v1/sensors"))["items"]!.AsArray())!;

    private async Task<JsonNode> JsonAsync(string path) => JsonNode.Parse(await TextAsync(path))!;

    private async Task<string> TextAsync(string path)
    {
        using var response = await _host.Client.GetAsync(path, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Stop);
    }
}
