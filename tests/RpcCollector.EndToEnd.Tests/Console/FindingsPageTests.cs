using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using static Microsoft.Playwright.Assertions;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The page of findings: filters, a long list, verdicts on many, exports.</summary>
public sealed partial class FindingsPageTests : IDisposable
{
    private const string Script = "<img src=x onerror=\"document.title='taken'\">";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Filter_that_is_typed_is_in_the_address_and_back_takes_it_away()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        var (all, high) = (await sensor.TotalAsync("/api/v1/findings"), await sensor.TotalAsync("/api/v1/findings?severity=high"));
        Assert.True(high > 0 && high < all);

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            await SeesTotalAsync(visit, all);
            await visit.PressAsync("/");
            await visit.Page.Keyboard.TypeAsync("high");
            await visit.PressAsync("Enter");

            await SeesTotalAsync(visit, high);
            await Expect(visit.Page).ToHaveURLAsync(SeverityHigh());
            var severities = await visit.Page.Locator(".table .rows .severity").AllInnerTextsAsync();
            Assert.All(severities, severity => Assert.Contains(severity, (string[])["high", "critical"]));
            await visit.LookAsync("findings-filtered");

            await visit.Page.GoBackAsync();
            await SeesTotalAsync(visit, all);
        });
    }

    [Fact]
    public async Task Filters_of_an_address_that_somebody_sends_are_those_of_the_sensors_answer()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        var client = (await sensor.JsonAsync("/api/v1/findings?limit=1")).GetProperty("items")[0].GetProperty("client").GetString()!;
        string[] queries =
        [
            $"host={client}", $"client={client}", "server=10.80.0.0/20", "technique=T1021", "confidence=high", "known_hosts=2",
            "verdict=malicious", "state=all&suppressed=true", "kind=remote-service&kind=dc-sync&severity=high",
        ];

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            foreach (var query in queries)
            {
                await visit.GoAsync("#/findings?" + query);
                await SeesTotalAsync(visit, await sensor.TotalAsync("/api/v1/findings?" + query));
            }
        });
    }

    [Fact]
    public async Task Host_is_found_by_its_name()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        var finding = (await sensor.JsonAsync("/api/v1/findings?limit=1")).GetProperty("items")[0];
        var (name, address) = (finding.GetProperty("client_name").GetString()!, finding.GetProperty("client").GetString()!);

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            await visit.Page.Locator("#filter").FillAsync(name.Split('.')[0]);
            await visit.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = "client" }).First.ClickAsync();

            await Expect(visit.Page).ToHaveURLAsync(new Regex("client=" + Regex.Escape(address)));
            await SeesTotalAsync(visit, await sensor.TotalAsync($"/api/v1/findings?client={address}"));
        });
    }

    [Fact]
    public async Task List_of_thousands_is_scrolled_from_its_first_to_its_last()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder, findings: 6_000);
        var ids = await sensor.FindingIdsAsync("sort=first-seen");

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings?sort=first-seen", async visit =>
        {
            var rows = visit.Page.Locator(".table .rows .row:not(.waits)");
            await rows.First.ClickAsync(new() { Position = new() { X = 500, Y = 10 } });
            await Expect(visit.Page).ToHaveURLAsync(new Regex("open=" + ids[0]));

            await visit.Page.Locator(".table").EvaluateAsync("table => { table.scrollTop = table.scrollHeight; }");
            var last = visit.Page.Locator($".table [aria-rowindex='{(ids.Count + 1).ToString(CultureInfo.InvariantCulture)}']");
            await last.ClickAsync(new() { Position = new() { X = 400, Y = 10 } });
            await Expect(visit.Page).ToHaveURLAsync(new Regex("open=" + ids[^1]));

            // Of thousands only those in sight are in the page.
            Assert.InRange(await visit.Page.Locator(".table .rows .row").CountAsync(), 10, 120);
            await visit.LookAsync("findings-last");
        });
    }

    [Fact]
    public async Task Keys_move_select_and_open()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        var ids = await sensor.FindingIdsAsync("");

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            await visit.Page.Locator(".table .rows .row").First.WaitForAsync();
            await visit.PressAsync("j", "x", "j", "j", "Shift+X");
            await Expect(visit.Page.Locator(".under-bar")).ToContainTextAsync("3 selected");
            await Expect(visit.Page).ToHaveURLAsync(new Regex("open=" + ids[2]));

            await visit.PressAsync("k", "Enter");
            await Expect(visit.Page).ToHaveURLAsync(new Regex("open=" + ids[1]));
            await Expect(visit.Page.Locator(".panel")).ToBeFocusedAsync();
            await Expect(visit.Page.Locator(".panel .flows code").First).ToHaveTextAsync(new Regex("^1:"));
            await visit.LookAsync("findings-panel");

            await visit.PressAsync("Escape", "Escape");
            await Expect(visit.Page.Locator(".panel")).ToHaveCountAsync(0);
            await Expect(visit.Page.Locator(".under-bar")).Not.ToContainTextAsync("selected");
        });
    }

    [Fact]
    public async Task Verdict_on_all_that_match_reaches_each_of_them_and_what_is_said_is_text()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        const string Query = "severity=medium";
        var ids = await sensor.FindingIdsAsync(Query + "&suppressed=true");
        var number = await sensor.TotalAsync("/api/v1/findings?" + Query);
        Assert.True(number > 1_000);

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings?" + Query, async visit =>
        {
            // A listener that thousands of events overtake is cut off, and connects again.
            visit.ExpectNoConnection();
            await SeesTotalAsync(visit, number);
            await visit.Page.GetByLabel("Select all").ClickAsync();
            await Expect(visit.Page.Locator(".under-bar")).ToContainTextAsync($"{Shown(number)} selected");
            await visit.PressAsync("v");
            await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Benign" }).CheckAsync();
            await visit.Page.GetByLabel("Why?").FillAsync(Script);
            await visit.Page.GetByLabel("Your name").FillAsync(Script);
            await visit.LookAsync("findings-verdict-on-many");
            await visit.ClickAsync("Give verdict on");
            await Expect(visit.Page.Locator("dialog[open]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

            // They stay where they are until somebody reads the list anew.
            await Expect(visit.Page.Locator(".table .rows .row").First).ToContainTextAsync("benign");
            await visit.PressAsync("j");
            await visit.SeesAsync("What people said");
            Assert.Contains(Script, await visit.Page.Locator(".panel").InnerTextAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await visit.Page.Locator("img[src=x]").CountAsync());
            await visit.LookAsync("findings-called-benign");

            await visit.PressAsync(".");
            await visit.SeesAsync("Nothing matches");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
            await SeesTotalAsync(visit, ids.Count);
        });

        Assert.Equal(0, await sensor.TotalAsync("/api/v1/findings?" + Query));
    }

    [Fact]
    public async Task Suppression_of_what_is_alike_in_a_selection_hides_it()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        var all = await sensor.TotalAsync("/api/v1/findings");
        var items = (await sensor.JsonAsync("/api/v1/findings?limit=2")).GetProperty("items");
        var kinds = items.EnumerateArray().Select(item => item.GetProperty("kind").GetString()!).ToHashSet(StringComparer.Ordinal);
        var left = all;
        foreach (var kind in kinds) left -= await sensor.TotalAsync($"/api/v1/findings?kind={kind}");

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            await SeesTotalAsync(visit, all);
            await visit.PressAsync("j", "x", "j", "x", "s");
            await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "client", Exact = true }).UncheckAsync();
            await visit.Page.GetByRole(AriaRole.Checkbox, new() { Name = "server", Exact = true }).UncheckAsync();
            await Expect(visit.Page.Locator(".rules li")).ToHaveCountAsync(kinds.Count);
            await visit.Page.GetByLabel("Why?").FillAsync("a test");
            await visit.Page.GetByLabel("Your name").FillAsync("Ada");
            await visit.LookAsync("findings-suppress");
            await visit.Page.Locator("dialog button[type=submit]").ClickAsync();
            await SeesTotalAsync(visit, left);
            await Expect(visit.Page.Locator(".under-bar")).ToContainTextAsync("hidden");
        });
    }

    [Fact]
    public async Task Export_holds_what_the_list_holds()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder);
        const string Query = "kind=remote-service";
        var ids = await sensor.FindingIdsAsync(Query);

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings?" + Query, async visit =>
        {
            await SeesTotalAsync(visit, ids.Count);
            var lines = await DownloadAsync(visit, "CSV");
            Assert.Equal(ids.Count, lines.Length - 1);
            Assert.All(ids, id => Assert.Contains(lines, line => line.Contains(id, StringComparison.Ordinal)));

            var documents = await DownloadAsync(visit, "NDJSON in ECS");
            Assert.Equal(ids.Count, documents.Length);
            Assert.All(documents, line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
            Assert.All(ids, id => Assert.Contains(documents, line => line.Contains(id, StringComparison.Ordinal)));
        });
    }

    [Fact]
    public async Task New_finding_is_announced_and_moves_nothing()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        var before =
            await sensor.UntilAsync(() => sensor.FindingIdsAsync("state=all"), ids => ids.Count > 0 && ids.Count == ids.Distinct().Count());

        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            await visit.SeesAsync("Live");
            var clients = await visit.Page.Locator(".table .rows .row .host").AllInnerTextsAsync();
            using var exporter = new LoopbackExporter("127.0.0.9");
            await exporter.SendPairAsync(sensor.UdpPort, "10.77.0.1", "10.77.0.2");
            await visit.SeesAsync("new finding");
            Assert.Equal(clients, await visit.Page.Locator(".table .rows .row .host").AllInnerTextsAsync());

            await visit.PressAsync(".");
            await Expect(visit.Page.Locator(".table .rows .row").First).ToContainTextAsync("10.77.0.1");
        });
        Assert.NotEmpty(before);
    }

    [Fact]
    public async Task Filter_that_cannot_be_read_says_what_is_wrong_with_it()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await ConsoleVisit.RunAsync(browser, sensor, "#/findings", async visit =>
        {
            visit.Expect(400);
            await visit.GoAsync("#/findings?client=%3Cscript%3E");
            await visit.SeesAsync("client: '<script>' is neither an IPv4 or IPv6 address nor a prefix");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Without client <script>" }).ClickAsync();
            await visit.SeesAsync("No findings yet");
        });
    }

    private static async Task<string[]> DownloadAsync(ConsoleVisit visit, string name)
    {
        await visit.ClickAsync("Export");
        var download = await visit.Page.RunAndWaitForDownloadAsync(() =>
            visit.Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync());
        var text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static Task SeesTotalAsync(ConsoleVisit visit, long total) =>
        Expect(visit.Page.Locator(".under-bar")).ToContainTextAsync($"{Shown(total)} finding", new() { Timeout = 20_000 });

    private static string Shown(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex("severity=high")]
    private static partial Regex SeverityHigh();
}
