using System.Text.Json;
using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>A real Prometheus that scrapes a collector every second.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>
    /// Starts it with the configuration and the alert rules that docker/prometheus gives to people; only the target and the intervals
    /// are the test's.
    /// </summary>
    public static PrometheusServer Start(TemporaryFolder folder, LiveCollector collector)
    {
        var source = Path.Combine(SharedData.RepositoryRoot(), "docker", "prometheus");
        var configuration = File.ReadAllText(Path.Combine(source, "prometheus.yml"));
        File.WriteAllText(folder.PathOf("prometheus.yml"), Interval().Replace(configuration, "${name}: 1s"));
        Directory.CreateDirectory(folder.PathOf("targets"));
        File.WriteAllText(folder.PathOf("targets/collector.yml"), $"- targets: ['127.0.0.1:{collector.HttpPort}']\n");
        File.WriteAllText(folder.PathOf("targets/alertmanager.yml"), "[]\n");
        Directory.CreateDirectory(folder.PathOf("rules"));
        foreach (var rules in Directory.EnumerateFiles(Path.Combine(source, "rules")))
            File.Copy(rules, folder.PathOf($"rules/{Path.GetFileName(rules)}"));

        var port = FreePort.Tcp();
        var process = Tool.Start(
            "prometheus", folder.FullName, $"--config.file={folder.PathOf("prometheus.yml")}",
            $"--storage.tsdb.path={folder.PathOf("prometheus")}", $"--web.listen-address=127.0.0.1:{port}");
        return new PrometheusServer(process, port);
    }

    public Uri Address => _http.BaseAddress!;

    /// <summary>Asks until a query has at least one series in its answer.</summary>
    /// <returns>The value of each series.</returns>
    public Task<double[]> QueryUntilThereAsync(string query) =>
        Eventually.Async(() => QueryAsync(query), values => values.Length > 0, () => _process.Transcript);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    private async Task<double[]> QueryAsync(string query)
    {
        var answer =
            JsonElement.Parse(
                await _http.GetStringAsync(
                    new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative),
                    TestContext.Current.CancellationToken));
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => double.Parse(series.GetProperty("value")[1].GetString()!))];
    }

    [GeneratedRegex(@"(?<name>scrape_interval|evaluation_interval): \d+[sm]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Interval();
}
