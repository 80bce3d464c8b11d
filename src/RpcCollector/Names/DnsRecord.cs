using System.Buffers.Text;
using System.Net;
using System.Text;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Names;

/// <summary>What a DNS answer says of an address of one's own network.</summary>
/// <remarks>
/// A name with several addresses is a service's, such as a domain's, and names none of its hosts. What DNS says of addresses of others, it
/// says of others: a public name that leads to a private address, as an attacker's may, is text and nothing more, and outranks nothing.
/// </remarks>
internal static class DnsRecord
{
    private const int MostLabels = 34;

    /// <summary>Name and address of an A or AAAA record.</summary>
    public static bool Take(NameBook names, HostAddress address, ReadOnlySpan<byte> name, long atUnixMilliseconds) =>
        names.IsCovered(address) && names.Learn(address, NameSource.Dns, name, atUnixMilliseconds);

    public static bool IsAddressType(ReadOnlySpan<byte> type) =>
        Ascii.EqualsIgnoreCase(type, "A"u8) || Ascii.EqualsIgnoreCase(type, "AAAA"u8);

    public static bool IsPointerType(ReadOnlySpan<byte> type) => Ascii.EqualsIgnoreCase(type, "PTR"u8);

    /// <summary>The address that a question for a PTR record is about (RFC 1035, 3.5; RFC 3596, 2.5).</summary>
    public static bool TryReadReversed(ReadOnlySpan<byte> query, out HostAddress address)
    {
        address = default;
        query = query.TrimEnd((byte)'.');
        if (TryStrip(query, ".in-addr.arpa"u8, out var ipv4)) return TryReadIPv4(ipv4, out address);
        return TryStrip(query, ".ip6.arpa"u8, out var ipv6) && TryReadIPv6(ipv6, out address);
    }

    private static bool TryStrip(ReadOnlySpan<byte> query, ReadOnlySpan<byte> suffix, out ReadOnlySpan<byte> rest)
    {
        var isThere = query.Length > suffix.Length && Ascii.EqualsIgnoreCase(query[^suffix.Length..], suffix);
        rest = isThere ? query[..^suffix.Length] : default;
        return isThere;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> labels, out HostAddress address)
    {
        address = default;
        Span<Range> parts = stackalloc Range[5];
        if (Split(labels, parts) != 4) return false;
        uint value = 0;
        for (var part = 3; part >= 0; part--)
        {
            var label = labels[parts[part]];
            if (!Utf8Parser.TryParse(label, out byte octet, out var read) || read != label.Length) return false;
            value = (value << 8) | octet;
        }

        address = HostAddress.FromIPv4(value);
        return true;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> labels, out HostAddress address)
    {
        address = default;
        Span<Range> parts = stackalloc Range[MostLabels];
        Span<byte> octets = stackalloc byte[16];
        if (Split(labels, parts) != 32) return false;
        for (var part = 0; part < 32; part++)
        {
            var label = labels[parts[31 - part]];
            if (label.Length != 1 || !Utf8Parser.TryParse(label, out byte digit, out _, 'x')) return false;
            octets[part / 2] = (byte)((octets[part / 2] << 4) | digit);
        }

        address = HostAddress.From(new IPAddress(octets));
        return true;
    }

    private static int Split(ReadOnlySpan<byte> labels, Span<Range> parts)
    {
        var count = 0;
        foreach (var part in labels.Split((byte)'.'))
        {
            if (count == parts.Length) return -1;
            parts[count++] = part;
        }

        return count;
    }
}
