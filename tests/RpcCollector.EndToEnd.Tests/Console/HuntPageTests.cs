using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using static Microsoft.Playwright.Assertions;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The page to hunt on: a histogram of activity over time, and the activities of what is chosen on it.</summary>
public sealed partial class HuntPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dragging_over_the_histogram_looks_closer_and_back_leads_out_again()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder, findings: 100, activities: 20_000);
        await ConsoleVisit.RunAsync(browser, sensor, "#/hunt?last=7d", async visit =>
        {
            var all = await NumberAsync(visit);
            await visit.LookAsync("hunt");
            var box = (await visit.Page.Locator(".plot").BoundingBoxAsync())!;
            await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + 40);
            await visit.Page.Mouse.DownAsync();
            await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.7f), box.Y + 60, new() { Steps = 5 });
            await visit.Page.Mouse.UpAsync();

            await Expect(visit.Page).ToHaveURLAsync(SinceAndUntil());
            var some = await NumberOtherThanAsync(visit, all);
            Assert.InRange(some, 1, all - 1);
            var asked = Regex.Match(visit.Page.Url, "since=([^&]+)&until=([^&]+)");
            Assert.Equal(some, await sensor.TotalAsync($"/api/v1/activities?since={asked.Groups[1].Value}&until={asked.Groups[2].Value}"));

            await visit.ClickAsync("Back", exact: true);
            Assert.InRange(await NumberOtherThanAsync(visit, some), some + 1, all);
        });
    }

    [Fact]
    public async Task Window_is_chosen_by_keys_alone()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder, findings: 100, activities: 20_000);
        await ConsoleVisit.RunAsync(browser, sensor, "#/hunt?last=7d", async visit =>
        {
            var all = await NumberAsync(visit);
            await visit.Page.GetByLabel("Activity over time").FocusAsync();
            await visit.PressAsync("End", "Shift+PageUp", "Shift+PageUp");
            await Expect(visit.Page.Locator(".reading")).ToContainTextAsync("Enter looks closer");
            await visit.PressAsync("Enter");
            await Expect(visit.Page).ToHaveURLAsync(SinceAndUntil());
            var some = await NumberOtherThanAsync(visit, all);
            Assert.InRange(some, 1, all - 1);

            // Minus goes out again, three times as far.
            await visit.PressAsync("-");
            Assert.InRange(await NumberOtherThanAsync(visit, some), some + 1, all);
        });
    }

    [Fact]
    public async Task Filters_choose_what_the_sensor_chooses_by_them()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await FilledSensor.StartAsync(_folder, findings: 100, activities: 5_000);
        var window = $"since={Day(-6)}&until={Day(1)}";
        var activity = (await sensor.JsonAsync($"/api/v1/activities?basis=car&limit=1&{window}")).GetProperty("items")[0];
        var (client, port, exporter) = (
            activity.GetProperty("client").GetString()!, activity.GetProperty("endpoint").GetProperty("server_port").GetInt32(),
            activity.GetProperty("exporters")[0].GetString()!);
        string[] queries =
        [
            "basis=mapper-only", "basis=car&basis=extended", $"host={client}", string.Create(CultureInfo.InvariantCulture, $"port={port}"),
            $"exporter={exporter}",
        ];
        await ConsoleVisit.RunAsync(browser, sensor, "#/hunt", async visit =>
        {
            foreach (var query in queries)
            {
                await visit.GoAsync($"#/hunt?{query}&{window}");
                var total = await sensor.TotalAsync($"/api/v1/activities?{query}&{window}");
                await Expect(visit.Page.Locator(".under-bar")).ToContainTextAsync(
                    $"{total.ToString("N0", CultureInfo.InvariantCulture)} activit", new() { Timeout = 20_000 });
            }

            await visit.Page.Locator("#filter").FillAsync(port.ToString(CultureInfo.InvariantCulture));
            await visit.PressAsync("Enter");
            await Expect(visit.Page).ToHaveURLAsync(new Regex($"port={port.ToString(CultureInfo.InvariantCulture)}"));
        });
    }

    [Fact]
    public async Task Activity_is_shown_with_both_flows_to_the_millisecond_and_leads_to_its_findings()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await sensor.UntilAsync(() => sensor.FindingIdsAsync("client=10.20.1.15"), ids => ids.Count > 0);

        await ConsoleVisit.RunAsync(browser, sensor, "#/hunt?last=1h&host=10.20.1.15", async visit =>
        {
            await visit.Page.Locator(".table .rows .row").First.WaitForAsync();
            await visit.PressAsync("j");
            await visit.SeesAsync("Mapper flow");
            await Expect(visit.Page.Locator(".panel time").First).ToHaveTextAsync(Milliseconds());
            await visit.LookAsync("hunt-activity");

            await visit.Page.Locator(".panel a", new() { HasText = "RPC" }).First.ClickAsync();
            await Expect(visit.Page.Locator("main h1")).ToHaveTextAsync("Findings");
            await visit.SeesAsync("First RPC from host of unknown role 10.20.1.15");
        });
    }

    [Fact]
    public async Task Empty_answer_says_what_to_try()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await sensor.UntilAsync(() => sensor.FindingIdsAsync("client=10.20.1.15"), ids => ids.Count > 0);
        await ConsoleVisit.RunAsync(browser, sensor, "#/hunt?host=192.0.2.1&port=4444", async visit =>
        {
            await visit.SeesAsync("No activity here");
            await visit.SeesAsync("Nothing ever matched these filters");
            await visit.LookAsync("hunt-empty");
            await visit.ClickAsync("Without any filter");
            await visit.Page.Locator(".table .rows .row").First.WaitForAsync();
        });
    }

    private static async Task<int> NumberAsync(ConsoleVisit visit)
    {
        await Expect(visit.Page.Locator(".under-bar strong")).ToHaveTextAsync(AnyNumber(), new() { Timeout = 20_000 });
        return Read(await visit.Page.Locator(".under-bar strong").InnerTextAsync());
    }

    private static async Task<int> NumberOtherThanAsync(ConsoleVisit visit, int former)
    {
        await Expect(visit.Page.Locator(".under-bar strong")).Not.ToHaveTextAsync(
            former.ToString("N0", CultureInfo.InvariantCulture), new() { Timeout = 20_000 });
        return Read(await visit.Page.Locator(".under-bar strong").InnerTextAsync());
    }

    private static int Read(string number) => int.Parse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Day(int days) =>
        DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd'T00:00:00.000Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("since=.+&until=")]
    private static partial Regex SinceAndUntil();

    [GeneratedRegex(@"^\d[\d,]*$")]
    private static partial Regex AnyNumber();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3}| UTC)$")]
    private static partial Regex Milliseconds();
}
