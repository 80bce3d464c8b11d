namespace RpcCollector.Flows;

/// <summary>A set of addresses and prefixes. Immutable: a reload swaps in a new one while threads go on reading the old one.</summary>
public sealed class AddressFilter
{
    private readonly (HostAddress Network, HostAddress Mask)[] _prefixes;
    private readonly bool _isEverybody;

    private AddressFilter((HostAddress, HostAddress)[] prefixes, bool isEverybody) => (_prefixes, _isEverybody) = (prefixes, isEverybody);

    public static AddressFilter Everybody { get; } = new([], isEverybody: true);

    public static AddressFilter Nobody { get; } = new([], isEverybody: false);

    /// <summary>
    /// A filter of addresses ("192.0.2.1", "2001:db8::1") and prefixes ("192.0.2.0/24", "2001:db8::/32"), as they stand on a network: of
    /// no site.
    /// </summary>
    /// <param name="entries">The list as it stands in the settings.</param>
    /// <param name="filter">The filter; null when an entry is wrong.</param>
    /// <param name="wrongEntry">The first entry that is neither an address nor a prefix.</param>
    public static bool TryParse(IReadOnlyCollection<string> entries, out AddressFilter? filter, out string? wrongEntry)
    {
        filter = null;
        wrongEntry = null;
        var prefixes = new List<(HostAddress, HostAddress)>();
        foreach (var entry in entries)
        {
            if (!TryParse(entry, out var prefix))
            {
                wrongEntry = entry;
                return false;
            }

            prefixes.Add(prefix);
        }

        filter = new AddressFilter([.. prefixes], isEverybody: false);
        return true;
    }

    public bool Contains(HostAddress address)
    {
        if (_isEverybody) return true;
        foreach (var (network, mask) in _prefixes)
        {
            if (((address.High ^ network.High) & mask.High) == 0 && ((address.Low ^ network.Low) & mask.Low) == 0) return true;
        }

        return false;
    }

    private static bool TryParse(string entry, out (HostAddress Network, HostAddress Mask) prefix)
    {
        prefix = default;
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (!HostAddress.TryParse(slash < 0 ? entry : entry[..slash], out var network) || network.IsReservedForSites) return false;
        var length = 128;
        if (slash >= 0)
        {
            if (!int.TryParse(entry.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length)) return false;
            if (length > (network.IsIPv4 ? 32 : 128)) return false;
            // IPv4 lies in the last 32 of the 128 bits.
            if (network.IsIPv4) length += 96;
        }

        prefix = (network, new HostAddress(Bits(Math.Min(length, 64)), Bits(Math.Max(length - 64, 0))));
        return true;
    }

    private static ulong Bits(int length) => length == 0 ? 0 : ulong.MaxValue << (64 - length);
}
