using System.Runtime.CompilerServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Writes an address in 32 bits: an IPv4 address as itself, any other as a number from the reserved range 240.0.0.0/4 (RFC 1112, 4).
/// </summary>
/// <remarks>
/// So a pair of IPv4 hosts needs 8 bytes, not 32. An address of the reserved range itself is numbered like an IPv6 address.
/// </remarks>
internal sealed class HostNumbers
{
    private const uint FirstNumber = 0xF000_0000;

    private readonly RowStore<HostRow> _rows = new();
    private readonly HashIndex<HostRow> _index;

    public HostNumbers() => _index = new HashIndex<HostRow>(_rows);

    public int Count => _rows.Count;

    public long Bytes => _rows.Bytes + _index.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(HostAddress address, out uint number)
    {
        number = (uint)address.Low;
        return (address.IsIPv4 && number < FirstNumber) || TryFindNumbered(address, out number);
    }

    /// <summary>The number of an address; counts one more pair that uses it.</summary>
    public uint Retain(HostAddress address)
    {
        if (!TryFind(address, out var number))
        {
            ref var row = ref _rows.Add(out var index);
            (row.High, row.Low, row.References) = (address.High, address.Low, 0);
            _index.Add(index);
            number = FirstNumber + (uint)index;
        }

        if (number >= FirstNumber) _rows[(int)(number - FirstNumber)].References++;
        return number;
    }

    public void Release(uint number)
    {
        if (number < FirstNumber) return;
        var index = (int)(number - FirstNumber);
        if (--_rows[index].References > 0) return;
        _index.Remove(index);
        _rows.Remove(index);
    }

    public HostAddress AddressOf(uint number)
    {
        if (number < FirstNumber) return HostAddress.FromIPv4(number);
        ref var row = ref _rows[(int)(number - FirstNumber)];
        return new HostAddress(row.High, row.Low);
    }

    private bool TryFindNumbered(HostAddress address, out uint number)
    {
        var index = _index.Find(new HostRow.Key(address.High, address.Low));
        number = FirstNumber + (uint)index;
        return index >= 0;
    }
}
