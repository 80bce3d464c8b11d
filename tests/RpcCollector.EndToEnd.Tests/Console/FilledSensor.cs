using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>A sensor that has been at work for days, by made-up data: enough that no page holds all of it.</summary>
internal static class FilledSensor
{
    public static async Task<LiveCollector> StartAsync(TemporaryFolder folder, int findings = 2_500, int activities = 0)
    {
        var data = folder.PathOf("data");
        await LabProgram.FillAsync(data, findings, activities);
        return await LiveCollector.StartAsync(folder, $"--Names:File={Path.Combine(data, "names.csv")}");
    }

    /// <summary>How many findings or activities there are, as the API counts them.</summary>
    public static async Task<long> TotalAsync(this LiveCollector sensor, string path) =>
        (await sensor.JsonAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "limit=1")).GetProperty("total")
            .GetInt64();

    /// <summary>The ids of all findings that match, page by page.</summary>
    public static async Task<IReadOnlyList<string>> FindingIdsAsync(this LiveCollector sensor, string query)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await sensor.JsonAsync($"/api/v1/findings?limit=1000&{query}{cursor}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String
                ? "&cursor=" + Uri.EscapeDataString(next.GetString()!)
                : null;
        }

        return ids;
    }
}
