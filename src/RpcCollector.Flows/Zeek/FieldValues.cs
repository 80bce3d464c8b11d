namespace RpcCollector.Flows.Zeek;

/// <summary>The values of one line by the number of their field; one object serves all lines, one after the other.</summary>
internal sealed class FieldValues
{
    private readonly (int Start, int Length)[] _places;
    private byte[] _octets = new byte[1024];
    private int _length;

    public FieldValues(int count)
    {
        _places = new (int, int)[count];
        Clear();
    }

    /// <summary>The value; empty when there is none. Valid until the next line is read.</summary>
    public ReadOnlySpan<byte> this[int field] =>
        _places[field] is ( >= 0 and var start, var length) ? _octets.AsSpan(start, length) : [];

    public bool Has(int field) => _places[field].Start >= 0;

    public void Clear()
    {
        Array.Fill(_places, (-1, 0));
        _length = 0;
    }

    /// <summary>Room for a value of at most <paramref name="length"/> octets, to be followed by <see cref="TrySet"/>.</summary>
    public Span<byte> Room(int length)
    {
        if (_octets.Length - _length < length)
            Array.Resize(ref _octets, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + length)));
        return _octets.AsSpan(_length);
    }

    /// <summary>Of two values nobody knows which is meant: the field has none, whatever else is stated.</summary>
    public void Doubt(int field) => _places[field] = (_length, 0);

    /// <summary>Takes the first octets of the room as the field's value.</summary>
    /// <returns>False when the field has another value already.</returns>
    public bool TrySet(int field, int length)
    {
        if (Has(field)) return this[field].SequenceEqual(_octets.AsSpan(_length, length));
        _places[field] = (_length, length);
        _length += length;
        return true;
    }
}
