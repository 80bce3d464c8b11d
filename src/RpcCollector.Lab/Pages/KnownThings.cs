using System.Text.Json;

namespace RpcCollector.Lab.Pages;

/// <summary>What a collector has, to ask it for: some of each.</summary>
internal sealed record KnownThings(
    IReadOnlyList<string> Incidents, IReadOnlyList<string> Findings, IReadOnlyList<string> Clients, IReadOnlyList<string> Servers,
    IReadOnlyList<string> Names, IReadOnlyList<string> Hosts, IReadOnlyList<string> FindingCursors, IReadOnlyList<JsonElement> Activities)
{
    private const int Pages = 20;

    public static async Task<KnownThings> ReadAsync(PageClient client, CancellationToken stop)
    {
        var incidents = await ItemsAsync(client, "incidents?limit=100", stop);
        var findings = await ItemsAsync(client, "findings?limit=100", stop);
        var hosts = await ItemsAsync(client, "hosts?limit=100", stop);
        var activities = await ItemsAsync(client, "activities?limit=100", stop);
        return new KnownThings(
            Texts(incidents, "id"), Texts(findings, "id"), Texts(findings, "client"), Texts(findings, "server"),
            Texts(findings, "client_name"), Texts(hosts, "address"), await CursorsAsync(client, stop), activities);
    }

    /// <summary>What each of some has under a name, each once.</summary>
    public static IReadOnlyList<string> Texts(IEnumerable<JsonElement> items, string member) =>
        [.. items.Select(item => Text(item, member)).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static string? Text(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(PageClient client, string path, CancellationToken stop) =>
        [.. (await client.ReadAsync(path, stop)).GetProperty("items").EnumerateArray()];

    // Deep ones, too: as far as somebody scrolls.
    private static async Task<IReadOnlyList<string>> CursorsAsync(PageClient client, CancellationToken stop)
    {
        var cursors = new List<string>();
        for (var page = 0; page < Pages; page++)
        {
            var answer = await client.ReadAsync(
                "findings?sort=severity&limit=1000" + (cursors.Count == 0 ? "" : "&cursor=" + cursors[^1]), stop);
            if (Text(answer, "next") is not { } next) break;
            cursors.Add(next);
        }

        return cursors;
    }
}
