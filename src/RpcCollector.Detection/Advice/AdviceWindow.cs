namespace RpcCollector.Detection.Advice;

/// <summary>The minutes in which to look: from a little before the first sight to a little after the last, whole minutes, UTC.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
public readonly record struct AdviceWindow(DateTimeOffset From, DateTimeOffset Until)
{
    private const long Minute = 60_000;

    // Clocks differ, a logon comes before the call, and what was started shows itself after it.
    private const long Before = 2 * Minute;
    private const long After = 5 * Minute;

    private static readonly long Earliest = DateTimeOffset.UnixEpoch.ToUnixTimeMilliseconds();
    private static readonly long Latest = new DateTimeOffset(9999, 12, 31, 23, 50, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long FromUnixSeconds => From.ToUnixTimeSeconds();

    public long UntilUnixSeconds => Until.ToUnixTimeSeconds();

    public static AdviceWindow Of(AdviceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var first = Math.Clamp(subject.FirstSeenUnixMilliseconds, Earliest + Before, Latest);
        var last = Math.Clamp(subject.LastSeenUnixMilliseconds, first, Latest);
        var from = (first - Before) / Minute * Minute;
        var until = (last + After + Minute - 1) / Minute * Minute;
        return new AdviceWindow(DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(until));
    }

    /// <summary>In words, such as "between 2026-11-26 08:00 and 08:12 UTC".</summary>
    public override string ToString() => From.Date == Until.Date
        ? $"between {From:yyyy-MM-dd HH:mm} and {Until:HH:mm} UTC"
        : $"between {From:yyyy-MM-dd HH:mm} and {Until:yyyy-MM-dd HH:mm} UTC";
}
