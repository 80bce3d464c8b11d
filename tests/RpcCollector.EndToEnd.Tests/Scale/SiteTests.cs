using System.Net;
using System.Text.Json.Nodes;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Console;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using static Microsoft.Playwright.Assertions;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>Two sensors at sites of their own, where hosts have the same private addresses; 10.0.9.0/24 is both sites'.</summary>
public sealed class SiteTests : IDisposable
{
    private const string Shared = "--Scale:SharedNetworks:0=10.0.9.0/24";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Same_addresses_at_two_sites_are_two_hosts_and_a_shared_server_is_one()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(
            broker.Url, [["--Scale:Site=oslo", Shared], ["--Scale:Site=Rome-2", Shared]], "--Detection:Join:MapperOnlyAfter=00:00:02",
            "--Judgement:Roles:0=10.0.1.0/24@oslo=server");
        using var exporter = new LoopbackExporter("127.0.0.9");

        // A mapper flow here and an endpoint flow there have nothing to do with each other.
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000;
        await exporter.SendMapperFlowAsync(scaled.Sensors[0].UdpPort, "10.0.0.5", "10.0.1.5", start);
        await exporter.SendEndpointFlowAsync(scaled.Sensors[1].UdpPort, "10.0.0.5", "10.0.1.5", start + 5);
        foreach (var sensor in scaled.Sensors)
        {
            await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
            await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.9.9");
        }

        // 1. What is joined.
        (string Client, string Server, string Basis)[] expected =
        [
            ("10.0.0.1@oslo", "10.0.1.1@oslo", "car"), ("10.0.0.1@oslo", "10.0.9.9", "car"),
            ("10.0.0.1@rome-2", "10.0.1.1@rome-2", "car"), ("10.0.0.1@rome-2", "10.0.9.9", "car"),
            ("10.0.0.5@oslo", "10.0.1.5@oslo", "mapper-only"),
        ];
        await scaled.Judge.UntilAsync(
            async () => (await ItemsAsync(scaled.Judge, "/api/v1/activities"))
                .Select(item => ((string)item["client"]!, (string)item["server"]!, (string)item["basis"]!)).Order().ToArray(),
            found => found.SequenceEqual(expected));

        // 2. What is asked.
        foreach (var (query, count) in ((string, int)[])[("client=10.0.0.1@oslo", 2), ("client=10.0.0.0/8@rome-2", 2),
            ("client=10.0.0.1", 0), ("server=10.0.9.9", 2), ("client=0.0.0.0/0@oslo", 3)])
            Assert.Equal((query, count), (query, (await ItemsAsync(scaled.Judge, $"/api/v1/activities?{query}")).Count));
        Assert.Equal(
            ["oslo", "rome-2"], (await scaled.Judge.UntilAsync(
                () => ItemsAsync(scaled.Judge, "/api/v1/sensors"), items => items.All(item => item["site"] is not null)))
                .Select(item => (string)item["site"]!));

        await using var browser = await Chromium.StartAsync();
        await ConsoleVisit.RunAsync(browser, scaled.Judge, "#/exporters", async visit =>
        {
            var rows = visit.Page.Locator(".sensors tbody tr");
            await Expect(rows.First).ToContainTextAsync("oslo");
            await Expect(rows.Last).ToContainTextAsync("rome-2");
            await visit.LookAsync("sensors-of-sites");
        });

        // 3. What is judged.
        Assert.Equal(HttpStatusCode.NotFound, await scaled.Judge.StatusAsync("/api/v1/hosts/10.0.0.1"));
        Assert.Equal("server", await RoleOfAsync(scaled.Judge, "10.0.1.1@oslo"));
        Assert.NotEqual("server", await RoleOfAsync(scaled.Judge, "10.0.1.1%40rome-2"));
        await scaled.Judge.UntilAsync(
            () => ItemsAsync(scaled.Judge, "/api/v1/findings?client=10.0.0.1@rome-2"),
            items => items.Any(item => ((string)item["reason"]!).Contains("10.0.1.1@rome-2", StringComparison.Ordinal)));

        // 4. What people say.
        var (status, body) = await scaled.Judge.PostAsync(
            "/api/v1/suppressions", """{"client":"10.0.0.0/16@rome-2","who":"Ada","why":"a test"}""");
        Assert.Equal((HttpStatusCode.Created, "10.0.0.0/16@rome-2"), (status, (string?)JsonNode.Parse(body)!["client"]));
        Assert.Empty(await ItemsAsync(scaled.Judge, "/api/v1/findings?client=10.0.0.1@rome-2"));
    }

    [Fact]
    public async Task Site_of_a_process_that_is_no_sensor_is_one_clear_line()
    {
        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), "--Scale:Site=oslo"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Scale:Site", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<string?> RoleOfAsync(LiveCollector judge, string host) =>
        (string?)JsonNode.Parse(await judge.TextAsync($"/api/v1/hosts/{host}"))!["host"]!["role"];

    private static async Task<List<JsonNode>> ItemsAsync(LiveCollector collector, string path) =>
        [.. JsonNode.Parse(await collector.TextAsync(path))!["items"]!.AsArray().Select(item => item!)];
}
