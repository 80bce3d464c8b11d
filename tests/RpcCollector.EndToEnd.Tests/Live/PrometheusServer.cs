using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>A real Prometheus that scrapes a collector every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    public static PrometheusServer Start(TemporaryFolder folder, LiveCollector collector)
    {
        var configuration = folder.PathOf("prometheus.yml");
        File.WriteAllText(configuration, $"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: rpc-collector
                static_configs: [targets: ['127.0.0.1:{collector.HttpPort}']]
              - job_name: rpc-collector-findings
                metrics_path: /metrics/findings
                static_configs: [targets: ['127.0.0.1:{collector.HttpPort}']]
            """);
        var port = FreePort.Tcp();
        var process = Tool.Start(
            "prometheus", folder.FullName, $"--config.file={configuration}", $"--storage.tsdb.path={folder.PathOf("prometheus")}", $"--web.listen-address=127.0.0.1:{port}");
        return new PrometheusServer(process, port);
    }

    /// <summary>Asks until a query has at least one series in its answer.</summary>
    /// <returns>The value of each series.</returns>
    public Task<double[]> QueryUntilThereAsync(string query) => Eventually.Async(() => QueryAsync(query), values => values.Length > 0, () => _process.Transcript);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    private async Task<double[]> QueryAsync(string query)
    {
        var answer = JsonElement.Parse(await _http.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), TestContext.Current.CancellationToken));
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => double.Parse(series.GetProperty("value")[1].GetString()!))];
    }
}
