using System.Numerics;

namespace RpcCollector.Flows.Wire;

/// <summary>Numbers the different values of one message in the order in which they come; once it has grown it allocates nothing.</summary>
internal sealed class ValueTable<T>
    where T : struct, IEquatable<T>
{
    private const int Fewest = 16;

    private T[] _values = new T[Fewest];

    // A hash table with linear probing: each slot holds index + 1, or 0 when it is empty. At most half full.
    private int[] _places = new int[2 * Fewest];

    public int Count { get; private set; }

    public ReadOnlySpan<T> Values => _values.AsSpan(0, Count);

    /// <summary>The index of a value; negative when it is not there.</summary>
    public int Find(in T value) => _places[PlaceOf(value)] - 1;

    /// <summary>Adds a value that is not there; returns its index.</summary>
    public int Add(in T value)
    {
        if (Count == _values.Length) Grow();
        _values[Count] = value;
        _places[PlaceOf(value)] = ++Count;
        return Count - 1;
    }

    public void Clear()
    {
        if (Count == 0) return;
        _places.AsSpan().Clear();
        Count = 0;
    }

    private void Grow()
    {
        Array.Resize(ref _values, 2 * _values.Length);
        _places = new int[2 * _values.Length];
        for (var i = 0; i < Count; i++) _places[PlaceOf(_values[i])] = i + 1;
    }

    /// <summary>The slot that holds a value, or the empty slot where it belongs.</summary>
    private int PlaceOf(in T value)
    {
        var shift = 32 - BitOperations.Log2((uint)_places.Length);
        var place = (int)((uint)value.GetHashCode() * 0x9E37_79B9 >> shift);
        while (_places[place] is not 0 and var number && !_values[number - 1].Equals(value)) place = (place + 1) & (_places.Length - 1);
        return place;
    }
}
