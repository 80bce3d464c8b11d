using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>Somebody at the console, in a real browser: what goes wrong in the page while they look fails the test.</summary>
internal sealed class ConsoleVisit
{
    private readonly string _address;
    private readonly PageTroubles _troubles;

    private ConsoleVisit(IPage page, string address) =>
        (Page, _address, _troubles) = (page, address, new PageTroubles(page, address));

    public IPage Page { get; }

    /// <summary>What to call the pictures that are taken.</summary>
    public Pictures Pictures { get; } = new();

    /// <param name="place">Where in the console, such as "#/hunt".</param>
    /// <param name="look">What they do there.</param>
    public static Task RunAsync(Chromium browser, LiveCollector sensor, string place, Func<ConsoleVisit, Task> look) =>
        RunAsync(browser, $"http://127.0.0.1:{sensor.HttpPort}/", place, look);

    /// <param name="address">That of the console, which ends with a slash.</param>
    public static async Task RunAsync(Chromium browser, string address, string place, Func<ConsoleVisit, Task> look)
    {
        var page = await browser.NewPageAsync();
        try
        {
            var visit = new ConsoleVisit(page, address);
            await visit.GoAsync(place);
            await look(visit);
            visit._troubles.AssertNone();
        }
        finally
        {
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Goes to a place by a link, and waits until there is a heading.</summary>
    public async Task GoAsync(string place)
    {
        if (Page.Url.StartsWith(_address, StringComparison.Ordinal))
            await Page.EvaluateAsync("place => { location.hash = place; }", place);
        else await Page.GotoAsync(_address + place);
        await Page.Locator("main h1").First.WaitForAsync();
    }

    /// <summary>Answers of the sensor that refuse are what this visit is about: browsers write them to their console as errors.</summary>
    public void Expect(params int[] statuses) => _troubles.Expect(statuses);

    /// <summary>The sensor will not be reached for a while.</summary>
    public void ExpectNoConnection() => _troubles.Expect(0);

    /// <summary>Waits until a text can be read.</summary>
    public Task SeesAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits until an incident is in the list; one that waits to be shown is asked for.</summary>
    public async Task SeesIncidentAsync(string title)
    {
        var news = Page.Locator("button.news");
        await Page.GetByRole(AriaRole.Link, new() { Name = title }).First.Or(news).First.WaitForAsync();
        while (!await Page.GetByRole(AriaRole.Link, new() { Name = title }).First.IsVisibleAsync())
        {
            await Page.GetByRole(AriaRole.Link, new() { Name = title }).Or(news).First.WaitForAsync();
            try
            {
                if (await news.IsVisibleAsync()) await news.ClickAsync(new() { Timeout = 1_000 });
            }
            catch (TimeoutException)
            {
                // It went when the list was read anew.
            }
        }
    }

    /// <summary>Presses the button of that name.</summary>
    /// <param name="exact">False where the name may go on.</param>
    public Task ClickAsync(string name, bool exact = false) =>
        Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact }).First.ClickAsync();

    /// <summary>Takes pictures of the page in light and dark, and has axe look at both.</summary>
    /// <param name="name">Of the pictures.</param>
    public async Task LookAsync(string name)
    {
        await Page.EvaluateAsync("() => document.fonts.ready.then(() => true)");
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await Pictures.TakeAsync(Page, $"{name}-{(scheme == ColorScheme.Light ? "light" : "dark")}");
            await Accessibility.AssertFineAsync(Page, $"{name} ({scheme})");
        }

        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
    }

    /// <summary>Presses keys one after the other.</summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys) await Page.Keyboard.PressAsync(key);
    }
}
