using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http;

/// <summary>/api/v1/network, /learning, /coverage and the search of hosts by name.</summary>
public sealed class NetworkApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CollectorHost.StartAsync(
            judgement: new JudgementOptions { Roles = ["10.0.0.9=domain-controller", "10.7.0.0/16=workstation"] });
        for (var i = 1; i <= 4; i++) Publish(i, $"10.0.1.{i}", "10.0.0.9");
        Publish(5, "10.0.1.1", "10.0.1.2");
        while ((await GetAsync("/api/v1/pairs")).GetProperty("items").GetArrayLength() < 5) await Task.Delay(5, Stop);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Network_names_hosts_once_and_has_the_rarest_edge_first()
    {
        Name("10.0.1.1", "PC-0412"u8);
        var network = await GetAsync("/api/v1/network");

        var hosts = network.GetProperty("hosts").EnumerateArray().ToList();
        Assert.Equal(["10.0.0.9", "10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4"], hosts.Select(host => Text(host, "address")));
        Assert.Equal(
            ("domain-controller", "PC-0412", "workstation"), (Text(hosts[0], "role"), Text(hosts[1], "name"), Text(hosts[1], "role")));
        var edges = network.GetProperty("edges").EnumerateArray().ToList();
        Assert.Equal((5, 5, 0), (edges.Count, network.GetProperty("total_edges").GetInt32(), network.GetProperty("left_out").GetInt32()));
        Assert.Equal((1, 2, 1.0), (
            edges[0].GetProperty("client").GetInt32(), edges[0].GetProperty("server").GetInt32(), edges[0].GetProperty("rarity")
                .GetDouble()));
        Assert.All(edges, edge => Assert.Equal("rpc", Assert.Single(edge.GetProperty("services").EnumerateArray()).GetString()));

        var one = await GetAsync("/api/v1/network?limit=1");
        Assert.Equal((1, 4), (one.GetProperty("edges").GetArrayLength(), one.GetProperty("left_out").GetInt32()));
        Assert.Equal(2, one.GetProperty("hosts").GetArrayLength());
    }

    [Theory]
    [InlineData("?role=domain-controller", 4)]
    [InlineData("?host=10.0.1.2", 2)]
    [InlineData("?host=10.0.0.0/24", 4)]
    [InlineData("?service=smb", 0)]
    [InlineData("?service=smb&service=rpc", 5)]
    [InlineData("?min_rarity=0.9", 1)]
    [InlineData("?since=2026-01-01T00:00:00Z", 5)]
    [InlineData("?since=2026-01-01T01:00:00Z", 0)]
    [InlineData("?until=2026-01-01T00:00:00Z", 0)]
    [InlineData("?until=2026-01-01T00:00:01Z", 5)]
    public async Task Network_is_narrowed_by_what_is_asked(string query, int edges) =>
        Assert.Equal(edges, (await GetAsync("/api/v1/network" + query)).GetProperty("total_edges").GetInt32());

    [Theory]
    [InlineData("min_rarity", "2")]
    [InlineData("min_rarity", "NaN")]
    [InlineData("min_rarity", "-0.1")]
    [InlineData("service", "telnet")]
    [InlineData("role", "king")]
    [InlineData("host", "10.0.0.0/33")]
    [InlineData("limit", "20001")]
    [InlineData("limit", "0")]
    [InlineData("since", "yesterday")]
    [InlineData("colour", "red")]
    public async Task What_is_wrong_with_a_question_is_named(string parameter, string value)
    {
        using var response = await _host.Client.GetAsync($"/api/v1/network?{parameter}={value}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(
            JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop)).GetProperty("errors").TryGetProperty(parameter, out _));
    }

    [Fact]
    public async Task Host_has_its_edges_the_rarest_first_with_totals_and_services_in_use()
    {
        var host = await GetAsync("/api/v1/hosts/10.0.1.1?limit=1");

        Assert.Equal((2, 0), (host.GetProperty("as_client_total").GetInt32(), host.GetProperty("as_server_total").GetInt32()));
        var edge = Assert.Single(host.GetProperty("as_client").EnumerateArray());
        Assert.Equal(("10.0.1.2", "workstation", 1, 1.0), (
            Text(edge.GetProperty("peer"), "address"), Text(edge.GetProperty("peer"), "role"), edge.GetProperty("days").GetInt32(),
            edge.GetProperty("rarity").GetDouble()));
        Assert.Equal(("10.0.1.1", "10.0.1.2", "rpc"), (
            Text(edge, "client"), Text(edge, "server"), Text(edge.GetProperty("services")[0], "service")));
        var use = Assert.Single(host.GetProperty("uses").EnumerateArray());
        Assert.Equal(("rpc", 2), (Text(use, "service"), use.GetProperty("hosts").GetInt32()));
        var controller = await GetAsync("/api/v1/hosts/10.0.0.9");
        Assert.Equal(4, controller.GetProperty("serves")[0].GetProperty("hosts").GetInt32());
        Assert.All(
            controller.GetProperty("as_server").EnumerateArray(), served => Assert.True(served.GetProperty("rarity").GetDouble() < 0.5));
    }

    [Fact]
    public async Task Hosts_are_found_by_a_part_of_their_name_though_they_were_never_seen()
    {
        Name("10.0.1.1", "PC-0412"u8);
        Name("10.0.1.3", "pc-0413"u8);
        Name("10.0.5.5", "PC-0414"u8);
        Name("10.0.5.6", "PRN-0412"u8);

        Assert.Equal(["10.0.1.1", "10.0.1.3", "10.0.5.5"], await FoundAsync("?name=Pc-04"));
        Assert.Equal(["10.0.1.1", "10.0.5.6"], await FoundAsync("?name=0412"));
        Assert.Equal(["10.0.5.5"], await FoundAsync("?name=pc-&address=10.0.5.0/24"));
        Assert.Equal(["10.0.1.1"], await FoundAsync("?name=pc-04&limit=1"));
        Assert.Equal(["10.0.1.3", "10.0.5.5"], await FoundAsync("?name=pc-04&cursor=10.0.1.1"));
        Assert.Equal(["10.0.1.1", "10.0.1.3"], await FoundAsync("?name=pc-04&role=workstation"));
        Assert.Empty(await FoundAsync("?name=%3Cscript%3E"));
        foreach (var wrong in (string[])["", new string('x', 129)])
        {
            using var response = await _host.Client.GetAsync($"/api/v1/hosts?name={wrong}", Stop);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        async Task<List<string?>> FoundAsync(string query) =>
            [.. (await GetAsync("/api/v1/hosts" + query)).GetProperty("items").EnumerateArray().Select(host => Text(host, "address"))];
    }

    [Fact]
    public async Task Learning_says_how_far_it_is_and_what_comes_next()
    {
        var learning = await GetAsync("/api/v1/learning");
        Assert.Equal((true, false, false, 5, 5, 5, 0), (
            learning.GetProperty("enabled").GetBoolean(), learning.GetProperty("settled").GetBoolean(),
            learning.TryGetProperty("started_at", out _), learning.GetProperty("hosts").GetInt32(), learning.GetProperty("pairs")
                .GetInt32(),
            learning.GetProperty("edges").GetInt32(), learning.GetProperty("edges_learned").GetInt32()));
        Assert.Equal((4, 1), (
            learning.GetProperty("roles").GetProperty("workstation").GetInt32(),
            learning.GetProperty("roles").GetProperty("domain-controller").GetInt32()));
        Assert.StartsWith("Nothing has been learned yet.", Text(learning, "next"), StringComparison.Ordinal);

        // The hour closes.
        _host.Temporary.Time.Now += TimeSpan.FromHours(3);
        while (!(learning = await GetAsync("/api/v1/learning")).TryGetProperty("started_at", out _)) await Task.Delay(5, Stop);
        Assert.Equal("2026-01-01T00:00:00.000Z", Text(learning, "started_at"));
        Assert.Contains("tell those that you know. Until 2026-01-15 00:00 UTC nothing is rated high", Text(learning, "next"),
            StringComparison.Ordinal);
        Assert.Contains("The clock leapt ahead by 3 hours.", Text(learning, "clock_doubt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Learning_says_that_very_much_is_new_and_what_becomes_of_it()
    {
        var terms = LearningTerms.Of(new JudgementOptions());
        var progress = new JudgeProgress(null, null, IsLearning: true, DoubtedMilliseconds: 0);
        var next = LearningJson.From(progress, new NetworkSurvey(), terms).Next;
        Assert.StartsWith("Nothing has been learned yet.", next, StringComparison.Ordinal);

        Assert.Equal(
            "Nearly everything is new here, so 12,345 or more unsure findings wait: what is medium two minutes after it began is " +
                "told then, what is low when its hour closes. " + next,
            LearningJson.From(progress with { WaitingFindings = 12_345 }, new NetworkSurvey(), terms).Next);
    }

    [Fact]
    public async Task Coverage_names_networks_with_their_exporters_and_those_that_were_never_seen()
    {
        var coverage = await GetAsync("/api/v1/coverage");

        Assert.Equal(
            [("10.0.1.0/24", 4, "198.51.100.1"), ("10.0.0.0/24", 1, "198.51.100.1")],
            coverage.GetProperty("prefixes").EnumerateArray().Select(prefix => (
                Text(prefix, "prefix"), prefix.GetProperty("hosts").GetInt32(),
                Assert.Single(prefix.GetProperty("exporters").EnumerateArray()).GetString())));
        Assert.Equal(["10.7.0.0/16"], coverage.GetProperty("never_seen").EnumerateArray().Select(prefix => prefix.GetString()));
        Assert.Equal((2, 1), (coverage.GetProperty("total_prefixes").GetInt32(), coverage.GetProperty("total_never_seen").GetInt32()));
    }

    [Fact]
    public async Task Where_nothing_is_judged_the_answers_are_empty_and_say_so()
    {
        await using var unjudged = await CollectorHost.StartAsync();
        Assert.Equal(
            """{"hosts":[],"edges":[],"total_edges":0,"left_out":0}""", await unjudged.Client.GetStringAsync("/api/v1/network", Stop));
        var learning = JsonElement.Parse(await unjudged.Client.GetStringAsync("/api/v1/learning", Stop));
        Assert.False(learning.GetProperty("enabled").GetBoolean());
        Assert.Equal(
            "Nothing is judged or learned: RpcCollector:Judgement:Enabled is false.", learning.GetProperty("next").GetString());

        await unjudged.PublishAsync(Activities.Added(Activities.Car(1, "10.0.1.1", "10.0.0.9")));
        var coverage = JsonElement.Parse(await unjudged.Client.GetStringAsync("/api/v1/coverage", Stop));
        Assert.Equal(2, coverage.GetProperty("total_prefixes").GetInt32());
    }

    private void Publish(int number, string client, string server) =>
        _host.Services.GetRequiredService<IActivitySink>().Publish(Activities.Added(Activities.Car(number, client, server)));

    private void Name(string host, ReadOnlySpan<byte> name) => _host.Services.GetRequiredService<NameBook>()
        .Learn(HostAddress.Parse(host), NameSource.Dns, name, _host.Temporary.Clock.UnixMilliseconds);

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _host.Client.GetStringAsync(path, Stop));
}
