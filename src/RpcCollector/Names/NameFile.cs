using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>What a person wrote of addresses and networks. Immutable: a file that changes makes another.</summary>
internal sealed class NameFile
{
    public static readonly NameFile Empty = new([], []);

    private readonly Dictionary<HostAddress, FileRow> _addresses;

    // From the longest prefix to the shortest.
    private readonly (HostAddress Mask, Dictionary<HostAddress, FileRow> Rows)[] _networks;

    private NameFile(Dictionary<HostAddress, FileRow> addresses, (HostAddress, Dictionary<HostAddress, FileRow>)[] networks) =>
        (_addresses, _networks) = (addresses, networks);

    /// <summary>Rows in force.</summary>
    public int Count => _addresses.Count + _networks.Sum(network => network.Rows.Count);

    /// <summary>Addresses that it says something of by themselves.</summary>
    public IReadOnlyCollection<HostAddress> Addresses => _addresses.Keys;

    /// <summary>Networks that it says something of, the smallest first.</summary>
    public IEnumerable<AddressPrefix> Networks =>
        _networks.SelectMany(length => length.Rows.Keys.Select(network => new AddressPrefix(network, BitsOf(length.Mask))));

    /// <param name="rows">By address or network and the length of its prefix in 128 bits; none twice.</param>
    public static NameFile Of(IReadOnlyDictionary<(HostAddress Network, int Bits), FileRow> rows) => new(
        rows.Where(row => row.Value.IsOfAddress).ToDictionary(row => row.Key.Network, row => row.Value),
        [.. rows.Where(row => !row.Value.IsOfAddress).GroupBy(row => row.Key.Bits).OrderByDescending(length => length.Key)
            .Select(length => (Mask(length.Key), length.ToDictionary(row => row.Key.Network, row => row.Value)))]);

    /// <summary>All that is said of an address, what is said of it alone first; null when nothing.</summary>
    public FileRow? Find(HostAddress address)
    {
        var row = _addresses.GetValueOrDefault(address);
        foreach (var (mask, networks) in _networks)
        {
            if (!networks.TryGetValue(new HostAddress(address.High & mask.High, address.Low & mask.Low), out var network)) continue;

            // A name of the network stays out of what is said of the address: it names it only when nothing else does.
            row = row is null ? network : row.Completed(network);
        }

        return row;
    }

    public static HostAddress Mask(int bits) => new(Ones(Math.Min(bits, 64)), Ones(Math.Max(bits - 64, 0)));

    private static int BitsOf(HostAddress mask) =>
        System.Numerics.BitOperations.PopCount(mask.High) + System.Numerics.BitOperations.PopCount(mask.Low);

    private static ulong Ones(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
}
