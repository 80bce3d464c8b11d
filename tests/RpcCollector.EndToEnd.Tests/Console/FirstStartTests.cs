using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The console of a sensor that has seen nothing yet.</summary>
public sealed class FirstStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("incidents", "Incidents")]
    [InlineData("findings", "Findings")]
    [InlineData("hosts", "Hosts")]
    [InlineData("network", "Network")]
    [InlineData("hunt", "Hunt")]
    [InlineData("exporters", "Exporters")]
    [InlineData("learning", "Learning")]
    [InlineData("system", "System")]
    public async Task Every_page_of_an_empty_sensor_is_readable_by_day_and_by_night(string page, string title)
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);

        await ConsoleVisit.RunAsync(browser, sensor, $"#/{page}", async visit =>
        {
            Assert.Equal(title, await visit.Page.Locator("main h1").First.InnerTextAsync());
            await visit.LookAsync($"first-start-{page}");
        });
    }
}
