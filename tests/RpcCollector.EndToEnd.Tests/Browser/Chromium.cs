using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Browser;

/// <summary>The system's chromium without a window; the name <see cref="ReboundName"/> is this machine's for it.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>What the attacker's name server says once his page is loaded: the address of the sensor.</summary>
    public const string ReboundName = "evil.example";

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright driver, IBrowser browser) => (_driver, _browser) = (driver, browser);

    /// <summary>Starts it; skips the test, or fails it, where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var path = Tool.Find("chromium");
        var driver = await Playwright.CreateAsync();
        try
        {
            var browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = path,
                Headless = true,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", $"--host-resolver-rules=MAP {ReboundName} 127.0.0.1",
                ],
            });
            return new Chromium(driver, browser);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>Opens a page: what is evaluated on it has its origin.</summary>
    public async Task<IPage> OpenAsync(string url)
    {
        var page = await _browser.NewPageAsync();
        await page.GotoAsync(url);
        return page;
    }

    /// <summary>An empty page of a visitor of its own.</summary>
    /// <remarks>Far from Greenwich: times of the console are UTC whatever the browser's are.</remarks>
    public async Task<IPage> NewPageAsync()
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
            ColorScheme = ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Pacific/Auckland",
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _driver.Dispose();
    }
}
