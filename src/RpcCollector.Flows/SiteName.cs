namespace RpcCollector.Flows;

/// <summary>
/// The name of a site whose private addresses other sites use, too: one to 16 lower-case letters, digits and hyphens, a hyphen not first.
/// </summary>
/// <remarks>
/// An address of a site (<see cref="HostAddress.OfSite"/>) is its IPv4 address behind 96 bits that are the name itself: an octet that says
/// so, and 88 bits of signs. So every process reads the name off the address, and none has to be told which sites there are. The octet
/// lies in f800::/6, which IANA has reserved: no host has such an address.
/// </remarks>
public readonly struct SiteName : IEquatable<SiteName>
{
    /// <summary>Signs that 88 bits hold.</summary>
    public const int MostSigns = FirstSigns + LastSigns;

    /// <summary>What an address of a site begins with.</summary>
    internal const ulong Mark = 0xF8;

    internal const int MarkShift = 56;

    // Signs are digits of a number to the base 38, the first the highest: ten of them in 56 bits, six in 32. 0 is no sign.
    private const int FirstSigns = 10;
    private const int LastSigns = 6;
    private const string Signs = "\0abcdefghijklmnopqrstuvwxyz0123456789-";

    private readonly ulong _first;
    private readonly uint _last;

    private SiteName(ulong first, uint last) => (_first, _last) = (first, last);

    /// <summary>The first eight octets of its addresses, in network order.</summary>
    internal ulong High => Mark << MarkShift | _first;

    /// <summary>The four octets behind these.</summary>
    internal uint Middle => _last;

    /// <summary>Reads a name; capital letters are read as small ones.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SiteName name)
    {
        name = default;
        if (text.Length is 0 or > MostSigns || text[0] == '-') return false;
        var (first, last) = (0UL, 0UL);
        for (var i = 0; i < MostSigns; i++)
        {
            var digit = i < text.Length ? Signs.IndexOf(char.ToLowerInvariant(text[i]), StringComparison.Ordinal) : 0;
            if (digit < 0 || (digit == 0 && i < text.Length)) return false;
            if (i < FirstSigns) first = (first * (ulong)Signs.Length) + (ulong)digit;
            else last = (last * (ulong)Signs.Length) + (ulong)digit;
        }

        name = new SiteName(first, (uint)last);
        return true;
    }

    /// <summary>Writes the name; the span holds <see cref="MostSigns"/>.</summary>
    /// <returns>How many signs it has.</returns>
    public int CopyTo(Span<char> to)
    {
        // The way back is the same for every name; what no name has in its bits cannot be here.
        Decode(this, to, out var length);
        return length;
    }

    public bool Equals(SiteName other) => _first == other._first && _last == other._last;

    public override bool Equals(object? obj) => obj is SiteName other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_first, _last);

    public static bool operator ==(SiteName left, SiteName right) => left.Equals(right);

    public static bool operator !=(SiteName left, SiteName right) => !left.Equals(right);

    public override string ToString()
    {
        Span<char> signs = stackalloc char[MostSigns];
        return signs[..CopyTo(signs)].ToString();
    }

    /// <summary>The name in an address that begins with <see cref="Mark"/>; false where its bits are none that a name has.</summary>
    internal static bool TryRead(HostAddress address, out SiteName name)
    {
        name = new SiteName(address.High & ~(ulong.MaxValue << MarkShift), (uint)(address.Low >> 32));
        Span<char> signs = stackalloc char[MostSigns];
        return address.High >> MarkShift == Mark && Decode(name, signs, out _);
    }

    private static bool Decode(SiteName name, Span<char> signs, out int length)
    {
        var (first, last) = (name._first, (ulong)name._last);
        for (var i = MostSigns - 1; i >= 0; i--)
        {
            ref var rest = ref i < FirstSigns ? ref first : ref last;
            (rest, var digit) = ulong.DivRem(rest, (ulong)Signs.Length);
            signs[i] = Signs[(int)digit];
        }

        length = signs[..MostSigns].IndexOf(Signs[0]) is >= 0 and var end ? end : MostSigns;
        return first == 0 && last == 0 && length > 0 && signs[0] != '-' && !signs[length..MostSigns].ContainsAnyExcept(Signs[0]);
    }
}
