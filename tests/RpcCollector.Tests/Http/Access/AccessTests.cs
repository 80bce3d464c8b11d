using System.Text.Json;
using RpcCollector.Http.Access;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Who is answered, over a real socket.</summary>
public sealed class AccessTests(AccessTests.OneServer one) : IClassFixture<AccessTests.OneServer>
{
    private const string Suppression = """{"client":"0.0.0.0/0","who":"Mallory","why":"hide it"}""";

    private static readonly string[] Paths =
    [
        "/", "/api/v1/findings", "/api/v1/findings/stream", "/api/v1/suppressions", "/api/v1/suppressions/1",
        "/api/v1/findings/000e601a44cc2d29/verdict", "/metrics", "/metrics/findings", "/healthz", "/readyz", "/openapi/v1.json", "/nothing",
    ];

    private static readonly string[] Open = ["/", "/healthz", "/readyz"];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "ANYTHING"];

    private readonly HttpServer _server = one.Server;

    [Fact]
    public async Task A_request_for_a_foreign_host_is_refused_whatever_its_method_and_path()
    {
        var before = _server.Gauges.Refused(HttpRefusal.ForeignHost);
        foreach (var path in Paths)
        {
            foreach (var method in Methods)
            {
                var answer = await _server.AskAsync($"{method} {path} HTTP/1.1\nHost: evil.example:{_server.Port}\nContent-Length: 0");

                Assert.True(answer.Status == 421, $"{method} {path}: {answer.Head}");
            }
        }

        Assert.Equal(before + (Paths.Length * Methods.Length), _server.Gauges.Refused(HttpRefusal.ForeignHost));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task A_rebound_name_writes_no_suppression(string host)
    {
        var answer = await _server.AskAsync(
            $"POST /api/v1/suppressions HTTP/1.1\nHost: {host}:{_server.Port}\nOrigin: http://{host}:{_server.Port}\n"
            + $"Content-Type: application/json\nContent-Length: {Suppression.Length}\nConnection: close\n\n{Suppression}");

        Assert.Equal(421, answer.Status);
        Assert.Equal("""{"items":[]}""", Text(await _server.GetAsync("/api/v1/suppressions")));
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused_whatever_it_asks()
    {
        string[] origins =
            ["null", "http://evil.example", $"http://localhost:{_server.Port}", "http://127.0.0.1:1", $"https://127.0.0.1:{_server.Port}"];
        var next = 0;
        foreach (var path in Paths)
        {
            foreach (var method in Methods)
            {
                var origin = origins[next++ % origins.Length];
                var answer = await _server.AskAsync(
                    $"{method} {path} HTTP/1.1\nHost: 127.0.0.1:{_server.Port}\nOrigin: {origin}\nContent-Length: 0");

                Assert.True(answer.Status == 403, $"{method} {path} from {origin}: {answer.Head}");
                Assert.DoesNotContain("Access-Control", answer.Head, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-site", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: script", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe", 403)]
    [InlineData("Origin: http://a.example\nOrigin: http://b.example", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document", 200)] // somebody followed a link
    [InlineData("Sec-Fetch-Site: same-origin", 200)]
    [InlineData("Sec-Fetch-Site: none", 200)]
    public async Task What_a_browser_says_of_where_a_request_comes_from_counts(string headers, int status) =>
        Assert.Equal(status, (await _server.AskAsync($"GET /api/v1/findings HTTP/1.1\nHost: 127.0.0.1:{_server.Port}\n{headers}")).Status);

    [Fact]
    public async Task A_form_that_another_page_posts_as_a_link_is_refused() =>
        Assert.Equal(403, (await _server.AskAsync(
            $"POST /api/v1/suppressions HTTP/1.1\nHost: 127.0.0.1:{_server.Port}\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\n"
            + "Sec-Fetch-Dest: document\nContent-Length: 0")).Status);

    [Theory]
    [InlineData("GET /healthz HTTP/1.0\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\nHost:\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\nHost: 127.0.0.1\nHost: 127.0.0.1\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\nHost: 127.0.0.1\nHost: evil.example\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\nHost: 127.0.0.1, evil.example\n", 400)]
    [InlineData("GET /healthz HTTP/1.1\nHost: 127.1\n", 400)]
    [InlineData("GET http://evil.example/healthz HTTP/1.0\n", 400)]
    [InlineData("GET http://evil.example/healthz HTTP/1.1\nHost: 127.0.0.1\n", 400)]
    [InlineData("GET http://evil.example/healthz HTTP/1.1\nHost: evil.example\n", 421)]
    [InlineData("GET http://127.0.0.1/healthz HTTP/1.1\nHost: 127.0.0.1\n", 200)]
    [InlineData("GET /healthz HTTP/1.0\nHost: 127.0.0.1\n", 200)]
    [InlineData("GET /healthz HTTP/1.1\nHost: LocalHost.:1\n", 200)]
    [InlineData("GET /healthz HTTP/1.1\nHost: [::1]:8055\n", 200)]
    [InlineData("OPTIONS * HTTP/1.1\nHost: evil.example\n", 421)]
    public async Task However_the_host_is_said_only_ours_is_answered(string request, int status) =>
        Assert.Equal(status, (await _server.AskAsync(request)).Status);

    [Fact]
    public async Task What_the_server_itself_refuses_is_counted_too()
    {
        var before = _server.Gauges.Refused(HttpRefusal.Malformed);

        Assert.Equal(400, (await _server.AskAsync("GET /healthz HTTP/1.1\nHost: 127.0.0.1\nHost: evil.example")).Status);
        Assert.Equal(400, (await _server.AskAsync("nonsense")).Status);

        Assert.Equal(before + 2, _server.Gauges.Refused(HttpRefusal.Malformed));
    }

    [Theory]
    [InlineData("Forwarded: for=192.0.2.60;proto=http;by=203.0.113.43")]
    [InlineData("forwarded:")]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("x-forwarded-host: sensor.example")]
    [InlineData("X-Forwarded-Anything: 1")]
    [InlineData("X-Real-IP: 127.0.0.1")]
    [InlineData("Via: 1.1 vegur")]
    [InlineData("X-Original-For: 127.0.0.1:4000")]
    [InlineData("CF-Connecting-IP: 192.0.2.60")]
    public async Task What_came_through_a_proxy_is_not_local(string header)
    {
        foreach (var path in Paths.Except(Open))
        {
            foreach (var method in (string[])["GET", "POST", "DELETE", "HEAD", "OPTIONS"])
            {
                var answer = await _server.AskAsync($"{method} {path} HTTP/1.1\nHost: 127.0.0.1\n{header}\nContent-Length: 0");

                Assert.True(answer.Status == 401, $"{method} {path}: {answer.Head}");
                if (method != "HEAD") Assert.Contains("users add", answer.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task What_came_through_a_proxy_gets_the_page_to_log_in_and_learns_of_health_no_more_than_yes_or_no()
    {
        const string Proxied = "HTTP/1.1\nHost: 127.0.0.1\nX-Forwarded-For: 192.0.2.60";

        Assert.Equal(200, (await _server.AskAsync($"GET / {Proxied}")).Status);
        Assert.Contains("\"role\":null", (await _server.AskAsync($"GET /api/v1/session {Proxied}")).Body, StringComparison.Ordinal);
        Assert.Equal("""{"status":"alive"}""", Text(await _server.AskAsync($"GET /healthz {Proxied}")));
        Assert.DoesNotContain("parts", (await _server.AskAsync($"GET /readyz {Proxied}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_says_nothing_of_itself_but_speaks_HTTP_1_0_is_not_local()
    {
        Assert.Equal(401, (await _server.AskAsync("GET /api/v1/findings HTTP/1.0\nHost: 127.0.0.1")).Status);
        Assert.Equal(401, (await _server.AskAsync("DELETE /api/v1/suppressions/1 HTTP/1.0\nHost: 127.0.0.1")).Status);
        Assert.Equal(404, (await _server.AskAsync("DELETE /api/v1/suppressions/1 HTTP/1.1\nHost: 127.0.0.1")).Status);
    }

    [Fact]
    public async Task Where_everybody_may_ask_a_proxy_may_too_and_a_foreign_host_or_origin_may_not()
    {
        await using var open = await HttpServer.StartAsync(http => (http.AllowAnonymous, http.Hosts) = (true, ["https://sensor.example"]));
        const string Delete = "DELETE /api/v1/suppressions/1 HTTP/1.1";
        const string Proxied = "Host: sensor.example\nX-Forwarded-For: 192.0.2.60\nX-Forwarded-Proto: https";

        Assert.Equal(200, (await open.AskAsync($"GET /api/v1/findings HTTP/1.1\n{Proxied}")).Status);
        Assert.Equal(404, (await open.AskAsync($"{Delete}\n{Proxied}\nOrigin: https://sensor.example")).Status);
        Assert.Equal(403, (await open.AskAsync($"{Delete}\n{Proxied}\nOrigin: https://evil.example")).Status);
        Assert.Equal(421, (await open.AskAsync("GET /api/v1/findings HTTP/1.1\nHost: evil.example")).Status);
    }

    [Fact]
    public async Task A_refusal_is_one_line_of_JSON_that_says_what_to_do_and_is_counted()
    {
        var answer = await _server.AskAsync("GET /metrics HTTP/1.1\nHost: evil.example");

        Assert.Contains("Content-Type: application/problem+json", answer.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", Text(answer).Trim(), StringComparison.Ordinal);
        var problem = JsonElement.Parse(Text(answer));
        Assert.Equal(421, problem.GetProperty("status").GetInt32());
        Assert.Contains("Http:Hosts", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        var metrics = (await _server.GetAsync("/metrics")).Body;
        Assert.Contains(
            $"rpc_collector_http_refused_total{{reason=\"foreign_host\"}} {_server.Gauges.Refused(HttpRefusal.ForeignHost)}", metrics,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; application/json")]
    public async Task What_a_form_can_send_is_not_written(string type)
    {
        var answer = await _server.AskAsync(
            $"POST /api/v1/suppressions HTTP/1.1\nHost: 127.0.0.1\nContent-Type: {type}\nContent-Length: {Suppression.Length}\n"
            + $"Connection: close\n\n{Suppression}");

        Assert.Equal(415, answer.Status);
        Assert.Equal("""{"items":[]}""", Text(await _server.GetAsync("/api/v1/suppressions")));
    }

    [Fact]
    public async Task No_other_page_may_load_or_frame_an_answer()
    {
        foreach (var path in Paths.Where(path => !path.EndsWith("stream", StringComparison.Ordinal)))
        {
            var head = (await _server.GetAsync(path)).Head;

            Assert.Contains("Cross-Origin-Resource-Policy: same-origin", head, StringComparison.Ordinal);
            Assert.Contains("X-Frame-Options: DENY", head, StringComparison.Ordinal);
            Assert.Contains("X-Content-Type-Options: nosniff", head, StringComparison.Ordinal);
        }
    }

    /// <summary>Starting one for each request would take most of the time.</summary>
    public sealed class OneServer : IAsyncLifetime
    {
        internal HttpServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await HttpServer.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    // Without the sizes of chunks.
    private static string Text(Answer answer) =>
        answer.Head.Contains("chunked", StringComparison.Ordinal) ? answer.Body.Split("\r\n")[1] : answer.Body;
}
