using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Each route by each method refuses who may not, and nobody else.</summary>
public sealed partial class RouteTests : IAsyncLifetime
{
    private HttpServer _server = null!;
    private string _readerToken = "";
    private string _adminToken = "";
    private string _metricsToken = "";
    private string _expiredToken = "";

    public async ValueTask InitializeAsync() => _server = await HttpServer.StartAsync(
        http => (http.Login, http.Health) = (HttpLogin.Always, HttpDoor.Login),
        folder =>
        {
            People.Write(folder);
            _readerToken = People.WriteToken(folder, AccessRole.Reader);
            _adminToken = People.WriteToken(folder, AccessRole.Admin);
            _metricsToken = People.WriteToken(folder, AccessRole.Admin, TokenScope.Metrics);
            _expiredToken = People.WriteToken(
                folder, AccessRole.Admin, now: DateTimeOffset.FromUnixTimeMilliseconds(Activities.Epoch).AddDays(-2));
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_route_by_each_method_answers_who_may_and_refuses_everybody_else()
    {
        var routes = Routes();
        var described = await DescribedAsync();
        Assert.True(described.Count > 30, $"{described.Count} operations are described");
        Assert.Empty(described.Except(routes.Select(route => $"{route.Method} {route.Pattern}")));

        var wrong = new List<string>();
        foreach (var route in routes)
        {
            foreach (var (who, role, scope, headers) in await CallersAsync(route))
            {
                var status = await _server.StatusAsync(
                    $"{route.Method} {route.Path} HTTP/1.1\nHost: 127.0.0.1:{_server.Port}\nContent-Length: 0\n{headers}");
                var expected = Expected(route.Access, role, scope, isShown: headers.Contains("Bearer", StringComparison.Ordinal));
                if (expected is null ? status is 401 or 403 && !IsLoginThatFails(route, status) : status != expected)
                    wrong.Add($"{route.Method} {route.Pattern} by {who}: {status} instead of {expected?.ToString() ?? "an answer"}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Each_route_says_who_may_use_it()
    {
        var silent = _server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<RouteAccess>() is null);

        Assert.Empty(silent.Select(endpoint => endpoint.RoutePattern.RawText));
    }

    [Fact]
    public void Whatever_changes_something_takes_an_analyst_but_for_logging_in_and_out()
    {
        var open = Routes().Where(route => route.Method is not ("GET" or "HEAD") && route.Access.Least is not >= AccessRole.Analyst);

        Assert.Equal(
            ["DELETE /api/v1/session", "POST /api/v1/session", "POST /api/v1/session/first-admin"],
            open.Select(route => $"{route.Method} {route.Pattern}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Description_says_of_each_operation_which_role_it_takes()
    {
        var document = (await _server.GetAsAsync("/openapi/v1.json", $"Authorization: Bearer {_adminToken}")).Json();
        var routes = Routes().ToLookup(route => $"{route.Method} {route.Pattern}");

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var least = routes[$"{operation.Name.ToUpperInvariant()} {path.Name}"].First().Access.Least;
                Assert.Equal(least?.ToString().ToLowerInvariant() ?? "anyone", operation.Value.GetProperty("x-role").GetString());
            }
        }
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/findings/x/y/z")]
    [InlineData("/users")]
    [InlineData("/../users")]
    [InlineData("/%2e%2e/tokens")]
    public async Task Where_nothing_is_only_who_may_read_learns_that(string path)
    {
        foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
        {
            Assert.Equal(401, await _server.StatusAsync($"{method} {path} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 0"));
            Assert.Equal(404, await _server.StatusAsync(
                $"{method} {path} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 0\nAuthorization: Bearer {_readerToken}"));
        }
    }

    [Fact]
    public async Task Methods_that_a_route_does_not_have_are_told_only_to_who_may_read()
    {
        Assert.Equal(401, await _server.StatusAsync("DELETE /api/v1/findings HTTP/1.1\nHost: 127.0.0.1"));
        Assert.Equal(401, await _server.StatusAsync("OPTIONS /api/v1/findings HTTP/1.1\nHost: 127.0.0.1"));
        Assert.Equal(405, await _server.StatusAsync(
            $"DELETE /api/v1/findings HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer {_readerToken}"));
    }

    private async Task<List<(string Who, AccessRole? Role, TokenScope Scope, string Headers)>> CallersAsync(Route route)
    {
        // One by one: logging out is among what they do.
        var callers = new List<(string Who, AccessRole? Role, TokenScope Scope, string Headers)>
        {
            ("nobody", null, TokenScope.All, ""),
            ("a guessed token", null, TokenScope.All, "Authorization: Bearer rpc_" + new string('A', 43)),
            ("a token of somebody else's", null, TokenScope.All, "Authorization: Bearer ey.ey.ey"),
            ("an expired token", null, TokenScope.All, $"Authorization: Bearer {_expiredToken}"),
            ("a token for metrics", AccessRole.Admin, TokenScope.Metrics, $"Authorization: Bearer {_metricsToken}"),
            ("a token of a reader", AccessRole.Reader, TokenScope.All, $"Authorization: Bearer {_readerToken}"),
            ("a token of an admin", AccessRole.Admin, TokenScope.All, $"Authorization: Bearer {_adminToken}"),
            ("a guessed cookie", null, TokenScope.All, "Cookie: rpc-collector=" + new string('A', 43)),
        };
        foreach (var (name, role) in ((string, AccessRole)[])[
            ("ray", AccessRole.Reader), ("ana", AccessRole.Analyst), ("ada", AccessRole.Admin)])
        {
            var login = Logins.TryGetValue(name, out var known) && route.Pattern != "/api/v1/session"
                ? known
                : await _server.LogInAsync(name);
            if (route.Pattern != "/api/v1/session") Logins[name] = login;
            callers.Add((name, role, TokenScope.All, login.Writing));
        }

        return callers;
    }

    private Dictionary<string, Login> Logins { get; } = [];

    /// <returns>Null when it is answered, however.</returns>
    private static int? Expected(RouteAccess access, AccessRole? role, TokenScope scope, bool isShown)
    {
        // Whoever shows a token that is none is nobody, wherever.
        if (role is null && isShown) return 401;
        var least = access.Purpose == RoutePurpose.Health ? null : access.Least;
        if (least is null) return null;
        if (role is null) return 401;
        if (scope == TokenScope.Metrics && access.Purpose != RoutePurpose.Metrics) return 403;
        return role < least ? 403 : null;
    }

    // Without a body nobody logs in.
    private static bool IsLoginThatFails(Route route, int status) => status == 401 && !route.Access.AsksForAntiForgery;

    private List<Route> Routes() =>
    [
        .. _server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new Route(
                method, PatternOf(endpoint), endpoint.Metadata.GetMetadata<RouteAccess>()!))),
    ];

    private static string PatternOf(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText is { Length: > 1 } text ? text.TrimEnd('/') : "/";

    private async Task<HashSet<string>> DescribedAsync()
    {
        var document = (await _server.GetAsAsync("/openapi/v1.json", $"Authorization: Bearer {_readerToken}")).Json();
        return [.. document.GetProperty("paths").EnumerateObject().SelectMany(path =>
            path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"))];
    }

    private sealed partial record Route(string Method, string Pattern, RouteAccess Access)
    {
        /// <summary>With something in the place of each parameter that may be there.</summary>
        public string Path => Parameter().Replace(Pattern, "000e601a44cc2d29");

        [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex Parameter();
    }
}
