using System.Net;
using System.Text;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>The program, running on ports of loopback of its own, with a data folder that the test keeps.</summary>
internal sealed class LiveCollector : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private LiveCollector(ChildProcess process, int udpPort, int httpPort)
    {
        (_process, UdpPort, HttpPort) = (process, udpPort, httpPort);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    public int UdpPort { get; }

    public int HttpPort { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Transcript => _process.Transcript;

    /// <summary>Starts the program and waits until it says that it is ready.</summary>
    public static Task<LiveCollector> StartAsync(TemporaryFolder folder, params string[] settings) =>
        StartAsync(folder, environment: null, settings);

    public static Task<LiveCollector> StartAsync(
        TemporaryFolder folder, IReadOnlyDictionary<string, string>? environment, params string[] settings) =>
        StartAsync(folder, environment, "/readyz", settings);

    /// <summary>Starts the program and waits until it answers: it is not to be ready.</summary>
    public static Task<LiveCollector> StartUnreadyAsync(TemporaryFolder folder, params string[] settings) =>
        StartAsync(folder, environment: null, "/healthz", settings);

    private static async Task<LiveCollector> StartAsync(
        TemporaryFolder folder, IReadOnlyDictionary<string, string>? environment, string probe, string[] settings)
    {
        var (udpPort, httpPort) = (FreePort.Udp(), FreePort.Tcp());
        var process = CollectorProgram.Start(["run", .. Settings(folder, udpPort, httpPort), .. settings], folder.FullName, environment);
        var collector = new LiveCollector(process, udpPort, httpPort);
        try
        {
            await collector.UntilAsync(
                async () =>
                    collector.HasExited
                    ? throw new InvalidOperationException($"It ended: {process.Transcript}")
                    : (await collector.GetAsync(probe)).StatusCode,
                status => status == HttpStatusCode.OK);
            return collector;
        }
        catch
        {
            await collector.DisposeAsync();
            throw;
        }
    }

    public static string[] Settings(TemporaryFolder folder, int udpPort, int httpPort) =>
        [$"--Udp:Listen:0=127.0.0.1:{udpPort}", "--Http:Address=127.0.0.1", $"--Http:Port={httpPort}",
            $"--Store:Folder={folder.PathOf("data")}"];

    public async Task<IReadOnlyList<Activity>> ActivitiesAsync(string query = "")
    {
        var page = JsonElement.Parse(await TextAsync("/api/v1/activities?limit=1000" + query));
        return [.. page.GetProperty("items").EnumerateArray().Select(Activity.Read)];
    }

    public async Task<Exposition> MetricsAsync() => new(await TextAsync("/metrics"));

    public async Task<Exposition> FindingsAsync() => new(await TextAsync("/metrics/findings"));

    public async Task<JsonElement> JsonAsync(string path) => JsonElement.Parse(await TextAsync(path));

    public async Task<string> TextAsync(string path)
    {
        using var response = await GetAsync(path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return text;
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await GetAsync(path);
        return response.StatusCode;
    }

    /// <summary>What it answers, whatever the status.</summary>
    public async Task<string> BodyAsync(string path)
    {
        using var response = await GetAsync(path);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Says something of a finding.</summary>
    public async Task GiveVerdictAsync(string finding, string verdict)
    {
        using var body = new StringContent($$"""{"verdict":"{{verdict}}","who":"Ada","why":"a test"}""", Encoding.UTF8, "application/json");
        using var response =
            await _http.PostAsync(
                new Uri($"/api/v1/findings/{finding}/verdict", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{finding}: {(int)response.StatusCode}");
    }

    /// <summary>Posts JSON.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Any request, with JSON where there is any.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, body.Length > 0 ? JsonElement.Parse(body) : default);
    }

    public Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isExpected) => Eventually.Async(ask, isExpected, () => Transcript);

    /// <summary>As the API lists them.</summary>
    public async Task<IReadOnlyList<Finding>> ListedFindingsAsync(string query = "")
    {
        var page = JsonElement.Parse(await TextAsync("/api/v1/findings?limit=1000" + query));
        return [.. page.GetProperty("items").EnumerateArray().Select(Finding.Read)];
    }

    /// <summary>Waits until the event stream of the findings says something that is expected.</summary>
    /// <param name="happen">What to do once the stream is open.</param>
    /// <returns>The line.</returns>
    public async Task<string> StreamedAsync(Func<Task> happen, Func<string, bool> isExpected)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var response =
            await _http.GetAsync(
                new Uri("/api/v1/findings/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        await happen();
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (isExpected(line)) return line;
        }

        throw new InvalidOperationException($"The stream ended: {Transcript}");
    }

    /// <summary>Ends the program as a service manager does.</summary>
    public Task<int> StopAsync() => _process.TerminateAsync();

    /// <summary>Ends the program as a power cut does.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}
