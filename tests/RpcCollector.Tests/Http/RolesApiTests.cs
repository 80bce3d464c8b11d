using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Store;
using RpcCollector.Store.People;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http;

/// <summary>/api/v1/roles and /api/v1/hosts/{address}/role: what people tell, and what comes of it.</summary>
public sealed class RolesApiTests : IAsyncLifetime
{
    private const string Told = """{"role":"management-server","who":"Ada","why":"the deployment"}""";

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync(
        judgement: new JudgementOptions { Roles = ["10.0.0.9=domain-controller", "10.9.0.0/16=workstation"] });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Role_that_is_told_counts_at_once_and_is_listed_and_audited_and_taken_back()
    {
        await SeeAsync("10.0.0.1", "10.0.0.2");

        var (status, host) = await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", Told);
        Assert.Equal((HttpStatusCode.OK, "management-server", "unknown", "told by Ada: the deployment"),
            (status, Text(host, "role"), Text(host, "learned_role"), Text(host, "why")));
        var told = host.GetProperty("told");
        Assert.Equal(("management-server", "person", "Ada", "the deployment"),
            (Text(told, "role"), Text(told, "by"), Text(told, "who"), Text(told, "why")));
        Assert.False(told.TryGetProperty("prefix", out _));
        Assert.Equal("10.0.0.1", Text((await GetAsync("/api/v1/hosts?role=management-server")).GetProperty("items")[0], "address"));
        Assert.Equal("management-server", Text((await GetAsync("/api/v1/hosts/10.0.0.1")).GetProperty("host"), "role"));
        var item = (await GetAsync("/api/v1/roles")).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("10.0.0.1", "management-server", "person", true),
            (Text(item, "address"), Text(item, "role"), Text(item, "by"), item.GetProperty("acts").GetBoolean()));

