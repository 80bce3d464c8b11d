using System.Buffers.Binary;

namespace RpcCollector.Flows.Wire;

/// <summary>The exporters of one message by value: their addresses, in the order in which they were first needed.</summary>
/// <param name="site">Where the process stands; null where addresses are written as they are here.</param>
internal sealed class WrittenAddresses(ExporterDirectory directory, SiteNetworks? site = null)
{
    private readonly ValueTable<HostAddress> _addresses = new();

    public int Count => _addresses.Count;

    public int Octets => Count * WireForm.AddressOctets;

    /// <summary>True when an exporter is named already.</summary>
    public bool Has(int exporterId) => _addresses.Find(AddressOf(exporterId)) >= 0;

    /// <summary>The index of an exporter in the table, where it is put if it is new.</summary>
    public ushort IndexOf(int exporterId)
    {
        var address = AddressOf(exporterId);
        return (ushort)(_addresses.Find(address) is >= 0 and var known ? known : _addresses.Add(address));
    }

    public void WriteTo(Span<byte> table)
    {
        foreach (var address in _addresses.Values)
        {
            WireAddress.Write(table, address);
            table = table[WireForm.AddressOctets..];
        }
    }

    public void Clear() => _addresses.Clear();

    private HostAddress AddressOf(int exporterId) => site is null ? directory[exporterId] : site.Place(directory[exporterId]);
}

/// <summary>Gives the exporters of one message the numbers of this process.</summary>
internal sealed class ReadAddresses(ExporterDirectory directory)
{
    private int[] _ids = new int[16];

    public ReadOnlySpan<int> Ids => _ids;

    /// <param name="table">Whole addresses. One for which there is no number is the exporter without one, and counted.</param>
    public void Read(ReadOnlySpan<byte> table, WireCounts counts)
    {
        var count = table.Length / WireForm.AddressOctets;
        if (_ids.Length < count) _ids = new int[Math.Max(count, 2 * _ids.Length)];
        for (var i = 0; i < count; i++)
        {
            var address = WireAddress.Read(table[(i * WireForm.AddressOctets)..]);
            _ids[i] = directory.Unnamed;
            if (address == default) continue;
            if (directory.TryGetId(address, out var id)) _ids[i] = id;
            else counts.CountUnnamed();
        }
    }
}

/// <summary>An address as 16 octets in network order.</summary>
internal static class WireAddress
{
    public static void Write(Span<byte> to, in HostAddress address)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], address.Low);
    }

    public static HostAddress Read(ReadOnlySpan<byte> from) => HostAddress.FromIPv6(from);
}
