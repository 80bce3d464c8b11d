using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What <c>replay --format json</c> printed: one object a line, activities, findings, incidents, and then one summary.</summary>
internal sealed class ReplayOutput
{
    private ReplayOutput(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var item = JsonElement.Parse(line);
            if (item.GetProperty("type").GetString() is "activity") Activities.Add(Activity.Read(item));
            else if (item.GetProperty("type").GetString() is "finding") Findings.Add(Finding.Read(item));
            else if (item.GetProperty("type").GetString() is "incident") Incidents.Add(item);
            else if (item.GetProperty("type").GetString() is "summary") Summaries.Add(item);
        }
    }

    /// <summary>All of it, as it was printed.</summary>
    public string Text { get; }

    public List<Activity> Activities { get; } = [];

    public List<Finding> Findings { get; } = [];

    /// <summary>The worst first.</summary>
    public List<JsonElement> Incidents { get; } = [];

    public JsonElement Summary => Assert.Single(Summaries);

    private List<JsonElement> Summaries { get; } = [];

    /// <summary>Replays files and checks what every replay of readable files must do: exit code 0 and nothing on standard error.</summary>
    public static async Task<ReplayOutput> OfAsync(params string[] files)
    {
        var result = await CollectorProgram.RunAsync(["replay", "--format", "json", .. files]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return new ReplayOutput(result.Output);
    }

    public IEnumerable<Activity> Joined => Activities.Where(activity => activity.IsJoined);
}

/// <summary>An activity as replay and the API write it.</summary>
internal sealed record Activity(string Basis, string Client, string Server, JsonElement? Mapper, JsonElement? Endpoint, string[] Exporters)
{
    /// <summary>True when a mapper flow and an endpoint flow were brought together.</summary>
    public bool IsJoined => Basis is "car" or "extended";

    public (string Basis, string Client, string Server) Pair => (Basis, Client, Server);

    public static Activity Read(JsonElement item) => new(
        item.GetProperty("basis").GetString()!, item.GetProperty("client").GetString()!, item.GetProperty("server").GetString()!,
        Optional(item, "mapper"), Optional(item, "endpoint"),
        [.. item.GetProperty("exporters").EnumerateArray().Select(exporter => exporter.GetString()!)]);

    private static JsonElement? Optional(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

/// <summary>A finding as replay and the API write it.</summary>
/// <param name="Line">The whole line.</param>
internal sealed record Finding(string Kind, string Severity, string Client, string? Server, int Count, string Line)
{
    public (string Kind, string Client, string? Server) Key => (Kind, Client, Server);

    public static Finding Read(JsonElement item) => new(
        item.GetProperty("kind").GetString()!, item.GetProperty("severity").GetString()!, item.GetProperty("client").GetString()!,
        item.TryGetProperty("server", out var server) ? server.GetString() : null, item.GetProperty("count").GetInt32(), item.GetRawText());

    public override string ToString() => Line;
}
