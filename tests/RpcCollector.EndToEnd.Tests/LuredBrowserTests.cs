using System.Net;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What a page can do to a sensor with the browser of an analyst who visits it, in a real browser.</summary>
public sealed class LuredBrowserTests : IDisposable
{
    private static readonly string[] Telling = ["post as JSON", "replace", "read findings", "read metrics", "listen", "delete"];

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _otherFolder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _otherFolder.Dispose();
    }

    [Fact]
    public async Task Page_of_another_origin_neither_writes_nor_reads()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);

        // Any page of another port will do: here it is the one of another sensor.
        await using var other = await LiveCollector.StartAsync(_otherFolder);
        var page = await browser.OpenAsync($"http://127.0.0.1:{other.HttpPort}/");

        var attempts = await Attempts.MakeAsync(page, $"http://127.0.0.1:{sensor.HttpPort}");

        await AssertNothingAsync(sensor, attempts);
    }

    [Fact]
    public async Task Page_whose_name_was_rebound_to_the_sensor_neither_writes_nor_reads()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        var origin = $"http://{Chromium.ReboundName}:{sensor.HttpPort}";
        var page = await browser.OpenAsync(origin + "/");

        var attempts = await Attempts.MakeAsync(page, origin);

        await AssertNothingAsync(sensor, attempts);
    }

    [Fact]
    public async Task Page_that_knows_the_sensor_by_another_of_its_names_neither_writes_nor_reads()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        var page = await browser.OpenAsync($"http://{Chromium.ReboundName}:{sensor.HttpPort}/");

        var attempts = await Attempts.MakeAsync(page, $"http://localhost:{sensor.HttpPort}");

        await AssertNothingAsync(sensor, attempts);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Page_of_the_sensor_itself_writes_and_reads(string host)
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        var origin = $"http://{host}:{sensor.HttpPort}";
        var page = await browser.OpenAsync(origin + "/");

        var attempts = await Attempts.MakeAsync(page, origin);

        Assert.All(Telling, attempt => Assert.Equal("done", attempts[attempt]));

        // Not even its own page writes what a form could send.
        Assert.StartsWith("basic 4", attempts["post as text"], StringComparison.Ordinal);
        Assert.Equal("""{"items":[]}""", await sensor.TextAsync("/api/v1/suppressions"));
    }

    private static async Task AssertNothingAsync(LiveCollector sensor, Dictionary<string, string> attempts)
    {
        Assert.All(Telling, attempt => Assert.NotEqual("done", attempts[attempt]));
        Assert.Equal("""{"items":[]}""", await sensor.TextAsync("/api/v1/suppressions"));
        Assert.Equal(HttpStatusCode.OK, await sensor.StatusAsync("/readyz"));
    }
}
