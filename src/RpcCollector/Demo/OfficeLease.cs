using System.Globalization;

namespace RpcCollector.Demo;

/// <summary>A line of the recorded dhcp.log, of which only the time is of interest: it stands first.</summary>
internal static class OfficeLease
{
    private const string Time = "{\"ts\":";

    /// <summary>Unix milliseconds.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static long TimeOf(string line) => Split(line).UnixMilliseconds;

    public static string Move(string line, long milliseconds)
    {
        var (time, rest) = Split(line);
        return string.Create(CultureInfo.InvariantCulture, $"{Time}{(time + milliseconds) / 1_000m}{rest}");
    }

    private static (long UnixMilliseconds, string Others) Split(string line)
    {
        var end = line.IndexOf(',', StringComparison.Ordinal);
        return end > Time.Length && line.StartsWith(Time, StringComparison.Ordinal)
            && decimal.TryParse(
                line.AsSpan(Time.Length, end - Time.Length), NumberStyles.Number, CultureInfo.InvariantCulture, out var seconds)
            ? ((long)(seconds * 1_000), line[end..])
            : throw new InvalidDataException("a lease in the recording of the demo has no time");
    }
}
