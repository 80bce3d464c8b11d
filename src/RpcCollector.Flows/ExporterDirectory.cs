namespace RpcCollector.Flows;

/// <summary>Numbers the exporters: an <c>ExporterId</c> is the index of one address for the life of the process.</summary>
public sealed class ExporterDirectory(int capacity = 16384)
{
    private const int FewestPlaces = 64;

    private readonly HostAddress[] _addresses = new HostAddress[capacity];
    private readonly Lock _growing = new();

    // A hash table with linear probing: each slot holds id + 1, or 0 when it is empty. At most half full.
    private int[] _places = new int[FewestPlaces];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many exporters may be known at once.</summary>
    public int Capacity => capacity;

    public HostAddress this[int exporterId] => _addresses[exporterId];

    /// <summary>The id of an address that is known.</summary>
    public bool TryFind(HostAddress address, out int exporterId)
    {
        // The slot is read only once, because another thread may fill an empty one in the meantime.
        PlaceOf(address, Volatile.Read(ref _places), out var number);
        exporterId = number - 1;
        return number != 0;
    }

    /// <summary>The id of an address, assigned if it is new; false when the directory is full.</summary>
    public bool TryGetId(HostAddress address, out int exporterId)
    {
        if (TryFind(address, out exporterId)) return true;
        lock (_growing)
        {
            if (TryFind(address, out exporterId)) return true;
            if (_count == _addresses.Length) return false;
            exporterId = _count;
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
        while ((number = Volatile.Read(ref places[place])) != 0 && _addresses[number - 1] != address)
            place = (place + 1) & (places.Length - 1);
        return place;
    }
}
