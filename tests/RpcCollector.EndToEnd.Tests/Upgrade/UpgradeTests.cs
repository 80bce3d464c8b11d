using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Upgrade;

/// <summary>
/// Data folders that former versions left, with what those versions answered: former/COMMIT.tar.gz and COMMIT.json, made from captures of
/// tests/captures.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c5970f0")]
    public async Task Findings_incidents_verdicts_and_suppressions_of_a_former_version_are_still_there(string commit)
    {
        var data = Directory.CreateDirectory(_folder.PathOf("data")).FullName;
        await using (var archive = File.OpenRead(Fixture($"{commit}.tar.gz")))
        await using (var tar = new GZipStream(archive, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, data, overwriteFiles: false, TestContext.Current.CancellationToken);
        var former = JsonElement.Parse(await File.ReadAllTextAsync(Fixture($"{commit}.json"), TestContext.Current.CancellationToken));

        // The oldest that may be kept: the fixture is not to age away.
        await using var collector = await LiveCollector.StartAsync(_folder, "--Store:MaxAge=3650.00:00:00");

        await AssertStillThereAsync(
            collector, former, "findings", "?limit=1000&state=all", "kind", "client", "server", "severity", "reason", "verdict");
        await AssertStillThereAsync(collector, former, "incidents", "?limit=100", "title", "severity", "state", "assignee", "num_findings");
        await AssertStillThereAsync(collector, former, "suppressions", "", "client", "who", "why");
        await AssertStillThereAsync(collector, former, "activities", "?limit=1000", "client", "server", "basis", "start");
        Assert.DoesNotContain("damaged", collector.Transcript, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task AssertStillThereAsync(
        LiveCollector collector, JsonElement former, string what, string query, params string[] fields)
    {
        var page = await collector.JsonAsync($"/api/v1/{what}{query}");
        var now = page.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("id").GetString()!, StringComparer.Ordinal);
        var items = former.GetProperty(what).EnumerateArray().ToList();
        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            var kept = now[item.GetProperty("id").GetString()!];
            foreach (var field in fields) AssertHolds(item, kept, field, what);
        }
    }

    // What a former version said is said still; more may be said beside it.
    private static void AssertHolds(JsonElement former, JsonElement now, string field, string what)
    {
        if (!former.TryGetProperty(field, out var said)) return;
        Assert.True(now.TryGetProperty(field, out var says), $"{what}: {field} is gone");
        if (said.ValueKind == JsonValueKind.Object)
        {
            foreach (var inner in said.EnumerateObject()) AssertHolds(said, says, inner.Name, $"{what}.{field}");
            return;
        }

        Assert.Equal(JsonSerializer.Serialize(said), JsonSerializer.Serialize(says));
    }

    private static string Fixture(string name) =>
        Path.Combine(SharedData.RepositoryRoot(), "tests", "RpcCollector.EndToEnd.Tests", "Upgrade", "former", name);
}