        (status, host) = await SendAsync(HttpMethod.Delete, "/api/v1/hosts/10.0.0.1/role");
        Assert.Equal((HttpStatusCode.OK, "unknown", false), (status, Text(host, "role"), host.TryGetProperty("told", out _)));
        Assert.Equal(
            [("role-withdrawn", "10.0.0.1", "management-server, told by Ada: the deployment"),
                ("role-told", "10.0.0.1", "management-server: the deployment")],
            _host.Services.GetRequiredService<AuditStore>().Read(new AuditQuery(Limit: 10))
                .Select(line => (line.What, line.Target, line.Detail)));
    }

    [Fact]
    public async Task What_the_settings_tell_cannot_be_told_otherwise_and_the_answer_names_the_setting()
    {
        foreach (var (address, setting) in ((string, string)[])[("10.0.0.9", "Roles:0 is '10.0.0.9=domain-controller'"),
            ("10.9.3.4", "Roles:1 is '10.9.0.0/16=workstation'")])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
            {
                var (status, problem) = await SendAsync(method, $"/api/v1/hosts/{address}/role", method == HttpMethod.Put ? Told : null);
                Assert.Equal(HttpStatusCode.Conflict, status);
                Assert.Contains($"Judgement:{setting}", Text(problem, "detail"), StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync("10.9.1.0/24")).Status);

        // The network is wider than what the settings tell: they go on to outrank it there.
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("10.0.0.0/8")).Status);
        await SeeAsync("10.9.1.1", "10.0.0.2");
        Assert.Equal(("scanner", "workstation"), (await RoleAsync("10.0.0.2"), await RoleAsync("10.9.1.1")));
        Assert.Equal("RpcCollector:Judgement:Roles:1",
            Text((await GetAsync("/api/v1/hosts/10.9.1.1")).GetProperty("host").GetProperty("told"), "setting"));
    }

    [Fact]
    public async Task Role_of_a_network_is_that_of_its_hosts_until_it_is_taken_back()
    {
        await SeeAsync("10.0.0.1", "10.0.0.2");
        var (status, role) = await PutAsync("10.0.0.7/24");
        Assert.Equal((HttpStatusCode.OK, "10.0.0.0", "10.0.0.0/24"), (status, Text(role, "address"), Text(role, "prefix")));
        Assert.Equal("10.0.0.0/24", Text((await GetAsync("/api/v1/hosts/10.0.0.1")).GetProperty("host").GetProperty("told"), "prefix"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", Told)).Status);
        Assert.Equal(("management-server", "scanner"), (await RoleAsync("10.0.0.1"), await RoleAsync("10.0.0.2")));

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, "/api/v1/hosts/10.0.0.1/role")).Status);
        Assert.Equal("scanner", await RoleAsync("10.0.0.1"));
        var (none, problem) = await SendAsync(HttpMethod.Delete, "/api/v1/hosts/10.0.0.1/role");
        Assert.Equal(
            (HttpStatusCode.NotFound, "Nobody told a role of 10.0.0.1 alone: 10.0.0.0/24 was told."), (none, Text(problem, "title")));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/roles?address=10.0.0.0/24")).Status);
        Assert.Equal("unknown", await RoleAsync("10.0.0.1"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, "/api/v1/roles?address=10.0.0.0/24")).Status);
    }

    [Fact]
    public async Task Host_that_was_never_seen_is_known_by_its_role_or_its_name_and_else_not_found()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/api/v1/hosts/10.0.0.5")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.5/role", Told)).Status);
        var told = (await GetAsync("/api/v1/hosts/10.0.0.5")).GetProperty("host");
        Assert.Equal(("management-server", false), (Text(told, "role"), told.TryGetProperty("first_seen", out _)));

        var now = _host.Temporary.Clock.UnixMilliseconds;
        _host.Services.GetRequiredService<NameBook>().Learn(HostAddress.Parse("10.0.0.6"), NameSource.Dns, "prn-06"u8, now);
        var named = await GetAsync("/api/v1/hosts/10.0.0.6");
        Assert.Equal(("prn-06", "unknown", "it was never seen"),
            (Text(named.GetProperty("host"), "name"), Text(named.GetProperty("host"), "role"), Text(named.GetProperty("host"), "why")));
        Assert.Equal((0, 0), (named.GetProperty("as_client_total").GetInt32(), named.GetProperty("serves").GetArrayLength()));
        Assert.Equal("domain-controller", Text((await GetAsync("/api/v1/hosts/10.0.0.9")).GetProperty("host"), "role"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/api/v1/hosts/10.9.0.1")).Status);
    }

    [Theory]
    [InlineData("""{"role":"king","who":"Ada","why":"x"}""", "role")]
    [InlineData("""{"who":"Ada","why":"x"}""", "role")]
    [InlineData("""{"role":"server","why":"x"}""", "who")]
    [InlineData("""{"role":"server","who":"Ada"}""", "why")]
    [InlineData("""{"role":"server","who":"A\ndmin","why":"x"}""", "who")]
    [InlineData("""{"role":"server","who":"Ada","why":"x","until":1}""", "body")]
    [InlineData("[]", "body")]
    public async Task What_is_wrong_with_a_role_is_named_and_nothing_is_told(string body, string member)
    {
        var (status, problem) = await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", body);

        Assert.Equal((HttpStatusCode.BadRequest, true), (status, problem.GetProperty("errors").TryGetProperty(member, out _)));
        Assert.Equal(2, (await GetAsync("/api/v1/roles")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("10.0.0.0%2F24")]
    public async Task What_is_no_address_has_no_role(string address)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            var (status, problem) = await SendAsync(method, $"/api/v1/hosts/{address}/role", method == HttpMethod.Put ? Told : null);
            Assert.Equal((HttpStatusCode.BadRequest, true), (status, problem.GetProperty("errors").TryGetProperty("address", out _)));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(address)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Delete, $"/api/v1/roles?address={address}/")).Status);
    }

    [Fact]
    public async Task Beyond_the_bound_no_role_is_told_and_what_was_told_may_still_be_told_otherwise()
    {
        var store = _host.Services.GetRequiredService<ToldRoleStore>();
        _host.Services.GetRequiredService<StateStore>().Commit(connection =>
        {
            for (var i = 0; i < ToldRoleStore.MaxRoles; i++)
            {
                Database.Execute(
                    connection,
                    $"INSERT INTO told_roles (hosts, role, who, why, told_ms) VALUES ('10.1.{i / 250}.{i % 250}', 2, 'Ada', 'x', 1)");
            }

            return true;
        });

        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", Told)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.1.0.7/role", Told)).Status);
        Assert.Equal(ToldRoleStore.MaxRoles, store.Read().Count);
    }

    [Fact]
    public async Task Where_nothing_is_judged_a_role_is_kept_all_the_same()
    {
        await using var unjudged = await CollectorHost.StartAsync();
        var (status, host) = await SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", Told, unjudged);

        Assert.Equal((HttpStatusCode.OK, "management-server"), (status, Text(host, "role")));
        Assert.Single((await GetAsync("/api/v1/roles", unjudged)).GetProperty("items").EnumerateArray());
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> PutAsync(string address) =>
        SendAsync(HttpMethod.Put, "/api/v1/roles", $$"""{"address":"{{address}}","role":"scanner","who":"Ada","why":"a test"}""");

    private async Task<string?> RoleAsync(string host) => Text((await GetAsync($"/api/v1/hosts/{host}")).GetProperty("host"), "role");

    private async Task SeeAsync(string client, string server)
    {
        _host.Services.GetRequiredService<IActivitySink>().Publish(Activities.Added(Activities.Car(client[^1], client, server)));
        while ((await SendAsync(HttpMethod.Get, $"/api/v1/hosts?address={client}")).Body.GetProperty("items").GetArrayLength() == 0)
            await Task.Delay(5, Stop);
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private async Task<JsonElement> GetAsync(string path, CollectorHost? host = null)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, content: null, host);
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? content = null, CollectorHost? host = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (content is not null) request.Content = new StringContent(content, new MediaTypeHeaderValue("application/json"));
        using var response = await (host ?? _host).Client.SendAsync(request, Stop);
        var body = await response.Content.ReadAsStringAsync(Stop);
        return (response.StatusCode, body.Length > 0 ? JsonElement.Parse(body) : default);
    }
}
