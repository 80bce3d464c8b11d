using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>What goes wrong in a page: errors of scripts, what its policy forbade, requests that leave the sensor.</summary>
internal sealed class PageTroubles
{
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly ConcurrentDictionary<int, bool> _expected = new();

    /// <param name="address">That of the console: all else is elsewhere.</param>
    public PageTroubles(IPage page, string address)
    {
        page.PageError += (_, error) => _troubles.Enqueue("error: " + error);
        page.Console += (_, message) =>
        {
            // What breaks the Content-Security-Policy is written here as an error, too.
            if (message.Type is "error" or "warning" && !IsExpected(message.Text))
                _troubles.Enqueue($"console: {message.Text} ({message.Location})");
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                _troubles.Enqueue("leaves the sensor: " + request.Url);
        };
        page.Dialog += (_, dialog) =>
        {
            _troubles.Enqueue("a dialog of the browser: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
    }

    public void Expect(params int[] statuses)
    {
        foreach (var status in statuses) _expected[status] = true;
    }

    public void AssertNone() => Assert.True(_troubles.IsEmpty, string.Join('\n', _troubles));

    private bool IsExpected(string text) => _expected.Keys.Any(status =>
        text.Contains($"status of {status.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
        || (status == 0 && text.Contains("net::ERR_", StringComparison.Ordinal)));
}
