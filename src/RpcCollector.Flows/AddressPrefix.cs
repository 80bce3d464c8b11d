using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RpcCollector.Flows;

/// <summary>An address, or all addresses of a network; unique by network and length.</summary>
/// <param name="Network">Without the bits behind the prefix.</param>
/// <param name="Bits">Of 128: IPv4 lies behind 96 bits of its own prefix (RFC 4291, 2.5.5.2).</param>
public readonly record struct AddressPrefix(HostAddress Network, int Bits) : IComparable<AddressPrefix>
{
    public const int AllBits = 128;

    private const int BitsBeforeIPv4 = 96;

    public bool IsSingle => Bits == AllBits;

    public static AddressPrefix Of(HostAddress address) => new(address, AllBits);

    /// <summary>The network of so many bits that an address belongs to.</summary>
    public static AddressPrefix Around(HostAddress address, int bits)
    {
        var mask = Mask(bits);
        return new AddressPrefix(new HostAddress(address.High & mask.High, address.Low & mask.Low), bits);
    }

    /// <summary>The network as people know it: 24 bits of an IPv4 address, 64 of an IPv6 address.</summary>
    public static AddressPrefix Usual(HostAddress address) => Around(address, address.IsIPv4 ? BitsBeforeIPv4 + 24 : 64);

    /// <summary>Reads "10.0.0.1", "10.0.0.0/8" or "2001:db8::/32"; bits behind the prefix are ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressPrefix prefix)
    {
        prefix = default;
        if (text is null) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!HostAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        var bits = AllBits;
        if (slash >= 0)
        {
            if (!byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
            bits = address.IsIPv4 ? length + BitsBeforeIPv4 : length;
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

    public override string ToString() => IsSingle ? Network.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Network}/{(IsOfIPv4 ? Bits - BitsBeforeIPv4 : Bits)}");

    private bool IsOfIPv4 => Network.IsIPv4 && Bits >= BitsBeforeIPv4;

    private static HostAddress Mask(int bits) => new(Ones(Math.Min(bits, 64)), Ones(Math.Max(bits - 64, 0)));

    private static ulong Ones(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
}
