namespace RpcCollector.Flows;

/// <summary>Numbers the exporters: an <c>ExporterId</c> is the index of one address for the life of the process.</summary>
/// <remarks>
/// A number is never given to another address, because flows and findings refer to it for weeks. So forged senders could take all there
/// are: those that are not settled may take twice the capacity, and as many as the capacity are kept for those that are, and for those that
/// are named by records, logs and what was saved.
/// </remarks>
public sealed class ExporterDirectory(int capacity = 16384)
{
    private const int FewestPlaces = 64;
    private const int ShareOfUnsettled = 2;

    private readonly Lock _growing = new();

    // Index 0 to _count - 1; replaced when it grows.
    private HostAddress[] _addresses = new HostAddress[FewestPlaces];

    // A hash table with linear probing: each slot holds id + 1, or 0 when it is empty. At most half full.
    private int[] _places = new int[FewestPlaces];
    private int _count;
    private int _numNamed;
    private int _numUnsettled;
    private int _numSettled;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many exporters may be known at once.</summary>
    public int Capacity => capacity;

    /// <summary>The number of exporters for which there is none; its address is the unspecified one.</summary>
    public int Unnamed => int.MaxValue - 1;

    public HostAddress this[int exporterId] => exporterId == Unnamed ? default : Volatile.Read(ref _addresses)[exporterId];

    /// <summary>The id of an address that is known.</summary>
    public bool TryFind(HostAddress address, out int exporterId)
    {
        // The slot is read only once, because another thread may fill an empty one in the meantime.
        PlaceOf(address, Volatile.Read(ref _places), out var number);
        exporterId = number - 1;
        return number != 0;
    }

    /// <summary>The id of an address, assigned if it is new; false when the directory is full.</summary>
    public bool TryGetId(HostAddress address, out int exporterId) => TryFind(address, out exporterId)
        || TryAdd(address, ref _numNamed, capacity, out exporterId);

    /// <summary>The id of an exporter that sends, assigned if it is new; false when there is none for it.</summary>
    internal bool TryNumber(HostAddress address, bool isSettled, out int exporterId)
    {
        if (TryFind(address, out exporterId)) return true;
        if (TryAdd(address, ref _numUnsettled, ShareOfUnsettled * (long)capacity, out exporterId)) return true;
        return isSettled && TryAdd(address, ref _numSettled, capacity, out exporterId);
    }

    private bool TryAdd(HostAddress address, ref int count, long most, out int exporterId)
    {
        exporterId = -1;
        if (Volatile.Read(ref count) >= most) return false;
        lock (_growing)
        {
            if (TryFind(address, out exporterId)) return true;
            if (count >= most) return false;
            exporterId = _count;
            count++;
            if (_count == _addresses.Length)
            {
                var addresses = new HostAddress[_addresses.Length * 2];
                _addresses.CopyTo(addresses, 0);
                Volatile.Write(ref _addresses, addresses);
            }

            _addresses[exporterId] = address;
            if ((_count + 1) * 2 > _places.Length) Grow();
            Volatile.Write(ref _count, _count + 1);
            Volatile.Write(ref _places[PlaceOf(address, _places, out _)], exporterId + 1);
            return true;
        }
    }

    private void Grow()
    {
        var places = new int[_places.Length * 2];
        for (var id = 0; id < _count; id++) places[PlaceOf(_addresses[id], places, out _)] = id + 1;
        Volatile.Write(ref _places, places);
    }

    /// <summary>The slot that holds an address, or the empty slot where it belongs.</summary>
    /// <param name="number">What the slot held: id + 1, or 0 when it was empty.</param>
    private int PlaceOf(in HostAddress address, int[] places, out int number)
    {
        var place = (int)(address.Hash() & (uint)(places.Length - 1));
        while ((number = Volatile.Read(ref places[place])) != 0 && Volatile.Read(ref _addresses)[number - 1] != address)
            place = (place + 1) & (places.Length - 1);
        return place;
    }
}
