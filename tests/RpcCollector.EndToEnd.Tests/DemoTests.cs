using System.Text.Json;
using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed partial class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Intruders_are_the_first_two_incidents_by_name_and_the_demo_says_that_it_is_synthetic()
    {
        await using var demo = CollectorProgram.Start(
            ["demo", "--folder", _folder.PathOf("demo"), $"--Http:Port={FreePort.Tcp()}"], _folder.FullName);
        // Two weeks are learned first, by a build for debugging too.
        var url = await Eventually.Async(
            TimeSpan.FromMinutes(5), () =>
                Task.FromResult(Open().Match(demo.Errors)), match => match.Success || demo.HasExited, () => demo.Transcript);
        Assert.True(url.Success, demo.Transcript);
        using var http = new HttpClient { BaseAddress = new Uri(url.Groups[1].Value), Timeout = TimeSpan.FromSeconds(10) };

        var items = await Eventually.Async(
            () => IncidentsAsync(http), incidents =>
                incidents.Count >= 3 && Titles(incidents).All(title => !title.StartsWith("10.", StringComparison.Ordinal)),
            () => demo.Transcript);

        // Who they are stands in the recording: packaging/demo.sh writes it.
        var whose = await WhoseAsync();
        string[] firstTwo =
            [.. items.Take(2).SelectMany(incident => Clients(incident).Select(whose.GetValueOrDefault).OfType<string>().Take(1))];
        Assert.Equal(["first-intruder", "second-intruder"], firstTwo.Order(StringComparer.Ordinal));
        Assert.All(items.Take(2), incident => Assert.Equal("critical", incident.GetProperty("severity").GetString()));

        // Two weeks before their machines were new to servers like all others.
        var day = items.Take(2).Min(FirstSeen).AddDays(-1);
        Assert.All(items.Skip(2).Where(incident => FirstSeen(incident) > day), incident => Assert.DoesNotContain(
            Clients(incident).Select(whose.GetValueOrDefault), role => role is "first-intruder" or "second-intruder"));
        Assert.Contains("synthetic", demo.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "data-notice=\"demo: synthetic office\"",
            await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, await demo.TerminateAsync());
    }

    [Fact]
    public async Task Demo_writes_nothing_beside_other_data()
    {
        await File.WriteAllTextAsync(_folder.PathOf("mine"), "", TestContext.Current.CancellationToken);

        var refused = await CollectorProgram.RunAsync("demo", "--folder", _folder.FullName);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("not an empty folder", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<JsonElement>> IncidentsAsync(HttpClient http)
    {
        var page = JsonElement.Parse(
            await http.GetStringAsync(new Uri("/api/v1/incidents?limit=20", UriKind.Relative), TestContext.Current.CancellationToken));
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    private static IEnumerable<string> Titles(IReadOnlyList<JsonElement> incidents) =>
        incidents.Take(2).Select(incident => incident.GetProperty("title").GetString()!);

    private static DateTimeOffset FirstSeen(JsonElement incident) => incident.GetProperty("first_seen").GetDateTimeOffset();

    private static IEnumerable<string> Clients(JsonElement incident) =>
        incident.GetProperty("clients").EnumerateArray().Select(client => client.GetProperty("address").GetString()!);

    private static async Task<Dictionary<string, string>> WhoseAsync()
    {
        var root = SharedData.RepositoryRoot();
        await using var file = File.OpenRead(Path.Combine(root, "src", "RpcCollector", "Demo", "office.br"));
        await using var plain = new System.IO.Compression.BrotliStream(file, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        var whose = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\f')[3];
        return whose.Split('\n').Skip(1).Select(line => line.Split(',')).ToDictionary(row => row[0], row => row[2], StringComparer.Ordinal);
    }

    [GeneratedRegex("open (http://[0-9.:]+/)")]
    private static partial Regex Open();
}
