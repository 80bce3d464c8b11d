using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Takeover;

/// <summary>zeek.json of former versions: <c>[{"path":…,"head":…,"octets":…}]</c>, the head in Base64.</summary>
internal static class FormerPositions
{
    public static string Copy(SqliteConnection connection, JsonElement file)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO zeek_logs (path, head, octets) VALUES ($path, $head, $octets) ON CONFLICT (path) DO NOTHING";
        var path = command.Parameters.AddWithValue("$path", "");
        var head = command.Parameters.AddWithValue("$head", Array.Empty<byte>());
        var octets = command.Parameters.AddWithValue("$octets", 0L);
        var count = 0;
        foreach (var position in file.EnumerateArray())
        {
            path.Value = position.GetProperty("path").GetString() ?? throw new FormatException("a log in it has no path");
            (head.Value, octets.Value) = (position.GetProperty("head").GetBytesFromBase64(), position.GetProperty("octets").GetInt64());
            count += command.ExecuteNonQuery();
        }

        return $"how far {count} logs of Zeek were read";
    }
}
