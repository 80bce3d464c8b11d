using System.Collections.Concurrent;

namespace RpcCollector.Flows;

/// <summary>Numbers the exporters: an <c>ExporterId</c> is the index of one address for the life of the process.</summary>
public sealed class ExporterDirectory(int capacity = 16384)
{
    private readonly ConcurrentDictionary<HostAddress, int> _ids = new();
    private readonly HostAddress[] _addresses = new HostAddress[capacity];
    private readonly Lock _growing = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many exporters may be known at once.</summary>
    public int Capacity => capacity;

    public HostAddress this[int exporterId] => _addresses[exporterId];

    /// <summary>The id of an address, new or known; false when the directory is full.</summary>
    public bool TryGetId(HostAddress address, out int exporterId)
    {
        if (_ids.TryGetValue(address, out exporterId)) return true;
        lock (_growing)
        {
            if (_ids.TryGetValue(address, out exporterId)) return true;
            if (_count == _addresses.Length) return false;
            exporterId = _count;
            _addresses[exporterId] = address;
            Volatile.Write(ref _count, _count + 1);
            _ids[address] = exporterId;
            return true;
        }
    }
}
