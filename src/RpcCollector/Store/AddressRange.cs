using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>The addresses of a CIDR prefix, or one address; both ends belong to it.</summary>
internal readonly record struct AddressRange(HostAddress First, HostAddress Last)
{
    public bool IsSingle => First == Last;

    public bool Contains(HostAddress address) => address.CompareTo(First) >= 0 && address.CompareTo(Last) <= 0;

    /// <summary>Reads "10.0.0.1", "10.0.0.0/8" or "2001:db8::/32"; host bits behind a prefix are ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressRange range)
    {
        range = default;
        if (text is null) return false;

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!HostAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        if (slash < 0)
        {
            range = new AddressRange(address, address);
            return true;
        }

        if (!byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)) return false;

        // An IPv4 address is kept behind 96 bits of its own prefix (RFC 4291, 2.5.5.2).
        var bits = address.IsIPv4 ? prefix + 96 : prefix;
        if (bits > 128) return false;
        var (high, low) = (Mask(bits), Mask(bits - 64));
        range = new AddressRange(
            new HostAddress(address.High & high, address.Low & low),
            new HostAddress(address.High | ~high, address.Low | ~low));
        return true;
    }

    private static ulong Mask(int bits) => bits switch
    {
        <= 0 => 0,
        >= 64 => ulong.MaxValue,
        _ => ulong.MaxValue << (64 - bits),
    };
}
