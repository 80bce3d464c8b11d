using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RpcCollector.Tests.Http;

/// <summary>Asks the API as a program does.</summary>
internal static class ApiReading
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> JsonAsync(this CollectorHost host, string path)
    {
        using var document = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/" + path, Stop));
        return document.RootElement.Clone();
    }

    public static Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(this CollectorHost host, string path, string content) =>
        host.SendAsync(HttpMethod.Post, path, content);

    public static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        this CollectorHost host, HttpMethod method, string path, string? content = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/" + path);
        if (content is not null) request.Content = new StringContent(content, new MediaTypeHeaderValue("application/json"));
        using var response = await host.Client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        using var document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
        return (response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>The items of all pages, and the total that each page stated.</summary>
    public static async Task<(List<JsonElement> Items, List<long?> Totals)> PagesAsync(this CollectorHost host, string path)
    {
        var (items, totals) = (new List<JsonElement>(), new List<long?>());
        string? cursor = null;
        do
        {
            var page = await host.JsonAsync(cursor is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={cursor}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            totals.Add(page.TryGetProperty("total", out var total) ? total.GetInt64() : null);
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        return (items, totals);
    }

    public static string? Text(this JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) ? value.GetString() : null;

    public static List<string?> Texts(this IEnumerable<JsonElement> items, string member) => [.. items.Select(item => item.Text(member))];
}
