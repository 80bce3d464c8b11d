using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Options;

/// <summary>
/// The host and port that a Host header or an origin names (RFC 9110, 7.2), in one form: lower case, without the dot that may end a
/// name, and an address as an address.
/// </summary>
/// <param name="Name">Empty when the host is an address.</param>
/// <param name="Address">Null when the host is a name; IPv4-mapped addresses as IPv4.</param>
/// <param name="Port">Null when none is given.</param>
internal readonly record struct Authority(string Name, IPAddress? Address, int? Port)
{
    // RFC 1035, 2.3.4.
    private const int MaxNameCharacters = 253;
    private const int MaxCharacters = MaxNameCharacters + 8;

    public static bool TryParse([NotNullWhen(true)] string? text, out Authority authority)
    {
        authority = default;
        if (text is not { Length: > 0 and <= MaxCharacters }) return false;
        var end = text[0] == '[' ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (text[0] == '[' && end == 0) return false;
        if (end < 0) end = text.Length;
        if (!TryParsePort(text.AsSpan(end), out var port)) return false;
        if (text[0] == '[')
        {
            if (!TryParseIPv6(text[1..(end - 1)], out var address)) return false;
            authority = new Authority("", address, port);
            return true;
        }

        return TryParseName(text[..end], port, out authority);
    }

    /// <summary>An address without its zone and, where it stands for one, as IPv4.</summary>
    public static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;

    public override string ToString() =>
        (Address is null ? Name : Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString())
        + (Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "");

    private static bool TryParsePort(ReadOnlySpan<char> text, out int? port)
    {
        port = null;
        if (text is "" or ":") return true;
        if (text[0] != ':' || !ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            return false;
        port = number;
        return true;
    }

    // A zone is of meaning only at one end of a connection: RFC 6874 keeps it out of what is sent.
    private static bool TryParseIPv6(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (!text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') || !IPAddress.TryParse(text, out var parsed)) return false;
        if (parsed.AddressFamily != AddressFamily.InterNetworkV6) return false;
        address = Plain(parsed)!;
        return true;
    }

    private static bool TryParseName(string text, int? port, out Authority authority)
    {
        authority = default;
        var name = (text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
        if (name.Length is 0 or > MaxNameCharacters) return false;
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return false;
        var labels = name.Split('.');
        if (labels.Any(label => label.Length == 0)) return false;

        // What ends in a number is an address or nothing (URL Standard, 3.5): 127.1 and 2130706433 are no names.
        if (!labels[^1].All(char.IsAsciiDigit) && !labels[^1].StartsWith("0x", StringComparison.Ordinal))
        {
            authority = new Authority(name, Address: null, port);
            return true;
        }

        if (!IPAddress.TryParse(name, out var address) || !string.Equals(address.ToString(), name, StringComparison.Ordinal)) return false;
        authority = new Authority("", address, port);
        return true;
    }
}
