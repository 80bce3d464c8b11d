using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Takeover;

/// <summary>
/// exporters.json of former versions:
/// <c>{"version":1,"exporters":[{"address":…,"first_seen":…,"domains":[{"last_seen":…}],…}]}</c>;
/// each exporter is written as it is kept now.
/// </summary>
internal static class FormerExporters
{
    private const int Version = 1;

    public static string Copy(SqliteConnection connection, JsonElement file)
    {
        if (file.GetProperty("version").GetInt32() != Version)
            throw new FormatException($"its version is {file.GetProperty("version").GetRawText()}");
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO exporters (address, last_seen_ms, content) VALUES ($address, $seen, $content) ON CONFLICT (address) DO NOTHING";
        var address = command.Parameters.AddWithValue("$address", "");
        var seen = command.Parameters.AddWithValue("$seen", 0L);
        var content = command.Parameters.AddWithValue("$content", "");
        var count = 0;
        foreach (var exporter in file.GetProperty("exporters").EnumerateArray())
        {
            address.Value = exporter.GetProperty("address").GetString() ?? throw new FormatException("an exporter in it has no address");
            (seen.Value, content.Value) = (LastSeen(exporter), exporter.GetRawText());
            count += command.ExecuteNonQuery();
        }

        return $"{count} exporters";
    }

    // What is 0 was left out.
    private static long LastSeen(JsonElement exporter)
    {
        var last = Number(exporter, "first_seen");
        if (!exporter.TryGetProperty("domains", out var domains)) return last;
        foreach (var domain in domains.EnumerateArray()) last = Math.Max(last, Number(domain, "last_seen"));
        return last;
    }

    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var number) ? number.GetInt64() : 0;
}
