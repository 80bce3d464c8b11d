namespace RpcCollector.Flows.Time;

/// <summary>How firmware codes a moment in a field of up to eight octets, whatever the Information Element asks for.</summary>
internal enum TimeCoding : byte
{
    None,
    UnixSeconds,
    UnixMilliseconds,
    UnixMicroseconds,
    UnixNanoseconds,

    /// <summary>32 bits of seconds since 1900, 32 bits of fraction: what RFC 7011 asks for where it says micro- and nanoseconds.</summary>
    Ntp,

    /// <summary>The same since 1970.</summary>
    NtpSinceUnixEpoch,

    /// <summary>Milliseconds since 1970, of which only the lower 32 bits were sent.</summary>
    TruncatedMilliseconds,
}

/// <summary>Finds how a field is coded whose value, read as its element asks, is no time near the arrival.</summary>
/// <remarks>The codings differ so much in size that no value is near the arrival by two of them, but for those of four octets.</remarks>
internal static class TimeCodings
{
    // A flow is exported within an active timeout of its end. The truncated coding hits every moment once in 49.7 days.
    private const long LongestUnexported = 86_400_000;
    private const long LongestUnexportedTruncated = 3_600_000;

    /// <summary>The only coding by which a value lies shortly before a moment; none when none or several do.</summary>
    /// <param name="length">Octets of the field.</param>
    /// <param name="latestUnixMilliseconds">The latest time that can be.</param>
    public static TimeCoding Find(ulong value, int length, long latestUnixMilliseconds)
    {
        var found = TimeCoding.None;
        for (var coding = TimeCoding.UnixSeconds; coding <= TimeCoding.TruncatedMilliseconds; coding++)
        {
            if (coding == TimeCoding.TruncatedMilliseconds && length != sizeof(uint)) break;
            var longest = coding == TimeCoding.TruncatedMilliseconds ? LongestUnexportedTruncated : LongestUnexported;
            var before = latestUnixMilliseconds - ToUnixMilliseconds(coding, value, latestUnixMilliseconds);
            if (before < 0 || before > longest) continue;
            if (found != TimeCoding.None) return TimeCoding.None;
            found = coding;
        }

        return found;
    }

    /// <summary>A value by a coding; long.MaxValue for what lies beyond any date.</summary>
    public static long ToUnixMilliseconds(TimeCoding coding, ulong value, long latestUnixMilliseconds) => coding switch
    {
        TimeCoding.UnixSeconds => value < UnixTime.End / 1000 ? (long)value * 1000 : long.MaxValue,
        TimeCoding.UnixMilliseconds => value < UnixTime.End ? (long)value : long.MaxValue,
        TimeCoding.UnixMicroseconds => (long)(value / 1000),
        TimeCoding.UnixNanoseconds => (long)(value / 1_000_000),
        TimeCoding.Ntp => NtpTime.ToUnixMilliseconds(value),
        TimeCoding.NtpSinceUnixEpoch => (long)((value >> 32) * 1000) + NtpTime.FractionMilliseconds(value),
        TimeCoding.TruncatedMilliseconds => latestUnixMilliseconds - ((uint)latestUnixMilliseconds - (uint)value),
        _ => long.MaxValue,
    };

    /// <summary>How coarse times of a coding are, in milliseconds.</summary>
    public static int ResolutionOf(TimeCoding coding) => coding == TimeCoding.UnixSeconds ? 1000 : 1;
}
