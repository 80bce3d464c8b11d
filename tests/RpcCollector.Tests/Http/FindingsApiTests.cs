using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class FindingsApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(options => options.MaxFindings = 2);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Finding_is_shown_with_all_that_is_known_of_it()
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        var (status, body) = await GetAsync($"/api/v1/findings/{finding.Id:x16}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            $$"""{"id":"{{finding.Id:x16}}","""
            + """ "kind":"peer-to-peer-rpc","severity":"high","confidence":"medium","client":"10.0.0.1","""[1..]
            + """ "server":"192.0.2.20","count":1,"""[1..]
            + """ "first_seen":"2026-01-01T00:00:00.000Z","last_seen":"2026-01-01T00:00:01.000Z","""[1..]
            + """ "techniques":["T1021","T1021.003"]"""[1..] +
            ""","analytics":["CAR-2014-05-001"],"""
            + """ "reason":"first RPC from this workstation to another workstation in 21 days; 1 endpoint flow; unsampled","""[1..]
            + """ "flows":[{"client":"10.0.0.1","client_port":50001,"server":"192.0.2.20","server_port":49667"""[1..] +
            ""","start":"2026-01-01T00:00:00.000Z","end":"2026-01-01T00:00:00.900Z","""
            + """ "community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=","exporters":["198.51.100.1"],"sampling_interval":1}]"""[1..] +
            ""","operations":["svcctl CreateServiceW"],"""
            + """ "exporters":["198.51.100.1"],"sampling_interval":1,"sampled":false,"suppressed_by":[]"""[1..] +
            $$""","incident":"{{finding.Id:x16}}",""" +
            """ "recorded_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}"""[1..],
            body);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/findings/0000000000000001")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/findings/x")).Status);
    }

    [Fact]
    public async Task How_rare_a_finding_is_is_shown_with_it_and_with_its_incident()
    {
        const string Numbers =
            """
            "rarity":{"service":"SMB","days":21.2,"server_clients":212,"server_clients_like":3,
            "pair_first_seen":"2025-12-31T00:00:00.000Z","pair_days":1,"pair_flows":14,"client_servers_like":2,
            "octets":575000,"octets_way":"upload","octets_service":"SMB","octets_percentile":99,"octets_flows":4120,
            "octets_of":"workstations"}
            """;
        var finding = Found("10.0.0.1") with { Rarity = Rare };
        await _host.PublishAsync(Added(finding));

        var expected = Numbers.ReplaceLineEndings("");
        Assert.Contains(expected, (await GetAsync($"/api/v1/findings/{finding.Id:x16}")).Body, StringComparison.Ordinal);
        Assert.Contains(expected, (await GetAsync("/api/v1/findings")).Body, StringComparison.Ordinal);
        Assert.Contains(expected, (await GetAsync($"/api/v1/incidents/{finding.Id:x16}")).Body, StringComparison.Ordinal);
        Assert.Contains("\"octets_percentile\"", (await GetAsync("/openapi/v1.json")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rarity_of_which_little_is_known_says_only_that()
    {
        var finding = Found("10.0.0.1", server: null, FindingKind.RpcSweep) with
        {
            Rarity = new FindingRarity { Service = "RPC", KnownHours = 12, ClientServersLike = 0 },
        };
        await _host.PublishAsync(Added(finding));

        Assert.Contains(
            ""","rarity":{"service":"RPC","days":0.5,"client_servers_like":0},"count":""",
            (await GetAsync($"/api/v1/findings/{finding.Id:x16}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Withdrawn_finding_is_read_by_its_id_with_its_reason_and_its_notes()
    {
        var finding = Found("10.0.0.1") with
        {
            Notes = [new FindingNote(Activities.Epoch, "10.0.0.1 is known to be a scanner now.")],
            NumServers = 57,
            KnownHosts = 2,
        };
        await _host.PublishAsync(Added(finding));
        await _host.PublishAsync(Withdrawn(finding));

        var (status, body) = await GetAsync($"/api/v1/findings/{finding.Id:x16}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"servers\":57,\"known_hosts\":2,", body, StringComparison.Ordinal);
        Assert.EndsWith(
            ""","withdrawn_at":"2026-01-01T00:00:00.000Z","withdrawn_reason":"flows-read-otherwise","notes":[""" +
            """{"at":"2026-01-01T00:00:00.000Z","text":"10.0.0.1 is known to be a scanner now."},""" +
            """{"at":"2026-01-01T00:00:00.000Z","text":"Withdrawn: its flows read otherwise, as more of them became known."}]}""",
            body, StringComparison.Ordinal);
        var metrics = await _host.Client.GetStringAsync("/metrics", Stop);
        Assert.Contains(
            "\nrpc_collector_finding_withdrawals_total{reason=\"flows-read-otherwise\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "rpc_collector_finding_active{", await _host.Client.GetStringAsync("/metrics/findings", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_of_severe_findings_pushes_no_other_out_of_the_metrics()
    {
        await using var host = await CollectorHost.StartAsync(options => options.MaxFindings = 50);
        await host.PublishAsync(Added(Found("10.1.0.1", kind: FindingKind.Pivot, severity: FindingSeverity.Medium)));
        await host.PublishAsync(
            [.. Enumerable.Range(0, 500).Select(i => Added(Found($"10.2.{i / 250}.{i % 250}", $"10.3.{i / 250}.{i % 250}")))]);

        var text = await host.Client.GetStringAsync("/metrics/findings", Stop);

        Assert.Equal(50, text.Split('\n').Count(line => line.StartsWith("rpc_collector_finding_active{", StringComparison.Ordinal)));
        Assert.Contains("client=\"10.1.0.1\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("?kind=rpc-sweep", 1)]
    [InlineData("?kind=rpc-sweep&kind=new-rpc-client", 2)]
    [InlineData("?severity=medium", 3)]
    [InlineData("?severity=critical", 1)]
    [InlineData("?confidence=high", 0)]
    [InlineData("?client=10.1.0.0/16", 2)]
    [InlineData("?server=2001:db8::5", 1)]
    [InlineData("?technique=T1021", 4)]
    [InlineData("?technique=t1021.003", 4)]
    [InlineData("?technique=T1021.006", 0)]
    [InlineData("?technique=T102", null)]
    [InlineData("?since=2026-01-01T00:01:00Z", 1)]
    [InlineData("?until=1767225660", 3)]
    [InlineData("?verdict=none", 4)]
    [InlineData("?verdict=malicious", 0)]
    [InlineData("?limit=1", 1)]
    [InlineData("?known_hosts=1", 2)]
    [InlineData("?known_hosts=2", 1)]
    [InlineData("?known_hosts=3", null)]
    [InlineData("?state=standing", 4)]
    [InlineData("?state=withdrawn", 1)]
    [InlineData("?state=all", 5)]
    public async Task Filters_restrict_what_is_shown(string query, int? expected)
    {
        await _host.PublishAsync(
            Added(Found("10.1.0.1", severity: FindingSeverity.Critical)),
            Added(Found("10.1.0.2", server: null, FindingKind.RpcSweep, FindingSeverity.Medium)),
            Added(Found("10.2.0.1", kind: FindingKind.NewRpcClient, severity: FindingSeverity.Low) with { KnownHosts = 1 }),
            Added(Found("10.2.0.2", "2001:db8::5", seen: 60_000) with { KnownHosts = 2 }),
            Added(Found("10.3.0.1")));
        await _host.PublishAsync(Withdrawn(Found("10.3.0.1")));

        var (status, body) = await GetAsync("/api/v1/findings" + query);

        Assert.Equal(expected is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, status);
        if (expected is not null) Assert.Equal(expected, JsonDocument.Parse(body).RootElement.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("kind", "lateral")]
    [InlineData("severity", "5")]
    [InlineData("confidence", "sure")]
    [InlineData("client", "10.0.0.256")]
    [InlineData("technique", "T1021.3")]
    [InlineData("since", "yesterday")]
    [InlineData("verdict", "maybe")]
    [InlineData("suppressed", "yes")]
    [InlineData("state", "gone")]
    [InlineData("known_hosts", "many")]
    [InlineData("limit", "1001")]
    [InlineData("cursor", "abc")]
    [InlineData("sevrity", "high")]
    public async Task Bad_parameter_is_answered_400_and_named(string parameter, string value)
    {
        var (status, body) = await GetAsync($"/api/v1/findings?{parameter}={Uri.EscapeDataString(value)}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(JsonDocument.Parse(body).RootElement.GetProperty("errors").TryGetProperty(parameter, out _), body);
    }

    [Fact]
    public async Task Following_next_shows_each_finding_once()
    {
        await _host.PublishAsync([.. Enumerable.Range(0, 25).Select(i => Added(Found($"10.0.0.{i}", seen: i / 3)))]);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page =
                JsonDocument.Parse(
                    (await GetAsync("/api/v1/findings?limit=4" + (cursor is null ? "" : $"&cursor={cursor}"))).Body).RootElement;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal((25, 25), (seen.Count, seen.Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public async Task Benign_finding_is_hidden_and_counted_and_the_history_remembers()
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));
        var path = $"/api/v1/findings/{finding.Id:x16}/verdict";

        var (status, body) =
            await SendAsync(
                HttpMethod.Post, path, """{"verdict":"benign","who":"Ada","why":"nightly backup","expires_at":"2026-02-01T00:00:00Z"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("benign", JsonDocument.Parse(body).RootElement.GetProperty("verdict").GetProperty("verdict").GetString());
        Assert.Equal(
            """{"items":[],"total":0,"hidden":{"findings":1,"benign":1,"suppressions":[]}}""",
            (await GetAsync("/api/v1/findings")).Body);
        Assert.Contains(FindingId(finding), (await GetAsync("/api/v1/findings?suppressed=true")).Body, StringComparison.Ordinal);
        Assert.Contains(FindingId(finding), (await GetAsync("/api/v1/findings?verdict=benign")).Body, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, path, content: null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, path, content: null)).Status);
        Assert.Contains(FindingId(finding), (await GetAsync("/api/v1/findings")).Body, StringComparison.Ordinal);
        Assert.Equal(
            """{"history":[{"verdict":"benign","who":"Ada","why":"nightly backup","given_at":"2026-01-01T00:00:""" +
            """00.000Z","expires_at":"2026-02-01T00:00:00.000Z","withdrawn_at":"2026-01-01T00:00:00.000Z"}]}""",
            (await GetAsync(path)).Body);
    }

    [Theory]
    [InlineData("""{"verdict":"maybe","who":"Ada","why":"x"}""", "verdict")]
    [InlineData("""{"verdict":"benign","why":"x"}""", "who")]
    [InlineData("""{"verdict":"benign","who":"Ada","why":" "}""", "why")]
    [InlineData("""{"verdict":"benign","who":"Ada","why":"x","expires_at":"2025-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"verdict":"benign","who":"Ada","why":"x","expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"verdict":"benign","who":"Ada","why":"x","expires":"2027-01-01T00:00:00Z"}""", "body")]
    [InlineData("""{"verdict":""", "body")]
    [InlineData("null", "body")]
    public async Task Bad_verdict_is_answered_400_and_its_member_named(string content, string member)
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        var (status, body) = await SendAsync(HttpMethod.Post, $"/api/v1/findings/{finding.Id:x16}/verdict", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(JsonDocument.Parse(body).RootElement.GetProperty("errors").TryGetProperty(member, out _), body);
        Assert.Single(_host.Services.GetRequiredService<RpcCollector.Store.Findings.FindingStore>().Read(new()).Items);
    }

    [Fact]
    public async Task What_is_not_sent_as_json_is_refused()
    {
        using var content = new StringContent("""{"client":"10.0.0.1","who":"x","why":"y"}""", Encoding.UTF8, "text/plain");
        using var response = await _host.Client.PostAsync("/api/v1/suppressions", content, Stop);

        Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.UnsupportedMediaType, HttpStatusCode.BadRequest]);
        Assert.Equal("""{"items":[]}""", (await GetAsync("/api/v1/suppressions")).Body);
    }

    [Fact]
    public async Task Suppressions_can_be_written_read_changed_and_deleted_and_say_what_they_hide()
    {
        await _host.PublishAsync(Added(Found("10.1.0.1")), Added(Found("10.1.0.2")), Added(Found("10.2.0.1")));

        var (status, body) =
            await SendAsync(HttpMethod.Post, "/api/v1/suppressions", """{"client":"10.1.0.0/16","who":"Ada","why":"the lab"}""");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(
            """{"id":"1","client":"10.1.0.0/16","who":"Ada","why":"the lab","created_at":"2026-01-01T00:00:00.000Z","active":true""" +
            ""","hides":2}""", body);
        var page = JsonDocument.Parse((await GetAsync("/api/v1/findings")).Body).RootElement;
        Assert.Equal(1, page.GetProperty("items").GetArrayLength());
        Assert.Equal("""{"findings":2,"benign":0,"suppressions":[{"id":"1","findings":2}]}""", page.GetProperty("hidden").GetRawText());
        Assert.Equal(["1"], JsonDocument.Parse((await GetAsync("/api/v1/findings?suppressed=true&client=10.1.0.1")).Body)
            .RootElement.GetProperty("items")[0].GetProperty("suppressed_by").EnumerateArray().Select(id => id.GetString()));

        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(
                HttpMethod.Put, "/api/v1/suppressions/1",
                """{"kind":"peer-to-peer-rpc","client":"10.1.0.1","who":"Ada","why":"one of them"}""")).Status);
        Assert.Equal(1, JsonDocument.Parse((await GetAsync("/api/v1/suppressions/1")).Body).RootElement.GetProperty("hides").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/suppressions/1", content: null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/suppressions/1")).Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await SendAsync(HttpMethod.Put, "/api/v1/suppressions/1", """{"client":"10.1.0.1","who":"Ada","why":"x"}""")).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Post, "/api/v1/suppressions", """{"who":"Ada","why":"everything"}""")).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Post, "/api/v1/suppressions", """{"server":"10.0.0.0/40","who":"Ada","why":"x"}""")).Status);
    }

    [Fact]
    public async Task Most_severe_findings_are_named_by_the_metrics_within_their_bound_until_they_expire()
    {
        await _host.PublishAsync(
            Added(Found("10.0.0.1", severity: FindingSeverity.Low)),
            Added(Found("10.0.0.2", server: null, FindingKind.RpcSweep, FindingSeverity.Medium)), Added(Found("10.0.0.3")),
            Added(Found("10.0.0.4", severity: FindingSeverity.Critical)));
        await SendAsync(HttpMethod.Post, "/api/v1/suppressions", """{"client":"10.0.0.4","who":"Ada","why":"the scanner"}""");

        var text = await _host.Client.GetStringAsync("/metrics/findings", Stop);

        Assert.Equal(
            [
                "rpc_collector_finding_active{kind=\"peer-to-peer-rpc\",severity=\"high\",client=\"10.0.0.3\",server=\"192.0.2.20\"} 1",
                "rpc_collector_finding_active{kind=\"rpc-sweep\",severity=\"medium\",client=\"10.0.0.2\",server=\"\"} 1",
            ],
            text.Split('\n')
                .Where(line => line.StartsWith("rpc_collector_finding_active{", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        Assert.Contains(
            "\nrpc_collector_finding_last_seen_timestamp_seconds{kind=\"rpc-sweep\",severity=\"medium\"," +
            "client=\"10.0.0.2\",server=\"\"} 1767225601\n",
            text, StringComparison.Ordinal);
        var metrics = await _host.Client.GetStringAsync("/metrics", Stop);
        Assert.Contains("\nrpc_collector_findings_hidden 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_findings_total{kind=\"rpc-sweep\",severity=\"medium\"} 1\n", metrics, StringComparison.Ordinal);

        _host.Temporary.Time.Now += TimeSpan.FromHours(25);
        Assert.DoesNotContain(
            "rpc_collector_finding_active{", await _host.Client.GetStringAsync("/metrics/findings", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_and_pairs_are_those_that_the_judge_knows()
    {
        await using var host = await CollectorHost.StartAsync(judgement: new JudgementOptions { Roles = ["10.0.0.9=domain-controller"] });
        var sink = host.Services.GetRequiredService<IActivitySink>();
        sink.Publish(Contact(1, "10.0.0.1", "10.0.0.2", 445));
        sink.Publish(Activities.Added(Activities.Car(2, "10.0.0.1", "10.0.0.9")));
        sink.Publish(Contact(3, "10.0.0.1", "10.0.0.9", 88));
        sink.Publish(Activities.Added(Activities.Car(4, "10.0.0.2", "10.0.0.9")));
        while (Items(await GetAsync("/api/v1/pairs", host), "server").Count < 3) await Task.Delay(5, Stop);

        var controller =
            JsonDocument.Parse((await GetAsync("/api/v1/hosts?role=domain-controller", host)).Body).RootElement.GetProperty("items")[0];
        Assert.Equal(("10.0.0.9", "domain-controller", 0, 3), (
            controller.GetProperty("address").GetString(), controller.GetProperty("role").GetString(),
            controller.GetProperty("client_edges").GetInt32(), controller.GetProperty("server_edges").GetInt32()));
        var first = JsonDocument.Parse((await GetAsync("/api/v1/hosts?limit=2", host)).Body).RootElement;
        Assert.Equal("10.0.0.2", first.GetProperty("next").GetString());
        Assert.Equal(["10.0.0.9"], Items(await GetAsync("/api/v1/hosts?limit=2&cursor=10.0.0.2", host), "address"));
        Assert.Equal(["10.0.0.1"], Items(await GetAsync("/api/v1/hosts?address=10.0.0.1", host), "address"));

        var second = JsonDocument.Parse((await GetAsync("/api/v1/hosts/10.0.0.2", host)).Body).RootElement;
        Assert.Equal("10.0.0.9", second.GetProperty("as_client")[0].GetProperty("server").GetString());
        Assert.Equal("10.0.0.1", second.GetProperty("as_server")[0].GetProperty("client").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/hosts/10.9.9.9", host)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/api/v1/hosts/nobody", host)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/api/v1/hosts?role=king", host)).Status);

        Assert.Equal(["10.0.0.2", "10.0.0.9", "10.0.0.9"], Items(await GetAsync("/api/v1/pairs", host), "server"));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], Items(await GetAsync("/api/v1/pairs?server=10.0.0.9", host), "client"));
        Assert.Equal(["10.0.0.9"], Items(await GetAsync("/api/v1/pairs?client=10.0.0.2", host), "server"));
        var page = await GetAsync("/api/v1/pairs?limit=2", host);
        Assert.Equal(
            ["rpc", "kerberos"], JsonDocument.Parse(page.Body).RootElement.GetProperty("items")[1].GetProperty("services").EnumerateArray()
                .Select(service => service.GetProperty("service").GetString()));
        Assert.Equal(["10.0.0.2"], Items(await GetAsync("/api/v1/pairs?limit=2&cursor=10.0.0.1_10.0.0.9", host), "client"));
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/api/v1/pairs?cursor=x", host)).Status);
    }

    [Fact]
    public async Task Edge_of_a_finding_that_is_called_benign_is_learned()
    {
        await using var host = await CollectorHost.StartAsync(judgement: new JudgementOptions());
        host.Services.GetRequiredService<IActivitySink>().Publish(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        var (client, server) = (HostAddress.Parse("10.0.0.1"), HostAddress.Parse("10.0.0.2"));
        var id = $"{RpcCollector.Detection.FindingId.Of(FindingKind.PeerToPeerRpc, client, server):x16}";
        while ((await GetAsync($"/api/v1/findings/{id}", host)).Status != HttpStatusCode.OK) await Task.Delay(5, Stop);

        // Its hour closes, and what was reported is not learned.
        host.Temporary.Time.Now += TimeSpan.FromHours(3);
        while (!(await GetAsync("/api/v1/pairs", host)).Body.Contains("\"days\":1", StringComparison.Ordinal)) await Task.Delay(5, Stop);
        Assert.Contains("\"learned\":false", (await GetAsync("/api/v1/pairs", host)).Body, StringComparison.Ordinal);

        var (status, _) =
            await SendAsync(
                HttpMethod.Post, $"/api/v1/findings/{id}/verdict", """{"verdict":"benign","who":"Ada","why":"the backup"}""", host);
        Assert.Equal(HttpStatusCode.OK, status);
        while (!(await GetAsync("/api/v1/pairs", host)).Body.Contains("\"learned\":true", StringComparison.Ordinal))
            await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Where_nothing_is_judged_no_host_and_no_pair_is_known()
    {
        _host.Services.GetRequiredService<IActivitySink>().Publish(Activities.Added(Activities.Car(1)));

        Assert.Equal((HttpStatusCode.OK, """{"items":[]}"""), await GetAsync("/api/v1/hosts"));
        Assert.Equal((HttpStatusCode.OK, """{"items":[]}"""), await GetAsync("/api/v1/pairs"));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/hosts/192.0.2.10")).Status);
    }

    private static ContactChange Contact(int number, string client, string server, ushort port) =>
        new(ActivityChangeKind.Added, new AdministrationContact
        {
            Id = number,
            Client = HostAddress.Parse(client),
            Server = HostAddress.Parse(server),
            Flow = new FlowSpan(50_100, port, Activities.Epoch + number, Activities.Epoch + number + 900),
            Exporters = ExporterSet.Of(0),
            SamplingInterval = 1,
            Traffic = new FlowTraffic(3_000, 2_000, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
        });

    private static string FindingId(Finding finding) => $"\"id\":\"{finding.Id:x16}\"";

    private static List<string?> Items((HttpStatusCode Status, string Body) answer, string member) =>
        [.. JsonDocument.Parse(answer.Body).RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty(member).GetString())];

    private Task<(HttpStatusCode Status, string Body)> GetAsync(string path, CollectorHost? host = null) =>
        SendAsync(HttpMethod.Get, path, content: null, host);

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method, string path, string? content, CollectorHost? host = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (content is not null) request.Content = new StringContent(content, new MediaTypeHeaderValue("application/json"));
        using var response = await (host ?? _host).Client.SendAsync(request, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }
}
