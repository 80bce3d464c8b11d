using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RpcCollector.Flows;

/// <summary>An address, or all addresses of a network; unique by network and length.</summary>
/// <param name="Network">Without the bits behind the prefix.</param>
/// <param name="Bits">Of 128: IPv4 lies behind 96 bits of its own prefix (RFC 4291, 2.5.5.2), or of its site's.</param>
public readonly record struct AddressPrefix(HostAddress Network, int Bits) : IComparable<AddressPrefix>
{
    public const int AllBits = 128;

    private const int BitsBeforeIPv4 = 96;

    private const char SiteSign = HostAddress.SiteSign;

    public bool IsSingle => Bits == AllBits;

    public static AddressPrefix Of(HostAddress address) => new(address, AllBits);

    /// <summary>The network of so many bits that an address belongs to.</summary>
    public static AddressPrefix Around(HostAddress address, int bits)
    {
        var mask = Mask(bits);
        return new AddressPrefix(new HostAddress(address.High & mask.High, address.Low & mask.Low), bits);
    }

    /// <summary>The network as people know it: 24 bits of an IPv4 address, 64 of an IPv6 address.</summary>
    public static AddressPrefix Usual(HostAddress address) => Around(address, address.HoldsIPv4 ? BitsBeforeIPv4 + 24 : 64);

    /// <summary>The last address of the network.</summary>
    public HostAddress Last => Mask(Bits) is var mask ? new(Network.High | ~mask.High, Network.Low | ~mask.Low) : default;

    /// <summary>
    /// Reads "10.0.0.1", "10.0.0.0/8" or "2001:db8::/32", and of a site "10.0.0.0/8@site-a"; bits behind the prefix are ignored.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressPrefix prefix)
    {
        prefix = default;
        if (text is null) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var site = slash < 0 ? -1 : text.IndexOf(SiteSign, slash);
        var end = site < 0 ? text.Length : site;
        if (!HostAddress.TryParse(slash < 0 ? text : $"{text.AsSpan(0, slash)}{text.AsSpan(end)}", out var address)) return false;
        var bits = AllBits;
        if (slash >= 0)
        {
            if (!byte.TryParse(text.AsSpan(slash + 1, end - slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return false;
            bits = address.IsIPv4 || text.Contains(SiteSign, StringComparison.Ordinal) ? length + BitsBeforeIPv4 : length;
            if (bits > AllBits) return false;
        }

        prefix = Around(address, bits);
        return true;
    }

    public bool Contains(HostAddress address) => Around(address, Bits).Network == Network;

    public bool Contains(AddressPrefix other) => other.Bits >= Bits && Contains(other.Network);

    public int CompareTo(AddressPrefix other) =>
        Network.CompareTo(other.Network) is not 0 and var order ? order : Bits.CompareTo(other.Bits);

    public static bool operator <(AddressPrefix left, AddressPrefix right) => left.CompareTo(right) < 0;

    public static bool operator >(AddressPrefix left, AddressPrefix right) => left.CompareTo(right) > 0;

    public static bool operator <=(AddressPrefix left, AddressPrefix right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AddressPrefix left, AddressPrefix right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        if (IsSingle) return Network.ToString();
        var length = Bits - BitsBeforeIPv4;
        if (length < 0 || !Network.HoldsIPv4) return string.Create(CultureInfo.InvariantCulture, $"{Network.ToIPAddress()}/{Bits}");
        return Network.TryGetSite(out var site)
            ? string.Create(CultureInfo.InvariantCulture, $"{Network.WithoutSite()}/{length}{SiteSign}{site}")
            : string.Create(CultureInfo.InvariantCulture, $"{Network}/{length}");
    }

    private static HostAddress Mask(int bits) => new(Ones(Math.Min(bits, 64)), Ones(Math.Max(bits - 64, 0)));

    private static ulong Ones(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
}
