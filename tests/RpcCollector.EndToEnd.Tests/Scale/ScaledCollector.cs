using System.Text.Json.Nodes;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>One judge and two sensors around a broker, each with a folder of its own.</summary>
internal sealed class ScaledCollector : IAsyncDisposable
{
    private readonly TemporaryFolder[] _folders = [new(), new(), new()];
    private readonly string[] _settings;

    private ScaledCollector(string url, string[] settings) => _settings = [$"--Scale:Nats:Urls:0={url}", .. settings];

    public LiveCollector Judge { get; private set; } = null!;

    public LiveCollector[] Sensors { get; private set; } = [];

    /// <param name="ports">Where the sensors listen; free ones when null.</param>
    public static async Task<ScaledCollector> StartAsync(string url, int[]? ports = null, params string[] settings)
    {
        var collector = new ScaledCollector(url, settings);
        try
        {
            // The judge first: it makes the stream.
            await collector.StartJudgeAsync();
            collector.Sensors =
                [await collector.StartSensorAsync("a", 1, ports?[0]), await collector.StartSensorAsync("b", 2, ports?[1])];
            return collector;
        }
        catch
        {
            await collector.DisposeAsync();
            throw;
        }
    }

    public async Task StartJudgeAsync() =>
        Judge = await LiveCollector.StartAsync(_folders[0], ["--Scale:Role=judge", .. _settings]);

    /// <summary>
    /// All activities and findings that stand, as text, without what says when they were stored; and without the completeness of what
    /// exporters sent, of which a sensor tells once in ten seconds. An activity's id says by which of its sightings it was first known: of two sensors
    /// either may be first.
    /// </summary>
    public static async Task<List<string>> StandingAsync(LiveCollector collector)
    {
        var activities = await ItemsAsync(collector, "/api/v1/activities?limit=1000", "id", "recorded_at", "completeness");
        var findings = await ItemsAsync(collector, "/api/v1/findings?limit=1000", "recorded_at", "updated_at", "completeness");
        return [.. activities.Concat(findings).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sensor in Sensors) await sensor.DisposeAsync();
        if (Judge is not null) await Judge.DisposeAsync();
        foreach (var folder in _folders) folder.Dispose();
    }

    private static async Task<List<string>> ItemsAsync(LiveCollector collector, string path, params string[] without)
    {
        var items = JsonNode.Parse(await collector.TextAsync(path))!["items"]!.AsArray();
        foreach (var item in items)
        {
            foreach (var name in without) item!.AsObject().Remove(name);
        }

        return [.. items.Select(item => item!.ToJsonString())];
    }

    private Task<LiveCollector> StartSensorAsync(string name, int folder, int? port)
    {
        string[] listen = port is { } given ? [$"--Udp:Listen:0=127.0.0.1:{given}"] : [];
        return LiveCollector.StartAsync(_folders[folder], ["--Scale:Role=sensor", $"--Scale:Name={name}", .. _settings, .. listen]);
    }
}
