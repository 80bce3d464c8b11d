using System.Text.Json;
using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Flows.Tests;
using RpcCollector.Options;

namespace RpcCollector.Tests.Reports;

/// <summary>What <c>replay --format json</c> says of inputs made after reports of other collectors' users, in this process.</summary>
internal sealed class ReportReplay
{
    /// <summary>The story that most reports tell, in one line.</summary>
    public const string BaseStory = "car 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:01.000 then 09:15:01.005";

    private readonly List<JsonElement> _lines = [];

    private ReportReplay(string json)
    {
        foreach (var line in json.Split('\n', StringSplitOptions.RemoveEmptyEntries)) _lines.Add(JsonElement.Parse(line));
    }

    public IEnumerable<JsonElement> Activities => OfType("activity");

    public IEnumerable<JsonElement> Findings => OfType("finding");

    public JsonElement Summary => Assert.Single(OfType("summary"));

    /// <summary>Each activity in one line: basis, both ends, and when mapper flow and endpoint flow began.</summary>
    public string[] Stories => [.. Activities.Select(Story)];

    /// <summary>Replays a report's file or folder.</summary>
    /// <param name="parts">From the folder of reports on.</param>
    public static ReportReplay Of(params string[] parts) => Of(new CollectorOptions(), SharedData.PathOf(["reports", .. parts]));

    /// <summary>Replays files, with settings.</summary>
    public static ReportReplay Of(CollectorOptions options, params string[] paths)
    {
        var tally = new CaptureTally();
        using var merged = new CaptureMerge(CaptureInput.Find(paths), tally, options.Flows);
        using var output = new MemoryStream();
        ReplayJson.Write(output, new Replay(options, merged, tally).Run(progress: null));
        return new ReportReplay(System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    /// <summary>How many were rejected for a reason, spelled as the summary spells it.</summary>
    public int Rejected(string reason) =>
        Summary.TryGetProperty("rejected", out var rejected) && rejected.TryGetProperty(reason, out var count) ? count.GetInt32() : 0;

    /// <summary>A number of the summary; 0 when it is left out.</summary>
    public int Count(string name) => Summary.TryGetProperty(name, out var count) ? count.GetInt32() : 0;

    /// <summary>The reasons for which anything was rejected.</summary>
    public string[] RejectionReasons =>
        Summary.TryGetProperty("rejected", out var rejected) ? [.. rejected.EnumerateObject().Select(reason => reason.Name)] : [];

    /// <summary>What the files held besides, spelled as the summary spells it.</summary>
    public IReadOnlyDictionary<string, int> NotRead => Summary.TryGetProperty("not_read", out var counts)
        ? counts.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32())
        : new Dictionary<string, int>();

    private static string Story(JsonElement activity)
    {
        var mapper = Part(activity, "mapper");
        var endpoint = Part(activity, "endpoint");
        return $"{activity.GetProperty("basis")} {activity.GetProperty("client")}{Port(endpoint, "client_port")} -> " +
            $"{activity.GetProperty("server")}{Port(endpoint, "server_port")}, {Time(mapper)} then {Time(endpoint)}";
    }

    private static JsonElement? Part(JsonElement activity, string name) =>
        activity.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static string Port(JsonElement? flow, string name) =>
        flow is { } known && known.TryGetProperty(name, out var port) ? $":{port}" : "";

    /// <summary>The time of day, for all reports are of one day; the whole time of another.</summary>
    private static string Time(JsonElement? flow) =>
        flow?.GetProperty("start").GetString() is not { } start ? "none"
        : start.StartsWith("2026-03-02T", StringComparison.Ordinal) ? start[11..23] : start;

    private IEnumerable<JsonElement> OfType(string type) => _lines.Where(line => line.GetProperty("type").GetString() == type);
}
