using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Flows;

/// <summary>
/// An IPv4 or IPv6 address in 128 bits; IPv4 is kept as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that both are one key. Or the IPv4 address
/// of a host at one of several sites that use the same ("10.1.2.3@site-a"): <see cref="SiteName"/>.
/// </summary>
public readonly struct HostAddress : IEquatable<HostAddress>, IComparable<HostAddress>, ISpanFormattable
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    // What stands between the address of a host and the name of its site; in no URL does it need to be written otherwise.
    internal const char SiteSign = '@';

    // Eight groups of four digits, with colons between; or the last two as an IPv4 address. One of a site is shorter.
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

    /// <summary>The IPv4 address of a host among those of several sites.</summary>
    /// <param name="address">32 bits in host order.</param>
    public static HostAddress OfSite(SiteName site, uint address) => new(site.High, (ulong)site.Middle << 32 | address);

    public static HostAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var written);
        return written == 4 ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets)) : FromIPv6(octets);
    }

    public bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>True for the IPv4 address of a host at one of several sites.</summary>
    public bool IsOfSite => TryGetSite(out _);

    /// <summary>True where the last 32 bits are an IPv4 address, of a site or of none.</summary>
    public bool HoldsIPv4 => IsIPv4 || IsOfSite;

    /// <summary>As the host has it on its network, whichever site it is at.</summary>
    public HostAddress WithoutSite() => IsOfSite ? FromIPv4((uint)Low) : this;

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

    /// <summary>
    /// True for two addresses that a connection can be seen to have at its ends: both <see cref="IsConnectable"/>, and two. None is seen of
    /// those that stand for hosts of sites, so that nobody who exports can speak of another site's.
    /// </summary>
    public static bool CanConnect(HostAddress one, HostAddress other) =>
        one.IsConnectable && other.IsConnectable && one != other && !one.IsReservedForSites && !other.IsReservedForSites;

    internal bool IsReservedForSites => High >> SiteName.MarkShift == SiteName.Mark;

    /// <summary>The site of a host's address; false for one that is of none.</summary>
    public bool TryGetSite(out SiteName site)
    {
        site = default;
        return IsReservedForSites && SiteName.TryRead(this, out site);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new IPAddress(IsIPv4 ? octets[12..] : octets);
    }

    /// <summary>Reads what <see cref="ToString()"/> writes, and any other form of an IPv6 address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostAddress address)
    {
        if (text?.IndexOf(SiteSign, StringComparison.Ordinal) is >= 0 and var sign) return TryParseOfSite(text, sign, out address);
        if (IPAddress.TryParse(text, out var parsed)
            && (parsed.AddressFamily == AddressFamily.InterNetworkV6 || text!.Count(c => c == '.') == 3))
        {
            address = From(parsed);
            return true;
        }

        address = default;
        return false;
    }

    private static bool TryParseOfSite(string text, int sign, out HostAddress address)
    {
        address = default;
        if (!SiteName.TryParse(text.AsSpan(sign + 1), out var site)) return false;
        if (!TryParse(text[..sign], out var plain) || !plain.IsIPv4) return false;
        address = OfSite(site, (uint)plain.Low);
        return true;
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
        if (IsIPv4) return TryFormatIPv4(destination, out charsWritten);
        return TryGetSite(out var site)
            ? TryFormatOfSite(site, destination, out charsWritten)
            : ToIPAddress().TryFormat(destination, out charsWritten);
    }

    private bool TryFormatOfSite(SiteName site, Span<char> destination, out int charsWritten)
    {
        Span<char> name = stackalloc char[SiteName.MostSigns];
        name = name[..site.CopyTo(name)];
        if (!TryFormatIPv4(destination, out charsWritten) || destination.Length - charsWritten <= name.Length) return false;
        destination[charsWritten++] = SiteSign;
        name.CopyTo(destination[charsWritten..]);
        charsWritten += name.Length;
        return true;
    }

    private bool TryFormatIPv4(Span<char> destination, out int charsWritten)
    {
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
