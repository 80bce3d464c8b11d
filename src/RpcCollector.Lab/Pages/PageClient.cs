using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RpcCollector.Lab.Pages;

/// <summary>Asks a running collector, and measures how long it takes until the whole answer is there.</summary>
internal sealed class PageClient : IDisposable
{
    private readonly HttpClient _client;

    public PageClient(Uri url, string? token)
    {
        _client = new HttpClient
        {
            BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/api/v1/"),
            Timeout = TimeSpan.FromMinutes(10),
        };
        if (token is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="HttpRequestException">It does not answer, or not with what was asked for.</exception>
    public async Task<JsonElement> ReadAsync(string path, CancellationToken stop)
    {
        using var document = JsonDocument.Parse(await _client.GetByteArrayAsync(path, stop));
        return document.RootElement.Clone();
    }

    /// <summary>Asks for its addresses in turn, after each was asked for once unmeasured.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not with what was asked for.</exception>
    public async Task<AnswerTimes> TimeAsync(AskedPage page, int requests, CancellationToken stop)
    {
        if (!page.IsWhole)
        {
            foreach (var path in page.Paths.Take(3)) await TakeAsync(path, stop);
        }

        var (times, bytes) = (new List<double>(requests), 0L);
        for (var i = 0; i < requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            bytes = Math.Max(bytes, await TakeAsync(page.Paths[i % page.Paths.Count], stop));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return new AnswerTimes(times, bytes);
    }

    public void Dispose() => _client.Dispose();

    private async Task<long> TakeAsync(string path, CancellationToken stop)
    {
        using var answer = await _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stop);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        var (buffer, all) = (new byte[64 * 1024], 0L);
        for (int more; (more = await body.ReadAsync(buffer, stop)) > 0;) all += more;
        return all;
    }
}

/// <summary>How long the answers took, in milliseconds, the quickest first.</summary>
/// <param name="Bytes">Of the longest.</param>
internal sealed record AnswerTimes(IReadOnlyList<double> Sorted, long Bytes)
{
    public int Count => Sorted.Count;

    /// <summary>What so great a share of them took at most.</summary>
    public double At(double share) => Sorted[Math.Max(0, (int)Math.Ceiling(share * Sorted.Count) - 1)];
}
