namespace RpcCollector.Flows.Time;

/// <summary>NTP's time stamps (RFC 5905), in which IPFIX codes microseconds and nanoseconds (RFC 7011, 6.1.9 and 6.1.10).</summary>
internal static class NtpTime
{
    // Seconds from 1900 (NTP's epoch) to 1970.
    private const long ToUnixSeconds = 2_208_988_800;
    private const uint Million = 1_000_000;

    /// <summary>
    /// 32 bits of seconds since 1900 and 32 bits of fraction, in Unix milliseconds; seconds below 2^31 are of the era that begins in
    /// 2036. Zero stays zero: the time is not known.
    /// </summary>
    public static long ToUnixMilliseconds(ulong ntp)
    {
        if (ntp == 0) return 0;
        var seconds = (long)(ntp >> 32);
        if (seconds < int.MaxValue) seconds += 1L << 32;
        return ((seconds - ToUnixSeconds) * 1000) + FractionMilliseconds(ntp);
    }

    /// <summary>The fraction of a second in the lower 32 bits, rounded: who coded it cut it off.</summary>
    public static long FractionMilliseconds(ulong ntp) => (long)((((ntp & uint.MaxValue) * 1000) + (1UL << 31)) >> 32);

    /// <summary>
    /// True when both fractions are below a million, and not both zero: they count microseconds. Of right fractions, one pair in twenty
    /// million is.
    /// </summary>
    public static bool HaveFractionsInMicroseconds(ulong first, ulong second) =>
        Math.Max((uint)first, (uint)second) is > 0 and < Million;

    /// <summary>The same time with a fraction that counts microseconds.</summary>
    public static long WithMicrosecondsToUnixMilliseconds(ulong ntp) =>
        ToUnixMilliseconds(ntp & ~(ulong)uint.MaxValue) + ((uint)ntp / 1000);
}
