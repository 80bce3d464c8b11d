using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class IncidentsApiTests : IAsyncLifetime
{
    private const long Hour = 3_600_000;
    private const string Verdict = """{"verdict":"benign","who":"Ada","why":"nightly backup"}""";

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(options => options.MaxIncidents = 2);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Incident_is_shown_with_all_that_is_known_of_it()
    {
        var (first, second) =
            (Found("10.0.0.1"), Found("192.0.2.20", "192.0.2.21", FindingKind.RemoteService, FindingSeverity.Medium, seen: Hour));
        await _host.PublishAsync(Added(first), Added(second));

        var (status, detail) = await ReadAsync($"/api/v1/incidents/{first.Id:x16}");

        Assert.Equal(HttpStatusCode.OK, status);
        var incident = detail.GetProperty("incident");
        Assert.Equal(
            "10.0.0.1 drove 192.0.2.20; 192.0.2.20 created or started a service on 192.0.2.21", incident.GetProperty("title").GetString());
        Assert.Equal(
            ($"{first.Id:x16}", "critical", "open", 2),
            (incident.GetProperty("id").GetString(), incident.GetProperty("severity").GetString(),
                incident.GetProperty("state").GetString(), incident.GetProperty("num_findings").GetInt32()));
        Assert.Equal(first.Reason, incident.GetProperty("reason").GetString());
        Assert.Equal("a host that was driven went on to others", incident.GetProperty("raised_because").GetString());
        Assert.EndsWith($"/api/v1/incidents/{first.Id:x16}", incident.GetProperty("url").GetString());
        Assert.EndsWith($"/#/incidents/{first.Id:x16}", incident.GetProperty("page").GetString());
        var step = Assert.Single(detail.GetProperty("steps").EnumerateArray());
        Assert.Equal(
            ("10.0.0.1", "192.0.2.20", $"{first.Id:x16}", $"{second.Id:x16}"),
            (step.GetProperty("from").GetProperty("address").GetString(), step.GetProperty("to").GetProperty("address").GetString(),
                step.GetProperty("driven_by").GetString(), step.GetProperty("went_on_by").GetString()));
        Assert.Equal([$"{first.Id:x16}", $"{second.Id:x16}"], Texts(detail, "findings", "id"));
        Assert.Equal(["flow", "operations", "flow", "operations"], Texts(detail, "timeline", "what"));
        var flow = detail.GetProperty("timeline")[0];
        Assert.Equal(
            ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.900Z", 50_001, 49_667, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            (flow.GetProperty("at").GetString(), flow.GetProperty("end").GetString(), flow.GetProperty("client_port").GetInt32(),
                flow.GetProperty("server_port").GetInt32(), flow.GetProperty("community_id").GetString()));
        Assert.Equal(2, detail.GetProperty("next").GetArrayLength());
        Assert.Contains("192.0.2.20", detail.GetProperty("next")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(detail.GetProperty("history").EnumerateArray());
        Assert.Equal($"{first.Id:x16}", (await ReadAsync($"/api/v1/findings/{second.Id:x16}")).Body.GetProperty("incident").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await ReadAsync("/api/v1/incidents/0000000000000001")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ReadAsync("/api/v1/incidents/x")).Status);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("?state=open", 3)]
    [InlineData("?state=acknowledged", 1)]
    [InlineData("?state=closed", 1)]
    [InlineData("?state=withdrawn", 1)]
    [InlineData("?state=open&state=closed", 4)]
    [InlineData("?severity=high", 2)]
    [InlineData("?severity=critical", 1)]
    [InlineData("?confidence=high", 0)]
    [InlineData("?kind=rpc-sweep", 1)]
    [InlineData("?kind=rpc-sweep&kind=new-rpc-client", 2)]
    [InlineData("?technique=T1021", 4)]
    [InlineData("?technique=t1021.003", 4)]
    [InlineData("?technique=T1021.006", 0)]
    [InlineData("?client=10.1.0.0/16", 2)]
    [InlineData("?client=10.1.0.1", 1)]
    [InlineData("?client=2001:db8::5", 0)]
    [InlineData("?server=2001:db8::5", 1)]
    [InlineData("?host=2001:db8::/32", 1)]
    [InlineData("?host=10.2.0.0/16", 2)]
    [InlineData("?host=192.0.2.20&client=10.1.0.1", 1)]
    [InlineData("?assignee=ada", 1)]
    [InlineData("?assignee=", 3)]
    [InlineData("?since=2026-01-01T00:01:00Z", 1)]
    [InlineData("?until=1767225660", 3)]
    [InlineData("?name=pc-04", 0)]
    [InlineData("?limit=1", 1)]
    public async Task Filters_restrict_what_is_shown(string query, int expected)
    {
        await PublishManyAsync();

        var (status, page) = await ReadAsync("/api/v1/incidents" + query);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(expected, page.GetProperty("items").GetArrayLength());
        if (!query.Contains("limit", StringComparison.Ordinal)) Assert.Equal(expected, page.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("state", "gone")]
    [InlineData("severity", "5")]
    [InlineData("confidence", "sure")]
    [InlineData("kind", "lateral")]
    [InlineData("technique", "T102")]
    [InlineData("client", "10.0.0.256")]
    [InlineData("server", "x")]
    [InlineData("host", "10.0.0.0/129")]
    [InlineData("name", "")]
    [InlineData("name", "a\u0000b")]
    [InlineData("since", "yesterday")]
    [InlineData("until", "tomorrow")]
    [InlineData("suppressed", "yes")]
    [InlineData("sort", "age")]
    [InlineData("limit", "501")]
    [InlineData("cursor", "abc")]
    [InlineData("cursor", "AQAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sevrity", "high")]
    public async Task Bad_parameter_is_answered_400_and_named(string parameter, string value)
    {
        var (status, body) = await ReadAsync($"/api/v1/incidents?{parameter}={Uri.EscapeDataString(value)}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("errors").TryGetProperty(parameter, out _), body.ToString());
    }

    [Theory]
    [InlineData("severity")]
    [InlineData("last-seen")]
    [InlineData("first-seen")]
    public async Task Following_next_shows_each_incident_once_in_order_also_while_others_come(string sort)
    {
        await _host.PublishAsync(
            [.. Enumerable.Range(0, 25).Select(i => Added(
                Found($"10.0.0.{i}", $"10.1.0.{i}", severity: (FindingSeverity)(1 + (i % 4)), seen: i / 3)))]);
        var seen = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = (await ReadAsync($"/api/v1/incidents?limit=4&sort={sort}" + (cursor is null ? "" : $"&cursor={cursor}"))).Body;
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            if (seen.Count < 12)
                await _host.PublishAsync(Added(Found($"10.9.0.{seen.Count}", severity: FindingSeverity.Critical, seen: Hour)));
        }
        while (cursor is not null);

        var ids = seen.ConvertAll(incident => incident.GetProperty("id").GetString());
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            25, seen.Count(incident => incident.GetProperty("title").GetString()!.StartsWith("10.0.0.", StringComparison.Ordinal)));
        string[] severities = ["low", "medium", "high", "critical"];
        if (sort == "severity")
            Assert.Equal(
                seen.Select(Severity).OrderDescending(), seen.Select(Severity));
        else
            Assert.Equal(seen.Select(Time).OrderDescending(), seen.Select(Time));

        int Severity(JsonElement incident) => Array.IndexOf(severities, incident.GetProperty("severity").GetString());

        DateTimeOffset Time(JsonElement incident) => incident.GetProperty(sort.Replace('-', '_')).GetDateTimeOffset();
    }

    [Fact]
    public async Task Cursor_of_another_order_is_refused()
    {
        await PublishManyAsync();
        var next = (await ReadAsync("/api/v1/incidents?limit=1")).Body.GetProperty("next").GetString();

        Assert.Equal(HttpStatusCode.BadRequest, (await ReadAsync($"/api/v1/incidents?limit=1&sort=last-seen&cursor={next}")).Status);
    }

    [Fact]
    public async Task What_people_do_is_shown_with_who_did_it_and_from_where()
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));
        var path = $"/api/v1/incidents/{finding.Id:x16}";

        var acknowledged = await SendAsync(HttpMethod.Post, path + "/state", """{"state":"acknowledged","who":"Ada","why":"on it"}""");
        var assigned = await SendAsync(HttpMethod.Post, path + "/assignee", """{"assignee":"Grace","who":"Ada"}""");
        var noted = await SendAsync(HttpMethod.Post, path + "/notes", """{"note":"<script>alert(1)</script>","who":"Ada\u202e"}""");

        Assert.Equal("acknowledged", acknowledged.Body.GetProperty("state").GetString());
        Assert.Equal("Grace", assigned.Body.GetProperty("assignee").GetString());
        Assert.Equal(HttpStatusCode.OK, noted.Status);
        var detail = (await ReadAsync(path)).Body;
        Assert.Equal(["state-set", "assigned", "noted"], Texts(detail, "history", "what"));
        Assert.Equal("<script>alert(1)</script>", detail.GetProperty("history")[2].GetProperty("text").GetString());
        Assert.Equal("on it", detail.GetProperty("history")[0].GetProperty("text").GetString());
        await SendAsync(HttpMethod.Post, path + "/assignee", """{"who":"Ada"}""");
        Assert.False((await ReadAsync(path)).Body.GetProperty("incident").TryGetProperty("assignee", out _));
        using var response = await _host.Client.GetAsync(path, Stop);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Verdict_tells_what_it_made_and_what_it_took_back()
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));
        var path = $"/api/v1/incidents/{finding.Id:x16}/verdict";

        var (status, given) = await SendAsync(
            HttpMethod.Post, path,
            """{"verdict":"benign","who":"Ada","why":"backup","reach":"client","expires_at":"2026-02-01T00:00:00Z"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([$"{finding.Id:x16}"], given.GetProperty("verdicts").EnumerateArray().Select(id => id.GetString()));
        var suppression = Assert.Single(given.GetProperty("suppressions").EnumerateArray()).GetString();
        Assert.Equal(
            ("closed", "benign", true), (given.GetProperty("incident").GetProperty("state").GetString(),
                given.GetProperty("incident").GetProperty("verdict").GetString(), given.GetProperty("incident").GetProperty("hidden")
                    .GetBoolean()));
        Assert.Equal("10.0.0.1", (await ReadAsync($"/api/v1/suppressions/{suppression}")).Body.GetProperty("client").GetString());
        Assert.Equal(
            "benign", (await ReadAsync($"/api/v1/findings/{finding.Id:x16}")).Body.GetProperty("verdict").GetProperty("verdict")
                .GetString());
        var list = (await ReadAsync("/api/v1/incidents")).Body;
        Assert.Equal((0, 0), (list.GetProperty("total").GetInt32(), list.GetProperty("hidden").GetInt32()));
        Assert.Equal(1, (await ReadAsync("/api/v1/incidents?state=closed")).Body.GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(
            HttpMethod.Post, path.Replace("verdict", "state", StringComparison.Ordinal), """{"state":"open","who":"Ada"}""")).Status);

        var (_, back) = await SendAsync(HttpMethod.Delete, path, content: null);

        Assert.Equal(suppression, Assert.Single(back.GetProperty("suppressions").EnumerateArray()).GetString());
        Assert.Equal("open", back.GetProperty("incident").GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await ReadAsync($"/api/v1/suppressions/{suppression}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, path, content: null)).Status);
    }

    [Theory]
    [InlineData("state", """{"state":"closed","who":"Ada"}""", "state")]
    [InlineData("state", """{"state":"odd","who":"Ada"}""", "state")]
    [InlineData("state", """{"state":"open"}""", "who")]
    [InlineData("state", """{"state":"open","who":"Ada","why":" "}""", "why")]
    [InlineData("state", """{"state":"open","who":"Ada","colour":"red"}""", "body")]
    [InlineData("assignee", """{"assignee":"","who":"Ada"}""", "assignee")]
    [InlineData("assignee", """{"assignee":"Grace","who":"A\u0007da"}""", "who")]
    [InlineData("notes", """{"who":"Ada"}""", "note")]
    [InlineData("notes", """{"note":"a\nb","who":"Ada"}""", "note")]
    [InlineData("notes", "[]", "body")]
    [InlineData("notes", "", "body")]
    [InlineData("verdict", """{"verdict":"maybe","who":"Ada","why":"so"}""", "verdict")]
    [InlineData("verdict", """{"verdict":"benign","who":"Ada"}""", "why")]
    [InlineData("verdict", """{"verdict":"benign","who":"Ada","why":"so","reach":"world"}""", "reach")]
    [InlineData("verdict", """{"verdict":"benign","who":"Ada","why":"so","reach":"client"}""", "expires_at")]
    [InlineData("verdict", """{"verdict":"benign","who":"Ada","why":"so","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData(
        "verdict", """{"verdict":"malicious","who":"Ada","why":"so","reach":"pair","expires_at":"2027-01-01T00:00:00Z"}""", "reach")]
    public async Task What_cannot_be_meant_is_answered_400_and_named(string deed, string body, string member)
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        var (status, problem) = await SendAsync(HttpMethod.Post, $"/api/v1/incidents/{finding.Id:x16}/{deed}", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty(member, out _), problem.ToString());
        Assert.Empty((await ReadAsync($"/api/v1/incidents/{finding.Id:x16}")).Body.GetProperty("history").EnumerateArray());
    }

    [Theory]
    [InlineData("state", """{"state":"open","who":"Ada"}""")]
    [InlineData("assignee", """{"who":"Ada"}""")]
    [InlineData("notes", """{"note":"x","who":"Ada"}""")]
    [InlineData("verdict", Verdict)]
    public async Task Deed_on_what_is_not_there_is_answered_404(string deed, string body)
    {
        Assert.Equal(
            HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, $"/api/v1/incidents/0000000000000001/{deed}", body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, $"/api/v1/incidents/1/{deed}", body)).Status);
    }

    [Fact]
    public async Task Text_that_is_no_JSON_is_refused_whatever_a_page_of_another_origin_posts()
    {
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        using var content = new StringContent("""{"state":"acknowledged","who":"Ada"}""", Encoding.UTF8, "text/plain");
        using var response = await _host.Client.PostAsync($"/api/v1/incidents/{finding.Id:x16}/state", content, Stop);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Id_that_has_gone_into_another_leads_there_and_says_so()
    {
        var (early, late) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: 100 * Hour));
        await _host.PublishAsync(Added(early), Added(late));
        await SendAsync(HttpMethod.Post, $"/api/v1/incidents/{late.Id:x16}/notes", """{"note":"odd","who":"Ada"}""");
        await _host.PublishAsync(Added(Found("10.0.0.1", "192.0.2.22", seen: 50 * Hour)));

        var detail = (await ReadAsync($"/api/v1/incidents/{late.Id:x16}")).Body;

        Assert.Equal($"{early.Id:x16}", detail.GetProperty("incident").GetProperty("id").GetString());
        Assert.Equal($"{late.Id:x16}", detail.GetProperty("incident").GetProperty("merged_from").GetString());
        Assert.Equal(["noted", "merged"], Texts(detail, "history", "what"));
        Assert.Equal($"{late.Id:x16}", detail.GetProperty("history")[0].GetProperty("of").GetString());
        Assert.Equal(1, (await ReadAsync("/api/v1/incidents")).Body.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Active_incidents_are_series_worst_first_and_closed_ones_are_not()
    {
        await _host.PublishAsync(
            Added(Found("10.0.0.1", severity: FindingSeverity.Low)), Added(Found("10.0.0.2", severity: FindingSeverity.Critical)),
            Added(Found("10.0.0.3") with { Reason = "a \"quoted\"\nreason\\ " + new string('x', 1_000) }));

        var text = await _host.Client.GetStringAsync("/metrics/findings", Stop);

        Assert.Contains(
            $"rpc_collector_incident_active{{incident=\"{Found("10.0.0.2").Id:x16}\",severity=\"critical\"," +
            "client=\"10.0.0.2\",name=\"\"} 1\n",
            text, StringComparison.Ordinal);
        Assert.DoesNotContain($"incident_active{{incident=\"{Found("10.0.0.1").Id:x16}\"", text, StringComparison.Ordinal);
        var info = text.Split('\n')
            .Single(line =>
            line.StartsWith($"rpc_collector_incident_info{{incident=\"{Found("10.0.0.3").Id:x16}\"", StringComparison.Ordinal));
        Assert.Contains("title=\"10.0.0.3 drove 192.0.2.20\",reason=\"a \\\"quoted\\\"?reason\\\\ xxx", info, StringComparison.Ordinal);
        Assert.Contains("x…\",techniques=\"T1021 T1021.003\",next=\"", info, StringComparison.Ordinal);
        Assert.Contains($"url=\"/#/incidents/{Found("10.0.0.3").Id:x16}\"}} 1", info, StringComparison.Ordinal);
        Assert.True(info.Length < 1_200, info);
        Assert.Contains(
            "\nrpc_collector_incidents_hidden 1\n", await _host.Client.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);

        await SendAsync(HttpMethod.Post, $"/api/v1/incidents/{Found("10.0.0.2").Id:x16}/verdict", Verdict);

        text = await _host.Client.GetStringAsync("/metrics/findings", Stop);
        Assert.DoesNotContain(Found("10.0.0.2").Id.ToString("x16"), text, StringComparison.Ordinal);
        Assert.Contains($"incident_active{{incident=\"{Found("10.0.0.1").Id:x16}\"", text, StringComparison.Ordinal);
        var metrics = await _host.Client.GetStringAsync("/metrics", Stop);
        Assert.Contains("\nrpc_collector_incidents_total{severity=\"critical\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_store_incidents{severity=\"critical\",state=\"closed\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nrpc_collector_incident_book_failures_total 0\n", metrics, StringComparison.Ordinal);
    }

    private async Task PublishManyAsync()
    {
        await _host.PublishAsync(
            Added(Found("10.1.0.1", severity: FindingSeverity.Critical)),
            Added(Found("10.1.0.2", server: null, FindingKind.RpcSweep, FindingSeverity.Medium)),
            Added(Found("10.2.0.1", kind: FindingKind.NewRpcClient, severity: FindingSeverity.Low)),
            Added(Found("10.2.0.2", "2001:db8::5", seen: 60_000)),
            Added(Found("10.3.0.1")),
            Added(Found("10.4.0.1")));
        await _host.PublishAsync(Withdrawn(Found("10.3.0.1")));
        await SendAsync(HttpMethod.Post, $"/api/v1/incidents/{Found("10.4.0.1").Id:x16}/verdict", Verdict);
        await SendAsync(
            HttpMethod.Post, $"/api/v1/incidents/{Found("10.2.0.2", "2001:db8::5").Id:x16}/state",
            """{"state":"acknowledged","who":"Ada"}""");
        await SendAsync(
            HttpMethod.Post, $"/api/v1/incidents/{Found("10.2.0.2", "2001:db8::5").Id:x16}/assignee", """{"assignee":"Ada","who":"Ada"}""");
    }

    private static List<string?> Texts(JsonElement detail, string list, string member) =>
        [.. detail.GetProperty(list).EnumerateArray().Select(item => item.GetProperty(member).GetString())];

    private async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(string path) =>
        await SendAsync(HttpMethod.Get, path, content: null);

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? content)
    {
        using var request = new HttpRequestMessage(method, path);
        if (content is not null)
            request.Content = new StringContent(content, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _host.Client.SendAsync(request, Stop);
        var body = await response.Content.ReadAsStringAsync(Stop);
        return (response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }
}
