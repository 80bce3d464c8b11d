using System.Net;
using System.Text.Json;
using RpcCollector.Detection;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Http;

public sealed class ActivitiesApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Activity_is_shown_with_all_that_is_known_of_it()
    {
        await _host.PublishAsync(Added(Car(1)));

        var body = await _host.Client.GetStringAsync("/api/v1/activities", Stop);

        Assert.Equal(
            """{"items":[{"id":"9e3779b97f4a7c15","basis":"car","client":"192.0.2.10","server":"192.0.2.20","""
            + """ "mapper":{"client_port":50000,"start":"2026-01-01T00:00:01.000Z","end":"2026-01-01T00:00:13.000Z"},"""[1..]
            + """ "endpoint":{"client_port":50001,"server_port":49667"""[1..] +
            ""","start":"2026-01-01T00:00:01.007Z","end":"2026-01-01T00:00:01.900Z"},"""
            + """ "exporters":["198.51.100.1"],"sampling_interval":1,"recorded_at":"2026-01-01T00:00:00.000Z"""[1..]
            + """ ","sampled":false}],"total":1}"""[1..],
            body);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("?client=10.1.0.0/16", 2)]
    [InlineData("?client=10.1.0.1&server=10.2.0.1", 1)]
    [InlineData("?basis=mapper-only", 1)]
    [InlineData("?basis=mapper-only&basis=extended", 2)]
    [InlineData("?since=2026-01-01T00:00:03Z", 2)]
    [InlineData("?since=2026-01-01T01:00:03.000%2B01:00", 2)]
    [InlineData("?since=1767225603", 2)]
    [InlineData("?until=1767225603.000", 2)]
    [InlineData("?since=1767225602&until=1767225603", 1)]
    public async Task Filters_restrict_what_is_shown(string query, int expected)
    {
        await _host.PublishAsync(
            Added(Car(1, "10.1.0.1", "10.2.0.1")), Added(Car(2, "10.1.0.2", "2001:db8::1") with { Basis = JoinBasis.Extended }),
            Added(MapperOnly(3)), Added(Car(4)));

        Assert.Equal(expected, (await ItemsAsync(query)).GetArrayLength());
    }

    [Fact]
    public async Task Following_next_shows_each_activity_once()
    {
        await _host.PublishAsync(Many(0, 95));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            using var page = await JsonAsync("?limit=10" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(95, seen.Count);
        Assert.Equal(95, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("since", "yesterday")]
    [InlineData("since", "2026-01-01")]
    [InlineData("until", "")]
    [InlineData("until", "99999999999999999999")]
    [InlineData("client", "10.0.0.256")]
    [InlineData("client", "10")]
    [InlineData("server", "10.0.0.0/33")]
    [InlineData("server", "::/129")]
    [InlineData("basis", "cars")]
    [InlineData("limit", "0")]
    [InlineData("limit", "1001")]
    [InlineData("limit", "-1")]
    [InlineData("limit", "many")]
    [InlineData("cursor", "abc")]
    [InlineData("cursor", "********************_*")]
    [InlineData("clinet", "10.0.0.1")]
    public async Task Bad_parameter_is_answered_400_and_named(string parameter, string value)
    {
        using var response = await _host.Client.GetAsync($"/api/v1/activities?{parameter}={Uri.EscapeDataString(value)}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(400, problem.RootElement.GetProperty("status").GetInt32());
        Assert.True(problem.RootElement.GetProperty("errors").TryGetProperty(parameter, out _), problem.RootElement.ToString());
    }

    [Fact]
    public async Task All_bad_parameters_are_named_at_once()
    {
        using var response = await _host.Client.GetAsync("/api/v1/activities?since=x&limit=x&limit=y&client=x", Stop);

        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(
            ["client", "limit", "since"], problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Store_that_cannot_be_read_is_answered_503()
    {
        await _host.PublishAsync(Many(0, 1));
        Directory.Delete(_host.Temporary.Options.Folder, recursive: true);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        using var response = await _host.Client.GetAsync("/api/v1/activities", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<JsonElement> ItemsAsync(string query)
    {
        using var page = await JsonAsync(query);
        return page.RootElement.GetProperty("items").Clone();
    }

    private async Task<JsonDocument> JsonAsync(string query) =>
        JsonDocument.Parse(await _host.Client.GetStringAsync("/api/v1/activities" + query, Stop));
}
