using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Http;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Http;

public sealed class CollectorApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Alive_while_all_threads_run()
    {
        Assert.Equal((HttpStatusCode.OK, """{"status":"alive"}"""), await GetAsync("/healthz"));

        _host.Health.StoppedThreads = () => ["shard 2"];
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"threads stopped","stopped_threads":["shard 2"]}"""),
            await GetAsync("/healthz"));
    }

    [Fact]
    public async Task Ready_once_the_listeners_are_bound()
    {
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"not ready","listeners_bound":false,"store_writable":true}"""),
            await GetAsync("/readyz"));

        _host.Health.ListenersBound = true;
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready","listeners_bound":true,"store_writable":true}"""), await GetAsync("/readyz"));
    }

    [Fact]
    public async Task Exporters_and_their_templates_are_shown_by_name()
    {
        // A Template of sourceIPv4Address and sourceTransportPort (RFC 7011, 3.4.1), from two exporters.
        var decoder = new DatagramDecoder(new FlowOptions(), _host.Catalog, new HopCounters(), new NoSink());
        foreach (var exporter in (string[])["198.51.100.7", "2001:db8::7"])
        {
            decoder.Decode(
                Message(templateId: 256), new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 4739),
                Epoch);
            decoder.Decode(
                Message(templateId: 300), new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 4739),
                Epoch + 5_000);
        }

        using var exporters = JsonDocument.Parse((await GetAsync("/api/v1/exporters")).Body);
        var first = exporters.RootElement.GetProperty("items")[0];
        Assert.Equal("198.51.100.7", first.GetProperty("address").GetString());
        Assert.Equal("2026-01-01T00:00:05.000Z", first.GetProperty("last_seen").GetString());
        Assert.Equal(10, first.GetProperty("domains")[0].GetProperty("version").GetInt32());
        Assert.Equal(2, first.GetProperty("domains")[0].GetProperty("templates").GetInt32());
        Assert.Equal(
            (1.0, "full", false, 0), (
                first.GetProperty("completeness_last_hour").GetDouble(), first.GetProperty("join_trust")
                    .GetString(), first.GetProperty("looks_like_many_exporters").GetBoolean(),
                first.GetProperty("lost_units").GetInt32()));

        using var templates = JsonDocument.Parse((await GetAsync("/api/v1/templates?exporter=2001:db8::7")).Body);
        Assert.Equal(
            [256, 300], templates.RootElement.GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("template_id").GetInt32()));
        Assert.Equal(
            ["sourceIPv4Address", "sourceTransportPort"],
            templates.RootElement.GetProperty("items")[0].GetProperty("fields").EnumerateArray()
                .Select(field => field.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Contested_template_is_shown_at_the_exporter_with_both_layouts()
    {
        var decoder = new DatagramDecoder(new FlowOptions(), _host.Catalog, new HopCounters(), new NoSink());
        var session = new TransportSession(HostAddress.Parse("198.51.100.7"), 40_000, HostAddress.Parse("192.0.2.1"), 4739);
        var other = Message(templateId: 256);
        other[27] = 12;
        decoder.Decode(Message(templateId: 256), session, Epoch);
        decoder.Decode(other, session, Epoch + 5_000);

        using var exporters = JsonDocument.Parse((await GetAsync("/api/v1/exporters")).Body);
        var contested = exporters.RootElement.GetProperty("items")[0].GetProperty("contested");
        Assert.Equal(
            (true, 1, false, 1), (contested.GetProperty("now").GetBoolean(), contested.GetProperty("templates").GetInt32(),
                contested.GetProperty("options").GetBoolean(), contested.GetProperty("template_times").GetInt32()));

        using var templates = JsonDocument.Parse((await GetAsync("/api/v1/templates")).Body);
        var template = Assert.Single(templates.RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("2026-01-01T00:00:05.000Z", 2),
            (template.GetProperty("rivals")[0].GetProperty("first_received").GetString(),
                template.GetProperty("rivals")[0].GetProperty("fields").GetArrayLength()));
    }

    [Fact]
    public async Task Senders_of_what_is_not_read_are_shown_beside_the_exporters()
    {
        var before = await GetAsync("/api/v1/exporters");
        var decoder = new DatagramDecoder(new FlowOptions(), _host.Catalog, new HopCounters(), new NoSink());
        decoder.Decode(
            [0, 0, 0, 5, 0, 0, 0, 1, .. new byte[60]],
            new TransportSession(HostAddress.Parse("192.0.2.77"), 6343, HostAddress.Parse("192.0.2.9"), 2055), 1_772_442_901_000);

        using var exporters = JsonDocument.Parse((await GetAsync("/api/v1/exporters")).Body);

        Assert.DoesNotContain("not_read", before.Body);
        var sender = Assert.Single(exporters.RootElement.GetProperty("not_read").EnumerateArray());
        Assert.Equal(
            ("192.0.2.77", "sflow", 1, "2026-03-02T09:15:01.000Z"),
            (sender.GetProperty("address").GetString(), sender.GetProperty("format").GetString(),
                sender.GetProperty("datagrams").GetInt32(), sender.GetProperty("last_seen").GetString()));
        Assert.Contains("configure NetFlow v9 or IPFIX", sender.GetProperty("advice").GetString());
    }

    [Theory]
    [InlineData("/api/v1/exporters", 3)]
    [InlineData("/api/v1/templates", 6)]
    public async Task Exporters_and_templates_come_in_pages(string path, int expected)
    {
        var decoder = new DatagramDecoder(new FlowOptions(), _host.Catalog, new HopCounters(), new NoSink());
        foreach (var exporter in (string[])["198.51.100.7", "2001:db8::7", "198.51.100.8"])
        {
            foreach (var templateId in (ushort[])[256, 257])
                decoder.Decode(
                    Message(templateId), new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 4739),
                    Epoch);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            using var page = JsonDocument.Parse((await GetAsync($"{path}?limit=2" + (cursor is null ? "" : $"&cursor={cursor}"))).Body);
            seen.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
            cursor = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(expected, seen.Count);
        Assert.Equal(expected, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("/api/v1/exporters?limit=0")]
    [InlineData("/api/v1/exporters?cursor=x")]
    [InlineData("/api/v1/templates?exporter=x")]
    [InlineData("/api/v1/templates?cursor=x")]
    [InlineData("/api/v1/templates?cursor=::1_1_2_3_4_-5")]
    [InlineData("/api/v1/templates?export=::1")]
    public async Task Bad_parameter_is_answered_400(string path) => Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(path)).Status);

    [Fact]
    public async Task Openapi_describes_every_path_with_summaries_and_typed_schemas()
    {
        using var document = JsonDocument.Parse((await GetAsync("/openapi/v1.json")).Body);
        var paths = document.RootElement.GetProperty("paths");

        Assert.Equal(
            [
                "/api/v1/activities",
                "/api/v1/activities/histogram",
                "/api/v1/audit",
                "/api/v1/coverage",
                "/api/v1/exporters",
                "/api/v1/findings",
                "/api/v1/findings/export",
                "/api/v1/findings/stream",
                "/api/v1/findings/verdicts",
                "/api/v1/findings/{id}",
                "/api/v1/findings/{id}/next",
                "/api/v1/findings/{id}/verdict",
                "/api/v1/hosts",
                "/api/v1/hosts/{address}",
                "/api/v1/hosts/{address}/role",
                "/api/v1/incidents",
                "/api/v1/incidents/stream",
                "/api/v1/incidents/{id}",
                "/api/v1/incidents/{id}/assignee",
                "/api/v1/incidents/{id}/notes",
                "/api/v1/incidents/{id}/state",
                "/api/v1/incidents/{id}/verdict",
                "/api/v1/kinds",
                "/api/v1/kinds/{kind}",
                "/api/v1/learning",
                "/api/v1/network",
                "/api/v1/pairs",
                "/api/v1/role-changes",
                "/api/v1/roles",
                "/api/v1/sensors",
                "/api/v1/session",
                "/api/v1/session/first-admin",
                "/api/v1/sinks",
                "/api/v1/sinks/{name}/test",
                "/api/v1/suppressions",
                "/api/v1/suppressions/{id}",
                "/api/v1/system",
                "/api/v1/templates",
                "/api/v1/tokens",
                "/api/v1/tokens/{id}",
                "/api/v1/users",
                "/healthz",
                "/metrics",
                "/metrics/findings",
                "/readyz",
            ],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.All(
            paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()),
            operation => Assert.NotEqual("", operation.Value.GetProperty("summary").GetString()));
        Assert.Equal(
            [
                "since", "until", "client", "server", "host", "port", "interface", "exporter", "community_id", "basis", "limit",
                "cursor",
            ],
            paths.GetProperty("/api/v1/activities").GetProperty("get").GetProperty("parameters").EnumerateArray()
                .Select(parameter => parameter.GetProperty("name").GetString()));
        var operations = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(operations.Count, operations.Distinct(StringComparer.Ordinal).Count());
        var bases = paths.GetProperty("/api/v1/activities").GetProperty("get").GetProperty("parameters")[9].GetProperty("schema")
            .GetProperty("items").GetProperty("enum");
        Assert.Equal(["car", "extended", "known-endpoint", "mapper-only"], bases.EnumerateArray().Select(basis => basis.GetString()));
        var item = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("ActivityItemJson")
            .GetProperty("properties");
        Assert.Equal("date-time", item.GetProperty("recorded_at").GetProperty("format").GetString());
        Assert.Equal("string", item.GetProperty("client").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_can_be_asked_without_a_body(string path)
    {
        _host.Health.ListenersBound = true;
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await _host.Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Console_is_served_at_the_root_with_all_that_its_page_names()
    {
        var (status, body) = await GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, status);
        string[] named = [.. System.Text.RegularExpressions.Regex.Matches(body, "(?:src|href)=\"\\./(assets/[^\"]+)\"")
            .Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(named);
        foreach (var path in named)
        {
            using var file = await _host.Client.GetAsync("/" + path, Stop);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.DoesNotContain("unsafe", file.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Line_of_replay_is_as_its_contract_has_it()
    {
        var line = JsonSerializer.Serialize(ActivityLineJson.From(Car(1), _host.Catalog), CollectorJson.Default.ActivityLineJson);

        Assert.Equal(
            """{"type":"activity","basis":"car","client":"192.0.2.10","server":"192.0.2.20","""
            + """ "mapper":{"client_port":50000,"start":"2026-01-01T00:00:01.000Z","end":"2026-01-01T00:00:13.000Z"},"""[1..]
            + """ "endpoint":{"client_port":50001,"server_port":49667"""[1..] +
            ""","start":"2026-01-01T00:00:01.007Z","end":"2026-01-01T00:00:01.900Z"},"exporters":["198.51.100.1"],"sampled":false}""",
            line);
        var sampled =
            JsonSerializer.Serialize(
                ActivityLineJson.From(MapperOnly(1) with { SamplingInterval = 100 }, _host.Catalog),
                CollectorJson.Default.ActivityLineJson);
        Assert.EndsWith("""},"exporters":["198.51.100.1"],"sampling_interval":100,"sampled":true}""", sampled, StringComparison.Ordinal);
    }

    private static byte[] Message(ushort templateId)
    {
        var message = new byte[32];
        ushort[] words = [10, 32, 0, 0, 0, 0, 0, 1, 2, 16, templateId, 2, 8, 4, 7, 2];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2 * i), words[i]);
        return message;
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _host.Client.GetAsync(path, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private sealed class NoSink : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}
