using System.Text.Json.Nodes;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>One judge, two sensors, and correlators if there are to be any, around a broker, each with a folder of its own.</summary>
internal sealed class ScaledCollector : IAsyncDisposable
{
    private readonly TemporaryFolder[] _folders = [.. Enumerable.Range(0, 8).Select(_ => new TemporaryFolder())];
    private readonly string[] _settings;
    private string[] _ofJudge = [];
    private string[][] _ofSensors = [[], []];

    private ScaledCollector(string url, string[] settings) => _settings = [$"--Scale:Nats:Urls:0={url}", .. settings];

    public LiveCollector Judge { get; private set; } = null!;

    public LiveCollector[] Sensors { get; private set; } = [];

    public LiveCollector[] Correlators { get; private set; } = [];

    /// <summary>Another judge beside the first; null until it is started.</summary>
    public LiveCollector? Other { get; private set; }

    /// <param name="ports">Where the sensors listen; free ones when null.</param>
    public static Task<ScaledCollector> StartAsync(string url, int[]? ports = null, params string[] settings) =>
        StartAsync(url, 0, ports, settings);

    /// <param name="correlators">Processes that join; with none the judge does.</param>
    public static Task<ScaledCollector> StartAsync(string url, int correlators, int[]? ports, params string[] settings) =>
        StartAsync(new ScaledCollector(url, settings), correlators, ports);

    /// <param name="ofSensors">What only the first is told, and what only the second.</param>
    /// <param name="settings">What all are told.</param>
    public static Task<ScaledCollector> StartAsync(string url, string[][] ofSensors, params string[] settings) =>
        StartAsync(new ScaledCollector(url, settings) { _ofSensors = ofSensors }, correlators: 1, ports: null);

    /// <summary>The same with a leaf beside the first sensor.</summary>
    public static Task<ScaledCollector> StartWithLeafAsync(
        string hub, NatsServer leaf, string domain, int[] ports, params string[] settings) =>
        StartAsync(
            new ScaledCollector(hub, settings)
            {
                _ofSensors = [[$"--Scale:Nats:Urls:0={leaf.Url}", $"--Scale:Nats:LeafDomain={domain}"], []],
                _ofJudge = [$"--Scale:Nats:Leaves:0={domain}"],
            },
            correlators: 1, ports);

    private static async Task<ScaledCollector> StartAsync(ScaledCollector collector, int correlators, int[]? ports)
    {
        try
        {
            // The judge first: it makes the stream.
            if (correlators > 0) collector._ofJudge = [.. collector._ofJudge, "--Scale:Correlates=false"];
            await collector.StartJudgeAsync();
            collector.Correlators = new LiveCollector[correlators];
            for (var number = 0; number < correlators; number++) await collector.StartCorrelatorAsync(number);
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
        Judge = await LiveCollector.StartAsync(_folders[0], ["--Scale:Role=judge", .. _ofJudge, .. _settings]);

    /// <summary>A second judge, with a store of its own.</summary>
    public async Task StartOtherAsync() => Other = await LiveCollector.StartUnreadyAsync(
        _folders[7], ["--Scale:Role=judge", "--Scale:Name=other", .. _ofJudge, .. _settings]);

    public async Task StartCorrelatorAsync(int number) => Correlators[number] = await LiveCollector.StartAsync(
        _folders[3 + number], ["--Scale:Role=correlator", $"--Scale:Name=c{number}", .. _settings]);

    /// <summary>
    /// All activities and findings that stand, as text, without what says when they were stored, or that they were taken back and reported
    /// again meanwhile; and without the completeness of what exporters sent, which is as of the sensors' last reports.
    /// </summary>
    public static async Task<List<string>> StandingAsync(LiveCollector collector)
    {
        var activities = await ItemsAsync(collector, "/api/v1/activities?limit=1000", "recorded_at", "completeness");
        var findings = await ItemsAsync(collector, "/api/v1/findings?limit=1000", "recorded_at", "updated_at", "completeness");
        return [.. activities.Concat(findings).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sensor in Sensors) await sensor.DisposeAsync();
        foreach (var correlator in Correlators) if (correlator is not null) await correlator.DisposeAsync();
        if (Other is not null) await Other.DisposeAsync();
        if (Judge is not null) await Judge.DisposeAsync();
        foreach (var folder in _folders) folder.Dispose();
    }

    private static async Task<List<string>> ItemsAsync(LiveCollector collector, string path, params string[] without)
    {
        var items = JsonNode.Parse(await collector.TextAsync(path))!["items"]!.AsArray();
        foreach (var item in items)
        {
            foreach (var name in without) item!.AsObject().Remove(name);
            if (item!["notes"]?.AsArray() is { } notes && notes.All(IsOfMeanwhile)) item.AsObject().Remove("notes");
        }

        return [.. items.Select(item => item!.ToJsonString())];
    }

    private static bool IsOfMeanwhile(JsonNode? note) => (string?)note?["text"] is { } text
        && (text.StartsWith("Withdrawn:", StringComparison.Ordinal) || text.StartsWith("Reported again", StringComparison.Ordinal));

    private Task<LiveCollector> StartSensorAsync(string name, int folder, int? port)
    {
        string[] listen = port is { } given ? [$"--Udp:Listen:0=127.0.0.1:{given}"] : [];
        return LiveCollector.StartAsync(
            _folders[folder], ["--Scale:Role=sensor", $"--Scale:Name={name}", .. _settings, .. _ofSensors[folder - 1], .. listen]);
    }
}
