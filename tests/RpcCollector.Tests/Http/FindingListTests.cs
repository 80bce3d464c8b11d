using System.Net;
using System.Text.Json;
using RpcCollector.Detection;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class FindingListTests : IAsyncLifetime
{
    private const int Hour = 3_600_000;

    private CollectorHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("last-seen")]
    [InlineData("first-seen")]
    [InlineData("severity")]
    [InlineData("count")]
    [InlineData("client")]
    [InlineData("server")]
    public async Task Paging_neither_loses_nor_repeats_any_in_whatever_order(string sort)
    {
        // Many are alike in everything that an order goes by.
        var findings = Enumerable.Range(0, 60).Select(i => Found(
            $"10.0.0.{i % 7}", i % 5 == 0 ? null : $"10.1.{i % 3}.{i}", i % 2 == 0 ? FindingKind.RpcSweep : FindingKind.PeerToPeerRpc,
            (FindingSeverity)(1 + (i % 4)), count: 1 + (i % 3), seen: i % 6)).DistinctBy(finding => finding.Id).ToList();
        await _host.PublishAsync([.. findings.Select(Added)]);
        var query = sort.Length == 0 ? "findings?limit=7" : $"findings?limit=7&sort={sort}";

        var (items, totals) = await _host.PagesAsync(query);

        Assert.Equal(findings.Select(finding => $"{finding.Id:x16}").Order(), items.Texts("id").Order());
        Assert.All(totals, total => Assert.Equal(findings.Count, total));
        Assert.Equal((await _host.JsonAsync(query.Replace("limit=7", "limit=1000"))).GetProperty("items").EnumerateArray().Texts("id"),
            items.Texts("id"));
    }

    [Fact]
    public async Task Each_order_is_what_it_says()
    {
        await _host.PublishAsync(
            Added(Found("10.0.0.9", "10.1.0.1", severity: FindingSeverity.Low, count: 2)),
            Added(Found("10.0.0.1", null, FindingKind.RpcSweep, FindingSeverity.Critical, seen: Hour)),
            Added(Found("10.0.0.5", "10.0.9.9", severity: FindingSeverity.Medium, count: 9, seen: -Hour)));

        Assert.Equal(["10.0.0.1", "10.0.0.9", "10.0.0.5"], await ClientsAsync("last-seen"));
        Assert.Equal(["10.0.0.1", "10.0.0.9", "10.0.0.5"], await ClientsAsync("first-seen"));
        Assert.Equal(["10.0.0.1", "10.0.0.5", "10.0.0.9"], await ClientsAsync("severity"));
        Assert.Equal(["10.0.0.5", "10.0.0.9", "10.0.0.1"], await ClientsAsync("count"));
        Assert.Equal(["10.0.0.1", "10.0.0.5", "10.0.0.9"], await ClientsAsync("client"));
        Assert.Equal(["10.0.0.5", "10.0.0.9", "10.0.0.1"], await ClientsAsync("server"));
    }

    [Theory]
    [InlineData("host=10.0.0.1", 2)]
    [InlineData("host=10.0.0.3", 1)]
    [InlineData("host=10.0.0.0/29", 3)]
    [InlineData("host=10.0.0.1&severity=high", 1)]
    [InlineData("host=10.0.0.1&kind=rpc-sweep", 1)]
    [InlineData("host=10.0.0.1&client=10.0.0.2", 1)]
    [InlineData("host=192.0.2.77", 0)]
    public async Task Either_end_is_found_and_filters_combine(string query, int expected)
    {
        await _host.PublishAsync(
            Added(Found("10.0.0.1", null, FindingKind.RpcSweep, FindingSeverity.Low)), Added(Found("10.0.0.2", "10.0.0.1")),
            Added(Found("10.9.0.1", "10.0.0.3")), Added(Found("10.9.0.2", "10.9.0.3")));

        var page = await _host.JsonAsync("findings?" + query);

        Assert.Equal((expected, expected), (page.GetProperty("items").GetArrayLength(), page.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task Findings_of_an_incident_are_found_by_its_id_and_by_one_that_has_gone_into_it()
    {
        await _host.PublishAsync(Added(Found("10.0.0.1", "10.1.0.1", seen: Hour)), Added(Found("10.0.0.1", "10.1.0.2", seen: 2 * Hour)));
        await _host.PublishAsync(Added(Found("10.0.0.2", "10.1.0.1")));
        var incident = (await _host.JsonAsync("findings?client=10.0.0.1")).GetProperty("items")[0].Text("incident")!;

        // An earlier finding gives the story another id.
        await _host.PublishAsync(Added(Found("10.0.0.1", "10.1.0.3", seen: 0)));
        var later = (await _host.JsonAsync("findings?client=10.0.0.1")).GetProperty("items")[0].Text("incident")!;

        Assert.NotEqual(incident, later);
        foreach (var id in (string[])[incident, later])
        {
            var page = await _host.JsonAsync($"findings?incident={id}");
            Assert.Equal(3, page.GetProperty("total").GetInt32());
            Assert.All(page.GetProperty("items").EnumerateArray(), finding => Assert.Equal("10.0.0.1", finding.Text("client")));
        }

        Assert.Equal(0, (await _host.JsonAsync("findings?incident=00000000000000ff")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_is_hidden_is_in_no_total_and_is_told_by_what_hides_it()
    {
        await _host.PublishAsync([.. Enumerable.Range(1, 20).Select(i => Added(Found($"10.0.0.{i}", $"10.1.0.{i % 4}", seen: i)))]);
        await SuppressAsync("""{"client":"10.0.0.0/30","who":"Ada","why":"x"}"""); // 1 to 3
        await SuppressAsync("""{"server":"10.1.0.1","who":"Ada","why":"x"}"""); // 1, 5, 9, 13, 17
        await SuppressAsync("""{"kind":"rpc-sweep","who":"Ada","why":"x"}"""); // none
        await SuppressAsync("""{"kind":"peer-to-peer-rpc","client":"10.0.0.20","server":"10.1.0.0","who":"Ada","why":"x"}"""); // 20
        await _host.PostAsync(
            $"findings/{Found("10.0.0.10", "10.1.0.2").Id:x16}/verdict", """{"verdict":"benign","who":"Ada","why":"x"}""");

        foreach (var sort in (string[])["last-seen", "severity", "client", "server"])
        {
            var (items, totals) = await _host.PagesAsync($"findings?limit=3&sort={sort}");
            Assert.Equal(11, items.Count);
            Assert.All(totals, total => Assert.Equal(11, total));
        }

        var hidden = (await _host.JsonAsync("findings?limit=3")).GetProperty("hidden");
        Assert.Equal((9, 1), (hidden.GetProperty("findings").GetInt32(), hidden.GetProperty("benign").GetInt32()));
        Assert.Equal(
            [("1", 3), ("2", 5), ("4", 1)],
            hidden.GetProperty("suppressions").EnumerateArray()
                .Select(by => (by.Text("id")!, by.GetProperty("findings").GetInt32())));
        Assert.Equal(20, (await _host.JsonAsync("findings?suppressed=true")).GetProperty("total").GetInt32());
        Assert.Equal(
            [3, 5, 0, 1],
            (await _host.JsonAsync("suppressions")).GetProperty("items").EnumerateArray()
                .Select(one => one.GetProperty("hides").GetInt32()));
    }

    [Theory]
    [InlineData("sort", "worst")]
    [InlineData("sort", "")]
    [InlineData("host", "10.0.0.0/33")]
    [InlineData("incident", "1")]
    [InlineData("incident", "zzzzzzzzzzzzzzzz")]
    [InlineData("cursor", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_")]
    [InlineData("cursor", "AA")]
    public async Task Bad_parameter_of_the_list_and_of_exports_is_answered_400_and_named(string parameter, string value)
    {
        foreach (var path in (string[])["findings", "findings/export"])
        {
            var (status, body) = await _host.SendAsync(HttpMethod.Get, $"{path}?{parameter}={Uri.EscapeDataString(value)}");

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(body.GetProperty("errors").TryGetProperty(parameter, out _), body.ToString());
        }
    }

    [Fact]
    public async Task Cursor_of_another_order_is_refused()
    {
        await _host.PublishAsync([.. Enumerable.Range(1, 5).Select(i => Added(Found($"10.0.0.{i}")))]);
        var cursor = (await _host.JsonAsync("findings?limit=2&sort=count")).Text("next");

        Assert.Equal(
            HttpStatusCode.BadRequest, (await _host.SendAsync(HttpMethod.Get, $"findings?limit=2&sort=severity&cursor={cursor}")).Status);
        Assert.Equal(
            HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Get, $"findings?limit=2&sort=count&cursor={cursor}")).Status);
    }

    private async Task<List<string?>> ClientsAsync(string sort) =>
        (await _host.JsonAsync($"findings?sort={sort}")).GetProperty("items").EnumerateArray().Texts("client");

    private async Task SuppressAsync(string suppression) =>
        Assert.Equal(HttpStatusCode.Created, (await _host.PostAsync("suppressions", suppression)).Status);
}
