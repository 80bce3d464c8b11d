using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Flows;

/// <summary>An IPv4 or IPv6 address in 128 bits; IPv4 is kept as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that both are one key.</summary>
public readonly struct HostAddress : IEquatable<HostAddress>, IComparable<HostAddress>, ISpanFormattable
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    // Eight groups of four digits, with colons between; or the last two as an IPv4 address.
    private const int LongestText = 45;

    /// <summary>The first eight octets in network order.</summary>
    public readonly ulong High;

    /// <summary>The last eight octets in network order.</summary>
    public readonly ulong Low;

    public HostAddress(ulong high, ulong low) => (High, Low) = (high, low);

    /// <summary>The IPv4 address whose 32 bits are given in host order (0x0A000001 is 10.0.0.1).</summary>
    public static HostAddress FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>An address from 16 octets in network order.</summary>
    public static HostAddress FromIPv6(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));

    public static HostAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var written);
        return written == 4 ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets)) : FromIPv6(octets);
    }

    public bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>True for 0.0.0.0 and ::, which stand for "no address".</summary>
    public bool IsUnspecified => High == 0 && (Low == 0 || Low == MappedPrefix);

    /// <summary>
    /// True for an address that can be one end of a TCP connection on a network: neither unspecified nor "this network" (RFC 1122,
    /// 3.2.1.3; RFC 4291, 2.5.2), nor loopback, multicast or broadcast (RFC 9293, 3.9.2.3). Broadcasts of a subnet cannot be known.
    /// </summary>
    public bool IsConnectable
    {
        get
        {
            if (High != 0) return High >> 56 != 0xFF;
            if (!IsIPv4) return Low > 1;
            var address = (uint)Low;
            return (address >> 24) is not (0 or 127) and (< 224 or > 239) && address != uint.MaxValue;
        }
    }

    /// <summary>True for two addresses that a connection can have at its ends: both <see cref="IsConnectable"/>, and two.</summary>
    public static bool CanConnect(HostAddress one, HostAddress other) => one.IsConnectable && other.IsConnectable && one != other;

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new IPAddress(IsIPv4 ? octets[12..] : octets);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out HostAddress address)
    {
        if (IPAddress.TryParse(text, out var parsed)
            && (parsed.AddressFamily == AddressFamily.InterNetworkV6 || text!.Count(c => c == '.') == 3))
        {
            address = From(parsed);
            return true;
        }

        address = default;
        return false;
    }

    /// <exception cref="FormatException">The text is no address.</exception>
    public static HostAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address.");

    public bool Equals(HostAddress other) => High == other.High && Low == other.Low;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is HostAddress other && Equals(other);

    public override int GetHashCode() => (int)(Hash() >> 32);

    /// <summary>A 64-bit mix of the address; the same in every process, so that shards and stored keys agree across restarts.</summary>
    public ulong Hash()
    {
        var mixed = (High * 0x9E37_79B9_7F4A_7C15) ^ (Low + 0x632B_E59B_D9B4_E019);
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8_FEB8_6659_FD93;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8_FEB8_6659_FD93;
        return mixed ^ (mixed >> 32);
    }

    public int CompareTo(HostAddress other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public static bool operator ==(HostAddress left, HostAddress right) => left.Equals(right);

    public static bool operator !=(HostAddress left, HostAddress right) => !left.Equals(right);

    public override string ToString()
    {
        Span<char> text = stackalloc char[LongestText];
        return TryFormat(text, out var length, default, provider: null) ? text[..length].ToString() : ToIPAddress().ToString();
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <remarks>Addresses stand in every finding's sentence, so that of IPv4 makes no garbage.</remarks>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (!IsIPv4) return ToIPAddress().TryFormat(destination, out charsWritten);
        charsWritten = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var octet = (byte)(Low >> shift);
            if (!octet.TryFormat(destination[charsWritten..], out var written, default, CultureInfo.InvariantCulture)) return false;
            charsWritten += written;
            if (shift == 0) return true;
            if (charsWritten == destination.Length) return false;
            destination[charsWritten++] = '.';
        }

        return true;
    }
}
