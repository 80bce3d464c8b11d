using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Http;

public sealed class HuntApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("", 5)]
    [InlineData("host=10.1.0.1", 2)]
    [InlineData("host=10.2.0.0/16", 2)]
    [InlineData("host=2001:db8::1", 1)]
    [InlineData("host=10.1.0.1&basis=extended", 1)]
    [InlineData("host=10.1.0.1&client=10.1.0.1", 1)]
    [InlineData("port=49667", 3)]
    [InlineData("port=49700", 1)]
    [InlineData("port=50001", 4)]
    [InlineData("port=50000", 4)]
    [InlineData("port=135", 4)]
    [InlineData("port=136", 0)]
    [InlineData("port=50000&basis=mapper-only", 1)]
    [InlineData("exporter=198.51.100.1", 4)]
    [InlineData("exporter=2001:db8::1", 2)]
    [InlineData("exporter=198.51.100.10", 0)]
    [InlineData("exporter=2001:db8::1&port=49700", 1)]
    [InlineData("interface=svcctl", 0)]
    public async Task Filters_restrict_what_is_shown_and_counted(string query, int expected)
    {
        await PublishSomeAsync();

        var page = await _host.JsonAsync("activities?" + query);
        var histogram = await _host.JsonAsync("activities/histogram?buckets=7&" + query);

        Assert.Equal((expected, expected), (page.GetProperty("items").GetArrayLength(), page.GetProperty("total").GetInt32()));
        Assert.Equal(expected, histogram.GetProperty("items").EnumerateArray().Sum(step => step.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Connection_is_found_by_the_community_id_of_either_of_its_flows()
    {
        await PublishSomeAsync();
        var (client, server) = (HostAddress.Parse("10.1.0.1"), HostAddress.Parse("10.2.0.1"));

        // From either side, as any tool may have seen it.
        foreach (var id in (string[])[
            CommunityId.OfTcp(client, 50_000, server, 135), CommunityId.OfTcp(client, 50_001, server, 49_667),
            CommunityId.OfTcp(server, 49_667, client, 50_001)])
        {
            var page = await _host.JsonAsync($"activities?community_id={Uri.EscapeDataString(id)}");
            Assert.Equal("10.2.0.1", Assert.Single(page.GetProperty("items").EnumerateArray()).Text("server"));
            Assert.Equal(1, page.GetProperty("total").GetInt32());
        }

        var other = Uri.EscapeDataString(CommunityId.OfTcp(client, 50_002, server, 49_667));
        Assert.Equal(0, (await _host.JsonAsync($"activities?community_id={other}")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("svcctl", 1)]
    [InlineData("SVCCTL", 1)]
    [InlineData("367abb81-9844-35f1-ad32-98f038001003", 1)]
    [InlineData("tasks", 1)]
    [InlineData("ITaskSchedulerService", 1)]
    [InlineData("86d35949-83c9-4044-b424-db363231fd0c", 1)]
    [InlineData("drsuapi", 0)]
    public async Task Activities_are_found_by_the_interface_that_their_endpoint_is_known_to_carry(string name, int expected)
    {
        await PublishSomeAsync();
        _host.Services.GetRequiredService<JudgeThread>().KnownEndpoints.Latest = new OneEndpoint();

        var page = await _host.JsonAsync($"activities?interface={name}");

        Assert.Equal(expected, page.GetProperty("total").GetInt32());
        Assert.All(
            page.GetProperty("items").EnumerateArray(),
            item => Assert.Equal(["svcctl", "tasks"], item.GetProperty("interfaces").EnumerateArray().Select(one => one.GetString())));
    }

    [Fact]
    public async Task Total_equals_what_paging_yields_and_is_told_once()
    {
        await _host.PublishAsync([.. Enumerable.Range(0, 95).Select(i => Added(Car(i, $"10.1.0.{i % 5}", $"10.1.0.{5 + (i % 3)}")))]);

        foreach (var query in (string[])[
            "", "&host=10.1.0.2", "&host=10.1.0.6", "&port=50000", "&since=1767225610", "&exporter=198.51.100.1"])
        {
            var (items, totals) = await _host.PagesAsync("activities?limit=4" + query);
            Assert.Equal(items.Count, totals[0]);
            Assert.All(totals.Skip(1), Assert.Null);
            Assert.Equal(items.Count, items.Texts("id").Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(
                items.Select(item => item.GetProperty("mapper").Text("start")),
                items.Select(item => item.GetProperty("mapper").Text("start")).OrderDescending(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Histogram_counts_by_the_steps_of_a_clock_and_by_basis()
    {
        // From second 1 to second 119: one a second.
        await _host.PublishAsync([.. Enumerable.Range(1, 119).Select(i => Added(i % 4 == 0 ? MapperOnly(i) : Car(i)))]);

        var histogram = await _host.JsonAsync("activities/histogram?buckets=12");

        Assert.Equal(10, histogram.GetProperty("bucket_seconds").GetInt32());
        Assert.Equal("2026-01-01T00:00:01.000Z", histogram.Text("since"));
        Assert.Equal("2026-01-01T00:01:59.001Z", histogram.Text("until"));
        var steps = histogram.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(12, steps.Count);
        Assert.Equal(["2026-01-01T00:00:01.000Z", "2026-01-01T00:00:10.000Z"], steps.Take(2).Texts("at"));
        Assert.Equal([9, 10, 10], steps.Take(3).Select(step => step.GetProperty("count").GetInt32()));
        Assert.Equal(
            """{"car":7,"extended":0,"known-endpoint":0,"mapper-only":2}""", steps[0].GetProperty("by_basis").GetRawText());
        Assert.Equal(119, steps.Sum(step => step.GetProperty("count").GetInt32()));
    }

    [Theory]
    [InlineData("since=2026-01-01T00:00:20Z&until=2026-01-01T00:00:40Z", 20)]
    [InlineData("since=2026-01-01T00:00:20Z", 80)]
    [InlineData("until=2026-01-01T00:00:40Z&basis=mapper-only", 0)]
    [InlineData("since=2025-01-01T00:00:00Z&until=2027-01-01T00:00:00Z&buckets=500", 99)]
    [InlineData("since=2028-01-01T00:00:00Z", 0)]
    [InlineData("until=2025-01-01T00:00:00Z", 0)]
    [InlineData("buckets=1", 99)]
    [InlineData("since=1970-01-01T00:00:00Z&until=9999-12-31T00:00:00Z&buckets=3", 99)]
    public async Task Histogram_sums_to_the_total_of_the_list(string query, int expected)
    {
        await _host.PublishAsync(Many(1, 99));

        var steps = (await _host.JsonAsync("activities/histogram?" + query)).GetProperty("items").EnumerateArray().ToList();
        var filters = string.Join('&', query.Split('&').Where(part => !part.StartsWith("buckets", StringComparison.Ordinal)));

        Assert.Equal(expected, steps.Sum(step => step.GetProperty("count").GetInt32()));
        Assert.InRange(steps.Count, 0, 500);
        Assert.Equal(expected, (await _host.JsonAsync("activities?" + filters)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Histogram_of_nothing_is_empty() => Assert.Equal(
        """{"since":"2026-01-01T00:00:00.000Z","until":"2026-01-01T00:00:00.000Z","bucket_seconds":1,"items":[]}""",
        (await _host.JsonAsync("activities/histogram")).GetRawText());

    [Theory]
    [InlineData("host", "10")]
    [InlineData("port", "0")]
    [InlineData("port", "65536")]
    [InlineData("port", "http")]
    [InlineData("interface", "")]
    [InlineData("interface", "nosuch")]
    [InlineData("interface", "00000000-0000-0000-0000-000000000000")]
    [InlineData("exporter", "10.0.0.0/8")]
    [InlineData("community_id", "1:")]
    [InlineData("community_id", "2:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("community_id", "1:LQU9qZlK B5F3KDmev6m5PMibrg=")]
    [InlineData("community_id", "1:AAAA")]
    public async Task Bad_parameter_of_list_and_histogram_is_answered_400_and_named(string parameter, string value)
    {
        foreach (var path in (string[])["activities", "activities/histogram"])
        {
            var (status, body) = await _host.SendAsync(HttpMethod.Get, $"{path}?{parameter}={Uri.EscapeDataString(value)}");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(body.GetProperty("errors").TryGetProperty(parameter, out _), body.ToString());
        }
    }

    [Theory]
    [InlineData("buckets=0", "buckets")]
    [InlineData("buckets=501", "buckets")]
    [InlineData("since=1767225610&until=1767225610", "until")]
    [InlineData("limit=5", "limit")]
    public async Task Bad_parameter_of_the_histogram_is_answered_400_and_named(string query, string parameter)
    {
        var (status, body) = await _host.SendAsync(HttpMethod.Get, "activities/histogram?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("errors").TryGetProperty(parameter, out _), body.ToString());
    }

    private Task PublishSomeAsync()
    {
        var both = ExporterSet.Of(0);
        both.Add(1);
        return _host.PublishAsync(
            Added(Car(1, "10.1.0.1", "10.2.0.1")),
            Added(Car(2, "10.1.0.2", "10.1.0.1") with { Basis = JoinBasis.Extended, Exporters = both }),
            Added(MapperOnly(3) with { Server = HostAddress.Parse("10.2.0.2") }),
            Added(Car(4, server: "2001:db8::1") with { Basis = JoinBasis.KnownEndpoint, Mapper = null }),
            Added(Car(5) with
            {
                Endpoint = new FlowSpan(50_001, 49_700, Epoch + 5_000, Epoch + 6_000),
                Exporters = ExporterSet.Of(1),
            }));
    }

    private sealed class OneEndpoint : IKnownEndpoints
    {
        public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
        {
            interfaces = RpcInterfaces.Svcctl | RpcInterfaces.Tasks;
            return (server, port) == (HostAddress.Parse("10.2.0.1"), 49_667);
        }

        public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) =>
            (RpcInterfaces.Svcctl | RpcInterfaces.Tasks).HasFlag(interfaces) ? [(HostAddress.Parse("10.2.0.1"), 49_667)] : [];
    }
}
