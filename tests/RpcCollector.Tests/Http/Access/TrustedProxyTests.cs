using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Store.People;

namespace RpcCollector.Tests.Http.Access;

/// <summary>A trusted proxy says who asks; whoever else says so is refused.</summary>
public sealed class TrustedProxyTests : IAsyncLifetime
{
    private const string Proxy = "127.0.0.9";
    private const string Suppression = """{"client":"10.0.0.0/8","why":"the lab"}""";

    private HttpServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("X-Remote-User: ana", "ana", "reader")]
    [InlineData("X-Remote-User: ana\nX-Remote-Groups: staff,soc", "ana", "analyst")]
    [InlineData("X-Remote-User: ana\nX-Remote-Groups: soc, it-admins ,staff", "ana", "admin")]
    [InlineData("X-Remote-User: CORP\\ana\nX-Remote-Groups: admin", "CORP\\ana", "reader")] // a group's name is no role here
    [InlineData("X-Remote-User: <script>\"x\"</script>", "<script>\"x\"</script>", "reader")]
    public async Task Who_the_proxy_names_asks_with_the_highest_role_of_the_groups(string headers, string name, string role)
    {
        var session = (await _server.GetAsAsync("/api/v1/session", headers, from: Proxy)).Json();

        Assert.Equal(
            (name, role, "proxy"),
            (session.GetProperty("name").GetString(), session.GetProperty("role").GetString(), session.GetProperty("means").GetString()));
    }

    [Theory]
    [InlineData("X-Remote-User: ada", "127.0.0.1")]
    [InlineData("x-remote-user: ada", "127.0.0.1")]
    [InlineData("X-Remote-User:", "127.0.0.1")]
    [InlineData("X-Remote-Groups: it-admins", "127.0.0.1")]
    [InlineData("X-Remote-User: ada\nX-Forwarded-For: 127.0.0.9", "127.0.0.8")]
    public async Task Whoever_else_sends_the_header_is_refused(string headers, string from)
    {
        Assert.Equal(403, (await _server.GetAsAsync("/api/v1/findings", headers, from)).Status);
        Assert.Equal(403, (await _server.GetAsAsync("/", headers, from)).Status);
        Assert.Equal(2, _server.Gauges.Refused(HttpRefusal.UntrustedProxy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("X-Remote-User: ana\nX-Remote-User: ada")]
    [InlineData("X-Remote-User:")]
    [InlineData("X-Remote-User: ana\nX-Remote-Groups: soc\nX-Remote-Groups: it-admins")]
    [InlineData("X-Remote_User: ada")]
    public async Task Where_the_proxy_names_nobody_or_two_one_has_to_log_in(string headers) =>
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", headers, from: Proxy)).Status);

    [Fact]
    public async Task User_without_a_role_is_told_so()
    {
        await using var server = await StartAsync(proxy => proxy.DefaultRole = ProxyRole.None);

        Assert.Equal(403, (await server.GetAsAsync("/api/v1/findings", "X-Remote-User: ana", from: Proxy)).Status);
        Assert.Equal(200, (await server.GetAsAsync("/api/v1/findings", "X-Remote-User: ana\nX-Remote-Groups: soc", from: Proxy)).Status);
    }

    [Fact]
    public async Task Change_needs_what_only_a_page_of_ours_can_read_for_the_cookie_of_the_proxy_is_sent_by_itself()
    {
        const string Ana = "X-Remote-User: ana\nX-Remote-Groups: soc";
        var proof = (await _server.GetAsAsync("/api/v1/session", Ana, Proxy)).Json().GetProperty("anti_forgery").GetString();

        Assert.Equal(403, (await _server.WriteAsync("POST", "/api/v1/suppressions", Suppression, Ana, Proxy)).Status);
        Assert.Equal(403, (await _server.WriteAsync(
            "POST", "/api/v1/suppressions", Suppression, $"X-Remote-User: eve\nX-Remote-Groups: soc\nX-Anti-Forgery: {proof}",
            Proxy)).Status);
        var written = await _server.WriteAsync("POST", "/api/v1/suppressions", Suppression, $"{Ana}\nX-Anti-Forgery: {proof}", Proxy);

        Assert.Equal(201, written.Status);
        Assert.Equal("ana", written.Json().GetProperty("who").GetString());
    }

    [Theory]
    [InlineData("X-Forwarded-For: 192.0.2.60", "192.0.2.60")]
    [InlineData("X-Forwarded-For: 198.51.100.1, 192.0.2.60", "192.0.2.60")] // what the client had put there
    [InlineData("X-Forwarded-For: 198.51.100.1\nX-Forwarded-For: 192.0.2.60, 127.0.0.9", "192.0.2.60")]
    [InlineData("X-Forwarded-For: 192.0.2.60:4711", "192.0.2.60")]
    [InlineData("X-Forwarded-For: [2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("X-Forwarded-For: 2001:db8::7", "2001:db8::7")]
    [InlineData("X-Forwarded-For: 192.0.2.60, <script>", Proxy)]
    [InlineData("X-Forwarded-For: unknown", Proxy)]
    [InlineData("X-Real-IP: 192.0.2.60", Proxy)]
    public async Task Changes_keep_the_client_that_the_proxy_names_last(string header, string from)
    {
        const string Ana = "X-Remote-User: ana\nX-Remote-Groups: soc";
        var proof = (await _server.GetAsAsync("/api/v1/session", Ana, Proxy)).Json().GetProperty("anti_forgery").GetString();

        var written = await _server.WriteAsync(
            "POST", "/api/v1/suppressions", Suppression, $"{Ana}\nX-Anti-Forgery: {proof}\n{header}", Proxy);

        Assert.Equal(from, written.Json().GetProperty("from").GetString());
        var line = _server.Get<AuditStore>().Read(new AuditQuery(What: "suppression"))[0];
        Assert.Equal(("ana", "analyst", "proxy", from), (line.Who, line.Role, line.Means, line.From));
    }

    [Fact]
    public async Task Nobody_else_is_believed_about_the_client()
    {
        await _server.GetAsAsync("/api/v1/findings", "X-Forwarded-For: 192.0.2.60");

        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", "X-Forwarded-For: 127.0.0.1")).Status);
        Assert.Equal(200, (await _server.GetAsync("/api/v1/findings")).Status);
    }

    [Fact]
    public async Task Address_of_a_proxy_is_not_local_even_where_the_proxy_says_nothing_of_itself()
    {
        Assert.Equal(401, (await _server.GetAsync("/api/v1/findings", from: Proxy)).Status);
        Assert.Equal(
            401, (await _server.AskAsync("POST /api/v1/suppressions HTTP/1.0\nHost: 127.0.0.1\nContent-Length: 0", from: Proxy)).Status);
        Assert.Equal(200, (await _server.GetAsync("/healthz", from: Proxy)).Status);
    }

    [Fact]
    public async Task Token_of_the_proxys_own_is_passed_over_and_ours_is_not()
    {
        const string Ana = "X-Remote-User: ana";

        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", $"{Ana}\nAuthorization: Bearer ey.ey.ey", Proxy)).Status);
        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", $"{Ana}\nAuthorization: Basic YTpi", Proxy)).Status);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", $"{Ana}\nAuthorization: Bearer rpc_guess", Proxy)).Status);
    }

    private static Task<HttpServer> StartAsync(Action<HttpProxyOptions>? configure = null) => HttpServer.StartAsync(http =>
    {
        http.Proxy.Addresses = [Proxy];
        http.Proxy.UserHeader = "X-Remote-User";
        http.Proxy.GroupsHeader = "X-Remote-Groups";
        http.Proxy.Roles = ["soc=analyst", "it-admins=Admin"];
        configure?.Invoke(http.Proxy);
    });
}
