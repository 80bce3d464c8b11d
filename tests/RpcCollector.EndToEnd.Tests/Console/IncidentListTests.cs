using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The list of incidents while things happen.</summary>
public sealed partial class IncidentListTests : IDisposable
{
    private const string Attack = "10.20.1.15 drove 10.20.0.10";
    private const string Name = "HOSTILE-NAME";
    private const string Script = "<img src=x onerror=\"window.taken=true\">";

    private static readonly string InJson = Script.Replace("\"", "\\\"", StringComparison.Ordinal);

    private static readonly string User =
        $$"""{"user":"{{InJson}}","client":"10.20.1.15","at":"2026-08-06T00:00:00Z","source":"ntlm","server":"10.20.0.10"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task New_incident_waits_until_somebody_wants_it_and_moves_no_row_meanwhile()
    {
        var another = SharedData.PathOf("scenarios", "sharpsc-start", "ipfix.pcap");
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02");
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            await visit.SeesIncidentAsync(Attack);
            await sensor.UntilAsync(
                () => sensor.JsonAsync("/api/v1/incidents"), list => list.GetProperty("total").GetInt32() >= 6);
            await visit.PressAsync(".");
            await Assertions.Expect(page.Locator(".rows a.title")).ToHaveCountAsync(6);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = News() })).ToHaveCountAsync(0);
            var rows = await RowsAsync(page);
            var place = await page.GetByRole(AriaRole.Link, new() { Name = Attack }).BoundingBoxAsync();

            await Exports.SendNowAsync(sensor, another);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = News() }).WaitForAsync();

            Assert.Equal(rows, await RowsAsync(page));
            Assert.Equal(place!.Y, (await page.GetByRole(AriaRole.Link, new() { Name = Attack }).BoundingBoxAsync())!.Y);
            await visit.LookAsync("incidents-news");
            await visit.PressAsync(".");
            await visit.SeesAsync("controlled services through a firewall");
        });
    }

    [Fact]
    public async Task Filters_are_in_the_address_and_say_what_they_leave()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            await visit.SeesIncidentAsync(Attack);
            await page.GetByLabel("Filter", new() { Exact = true }).FillAsync("10.20.1.15");
            await visit.PressAsync("Enter");
            await Assertions.Expect(page).ToHaveURLAsync(HostFilter());
            await visit.SeesAsync("1 incident, the worst first");

            await page.GetByLabel("Severity", new() { Exact = true }).SelectOptionAsync("critical");
            await visit.SeesAsync("No incident is like that");
            await visit.LookAsync("incidents-filtered");
            await visit.ClickAsync("Without them");
            await visit.SeesIncidentAsync(Attack);
            await page.GoBackAsync();
            await visit.SeesAsync("No incident is like that");
        });
    }

    [Fact]
    public async Task Lost_sensor_is_said_and_what_was_read_stays()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            await visit.SeesIncidentAsync(Attack);
            await visit.SeesAsync("Live");
            visit.ExpectNoConnection();

            await sensor.KillAsync();

            await visit.SeesAsync("Reconnecting");
            await visit.SeesAsync(Attack);
            await visit.PressAsync(".");
            await visit.SeesAsync("The sensor does not answer.");
            await visit.SeesAsync(Attack);
            await visit.LookAsync("incidents-lost");
        });
    }

    [Fact]
    public async Task Incident_of_hosts_that_are_named_and_were_forgotten_is_shown()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            await page.RouteAsync("**/api/v1/hosts/*", route => route.FulfillAsync(new RouteFulfillOptions
            {
                ContentType = "application/json",
                Body = """
                    {"host":{"address":"10.20.1.15","role":"unknown","why":"never seen","client_edges":0,"server_edges":0,"serves":[]},
                    "as_client":[],"as_server":[]}
                    """,
            }));
            await visit.SeesIncidentAsync(Attack);
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await page.Locator("table.plain").GetByText("never seen").First.WaitForAsync();
            await visit.SeesAsync("What to look at next");
        });
    }

    [Fact]
    public async Task Script_in_names_of_hosts_and_users_is_text_on_every_page()
    {
        var file = _folder.PathOf("names.csv");
        await File.WriteAllTextAsync(
            file, $"address,name\n10.20.1.15,{Name}\n10.20.0.10,{Name}-2\n", TestContext.Current.CancellationToken);
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder, $"--Names:File={file}");
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "#/system", async visit =>
        {
            var page = visit.Page;

            // The sensor takes no such name, so it is put into its answers on the way.
            await page.RouteAsync(new Regex("/api/v1/(?!.*stream)"), async route =>
            {
                var answer = await route.FetchAsync();
                var text = (await answer.TextAsync()).Replace(Name, InJson, StringComparison.Ordinal)
                    .Replace("\"users\":[]", $"\"users\":[{User}]", StringComparison.Ordinal);
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = text });
            });

            await sensor.UntilAsync(
                () => sensor.JsonAsync("/api/v1/incidents"), list => list.GetProperty("total").GetInt32() >= 5);
            await visit.GoAsync("#/incidents");
            await visit.SeesIncidentAsync("drove");
            await page.Locator(".rows").GetByText("<img src=x").First.WaitForAsync();
            await page.Locator(".rows a.title").GetByText("<img src=x").First.ClickAsync();
            await page.Locator("#next-panel h3").First.WaitForAsync();
            await page.Locator("main h1").GetByText("<img src=x").WaitForAsync();
            await page.Locator(".users strong").GetByText("<img src=x").WaitForAsync();
            await visit.LookAsync("script-in-names");
            foreach (var place in (string[])["findings", "hosts", "hosts/10.20.1.15", "network", "hunt", "exporters", "learning"])
            {
                await visit.GoAsync($"#/{place}");
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                Assert.Equal(0, await page.Locator("img[src=x]").CountAsync());
                Assert.False(await page.EvaluateAsync<bool>("() => window.taken === true"));
            }
        });
    }

    private static Task<string[]> RowsAsync(IPage page) =>
        page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.rows a.title')].map(link => link.href)");

    [GeneratedRegex("new.*: show")]
    private static partial Regex News();

    [GeneratedRegex("host=10\\.20\\.1\\.15")]
    private static partial Regex HostFilter();
}
