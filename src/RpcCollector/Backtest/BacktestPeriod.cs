using System.Globalization;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>A moment as a person names it: so long before the end of what was kept, or a date.</summary>
internal readonly record struct BacktestMoment(TimeSpan? Before, DateTimeOffset? At)
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <param name="option">Whose value it is, for the refusal.</param>
    /// <exception cref="StartupException">It is neither.</exception>
    public static BacktestMoment Parse(string option, string text)
    {
        const int MostDays = 3_650;
        var unit = text.Length > 1 ? text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 168, _ => 0 } : 0;
        if (unit > 0
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * unit is > 0 and <= MostDays * 24.0) return new BacktestMoment(TimeSpan.FromHours(count * unit), null);
        if (DateTimeOffset.TryParseExact(
            text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return new BacktestMoment(null, at);
        throw new StartupException(
            $"{option} {text}: neither a time before the end of what was kept, such as 36h, 14d or 2w, nor a date such as 2026-11-01 or " +
            $"2026-11-01T08:00 (UTC)");
    }

    /// <summary>In Unix milliseconds.</summary>
    /// <param name="end">Of what was kept.</param>
    public long From(long end) => At?.ToUnixTimeMilliseconds() ?? end - (long)Before!.Value.TotalMilliseconds;
}
