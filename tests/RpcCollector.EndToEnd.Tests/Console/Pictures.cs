using Microsoft.Playwright;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>Pictures of pages, for people to look at: in the folder that RPC_COLLECTOR_SCREENSHOTS names, or a temporary one.</summary>
internal sealed class Pictures
{
    private static readonly (int Width, int Height)[] Screens = [(1440, 900), (1280, 720)];

    private static readonly Lazy<string> Folder = new(() =>
        Environment.GetEnvironmentVariable("RPC_COLLECTOR_SCREENSHOTS") is { Length: > 0 } named
            ? Directory.CreateDirectory(named).FullName
            : Directory.CreateTempSubdirectory("rpc-collector-pictures-").FullName);

    /// <summary>One picture for each size of screen; the page has the first size afterwards.</summary>
    public async Task TakeAsync(IPage page, string name)
    {
        foreach (var (width, height) in Screens.Reverse())
        {
            await page.SetViewportSizeAsync(width, height);
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Folder.Value, $"{name}-{width}.png"),

                // Hiding the caret or stopping animations would put a style into the page, which its policy forbids.
                Caret = ScreenshotCaret.Initial,
                Animations = ScreenshotAnimations.Allow,
            });
        }
    }
}
