using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Sinks;

/// <summary>A real Alertmanager on loopback, that forgets everything when it is started again.</summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _http;
    private readonly int _port = FreePort.Tcp();
    private ChildProcess? _process;
    private int _starts;

    public AlertmanagerServer(TemporaryFolder folder)
    {
        _folder = folder;
        File.WriteAllText(folder.PathOf("alertmanager.yml"), "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    public string Url => $"http://127.0.0.1:{_port}";

    public string Transcript => _process?.Transcript ?? "Alertmanager is stopped.";

    public void Start() => _process = Tool.Start(
        "prometheus-alertmanager", _folder.FullName, $"--config.file={_folder.PathOf("alertmanager.yml")}",
        $"--storage.path={_folder.PathOf($"alertmanager-{++_starts}")}", $"--web.listen-address=127.0.0.1:{_port}",
        "--cluster.listen-address=");

    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>The incidents of the alerts that are active.</summary>
    public async Task<HashSet<string>> IncidentsAsync()
    {
        var alerts = JsonElement.Parse(
            await _http.GetStringAsync(new Uri("/api/v2/alerts?active=true", UriKind.Relative), TestContext.Current.CancellationToken));
        return [.. alerts.EnumerateArray().Select(alert => alert.GetProperty("labels").GetProperty("incident").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }
}
