using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace RpcCollector.Flows.Zeek;

/// <summary>Reads values as Zeek writes them.</summary>
public static class ZeekValue
{
    // In seconds the year 5138, in milliseconds 1973: what is larger is in milliseconds (JSON::TS_MILLIS).
    private const double FirstInMilliseconds = 1e11;

    /// <summary>The last time, in the year 2262, that fits into 64 bits of nanoseconds; captures are sorted by those.</summary>
    internal const long LatestMicroseconds = long.MaxValue / 1000;

    /// <summary>
    /// A time in Unix microseconds: of epoch seconds with a fraction, of milliseconds, or of ISO 8601 (JSON::TS_EPOCH, TS_MILLIS,
    /// TS_ISO8601).
    /// </summary>
    public static bool TryReadTime(ReadOnlySpan<byte> value, out long unixMicroseconds)
    {
        if (TryReadNumber(value, out var number))
        {
            // A double holds today's microseconds only roughly, so round them: .318 must not become .317999.
            unixMicroseconds = TryScale(number, number >= FirstInMilliseconds ? 1e3 : 1e6);
            return unixMicroseconds >= 0;
        }

        Span<char> text = stackalloc char[40];
        unixMicroseconds = -1;
        if (value.Length > text.Length) return false;
        text = text[..Encoding.Latin1.GetChars(value, text)];
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return false;
        unixMicroseconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10;
        return unixMicroseconds is >= 0 and <= LatestMicroseconds;
    }

    /// <summary>A duration in seconds, as microseconds; 0 when there is none.</summary>
    public static long ReadDuration(ReadOnlySpan<byte> value) =>
        TryReadNumber(value, out var seconds) ? Math.Max(0, TryScale(seconds, 1e6)) : 0;

    /// <summary>A count; 0 when there is none.</summary>
    public static ulong ReadCount(ReadOnlySpan<byte> value)
    {
        if (Utf8Parser.TryParse(value, out ulong count, out var length) && length == value.Length) return count;
        return TryReadNumber(value, out var number) && number is >= 0 and < ulong.MaxValue ? (ulong)number : 0;
    }

    /// <summary>A port: 135, and as forwarders write it 135.0 or 135/tcp.</summary>
    public static bool TryReadPort(ReadOnlySpan<byte> value, out ushort port)
    {
        if (Utf8Parser.TryParse(value, out port, out var length) && (length == value.Length || IsProtocol(value[length..]))) return true;
        if (!TryReadNumber(value, out var number) || !(number >= 0 && number <= ushort.MaxValue) || number != Math.Truncate(number))
            return false;
        port = (ushort)number;
        return true;
    }

    private static bool IsProtocol(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "/tcp"u8) || Ascii.EqualsIgnoreCase(value, "/udp"u8);

    /// <summary>True for TCP, in whatever case it is written, or as the number that stands for it.</summary>
    public static bool IsTcp(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "tcp"u8) || value.SequenceEqual("6"u8) || value.SequenceEqual("006"u8);

    public static bool TryReadAddress(ReadOnlySpan<byte> value, out HostAddress address)
    {
        address = default;
        if (TryReadIPv4(value, out var ipv4))
        {
            address = HostAddress.FromIPv4(ipv4);
            return true;
        }

        // Without a colon the framework takes "1.2" for an address too.
        if (!value.Contains((byte)':') || !IPAddress.TryParse(value, out var parsed)) return false;
        address = HostAddress.From(parsed);
        return true;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> value, out uint address)
    {
        address = 0;
        for (var octet = 0; octet < 4; octet++)
        {
            if (octet > 0)
            {
                if (value is not [(byte)'.', ..]) return false;
                value = value[1..];
            }

            if (value is not [>= (byte)'0' and <= (byte)'9', ..] || !Utf8Parser.TryParse(value, out byte number, out var length))
                return false;
            address = (address << 8) | number;
            value = value[length..];
        }

        return value.IsEmpty;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> value, out double number) =>
        Utf8Parser.TryParse(value, out number, out var length) && length == value.Length && double.IsFinite(number);

    private static long TryScale(double number, double factor) =>
        number >= 0 && number * factor <= LatestMicroseconds ? (long)Math.Round(number * factor) : -1;
}
