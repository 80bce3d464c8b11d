using System.Globalization;

namespace RpcCollector.ZeekLogs;

/// <summary>
/// Finds the folder of the sensor that wrote a log: zeekctl keeps the running logs in current/ and the archived ones in one folder for each
/// day.
/// </summary>
internal static class SensorFolder
{
    private const string Current = "current";

    /// <summary>The log's folder, or the one above when that is named current or by a date (2020-05-01).</summary>
    public static string Of(string log)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(log))!;
        var name = Path.GetFileName(folder);
        var isPart = name is Current
            || DateOnly.TryParseExact(name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        return isPart && Path.GetDirectoryName(folder) is { } above ? above : folder;
    }
}
