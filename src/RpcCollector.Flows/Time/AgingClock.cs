using System.Globalization;

namespace RpcCollector.Flows.Time;

/// <summary>
/// The time by which things grow old: follows a clock, but a leap ahead of more than an hour counts only after it has lasted a day.
/// </summary>
/// <remarks>
/// So nothing is forgotten because a clock was ahead for a while, and what a long outage left behind grows old a day later. It is a
/// function of the times that it was handed, and of nothing else. Not safe for several threads.
/// </remarks>
/// <param name="longestAdvanceMilliseconds">
/// What is more between two times is a leap; without a bound for a capture's times, which leap and are right.
/// </param>
public sealed class AgingClock(long longestAdvanceMilliseconds = AgingClock.LongestAdvanceMilliseconds)
{
    /// <summary>What is more between two times is a leap.</summary>
    public const long LongestAdvanceMilliseconds = 3_600_000;

    /// <summary>How long a leap must last, in time that passed by advances, until it counts.</summary>
    public const long DoubtMilliseconds = 24 * 3_600_000;

    // Beyond so many a leap is added to the latest, and both wait for the whole day.
    private const int MostLeaps = 8;

    // In the order in which they came.
    private readonly List<(long Size, long Lasted)> _leaps = [];

    /// <summary>The last time that was handed in; 0 before the first.</summary>
    public long ClockUnixMilliseconds { get; private set; }

    /// <summary>The clock without the leaps that do not count yet; 0 before the first time.</summary>
    public long AgedUnixMilliseconds { get; private set; }

    /// <summary>Takes the time; a time before the last one sets the clock back, and takes leaps back, the latest first.</summary>
    /// <returns>The aged time.</returns>
    public long AdvanceTo(long unixMilliseconds)
    {
        var advance = ClockUnixMilliseconds == 0 ? 0 : unixMilliseconds - ClockUnixMilliseconds;
        ClockUnixMilliseconds = unixMilliseconds;
        if (advance > longestAdvanceMilliseconds) Leap(advance);
        else if (advance > 0 && _leaps.Count > 0) Last(advance);
        else if (advance < 0) TakeBack(-advance);
        return AgedUnixMilliseconds = unixMilliseconds - Pending();
    }

    /// <summary>All that it knows, in a line.</summary>
    public string Save() => string.Join(
        ' ',
        _leaps.Select(static leap => string.Create(CultureInfo.InvariantCulture, $"{leap.Size}/{leap.Lasted}"))
            .Prepend(ClockUnixMilliseconds.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The clock that was saved; null when the line is none that <see cref="Save"/> made.</summary>
    public static AgingClock? Load(string saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        var words = saved.Split(' ');
        if (words.Length > MostLeaps + 1 || !TryRead(words[0], out var clock)) return null;
        var aging = new AgingClock { ClockUnixMilliseconds = clock };
        foreach (var word in words.AsSpan(1))
        {
            var slash = word.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !TryRead(word[..slash], out var size) || !TryRead(word[(slash + 1)..], out var lasted)) return null;
            aging._leaps.Add((size, lasted));
        }

        if (aging.Pending() > clock) return null;
        aging.AgedUnixMilliseconds = clock - aging.Pending();
        return aging;
    }

    private void Leap(long size)
    {
        if (_leaps.Count < MostLeaps) _leaps.Add((size, 0));
        else _leaps[^1] = (_leaps[^1].Size + size, 0);
    }

    private void Last(long advance)
    {
        for (var i = 0; i < _leaps.Count; i++) _leaps[i] = (_leaps[i].Size, _leaps[i].Lasted + advance);
        _leaps.RemoveAll(static leap => leap.Lasted >= DoubtMilliseconds);
    }

    private void TakeBack(long rest)
    {
        while (rest > 0 && _leaps.Count > 0)
        {
            var (size, lasted) = _leaps[^1];
            _leaps.RemoveAt(_leaps.Count - 1);
            if (size > rest) _leaps.Add((size - rest, lasted));
            rest -= size;
        }
    }

    private long Pending()
    {
        var pending = 0L;
        foreach (var (size, _) in _leaps) pending += size;
        return pending;
    }

    // No time that a clock shows is beyond the year 9999.
    private static bool TryRead(string word, out long value) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 253_402_300_799_999;
}
